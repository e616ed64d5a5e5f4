/// <reference types="vite/client" />
/** What the browser does for `npm run bench -- pass`; the bench calls it by name. */
import { loadReader, readCode } from '../../packages/ui/src/qrReader.ts';
import { drawQr } from '../../packages/ui/src/drawQr.ts';
import { makeMaterial } from './codes.ts';
import { measureSpeed } from './speed.ts';

export interface FrameCount {
  /** New frames of the camera that were looked at, and those of them in which the text was found. */
  readonly seen: number;
  readonly read: number;
  /** Median time of one look, milliseconds. */
  readonly lookMs: number;
}

const page = {
  measureSpeed,
  /** The texts that a camera is to read: of a turning code, a face frame and a certificate. */
  makeTexts: async () => {
    const { turningCode, faceFrame, certificate } = await makeMaterial(Date.now());
    return { turningCode, faceFrame, certificate };
  },
  drawQr,
  /** Reads what the camera films for a time, as the gate does, frame by frame. */
  filmFrames: async (expected: string, forMs: number): Promise<FrameCount> => {
    await loadReader();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 960 }, height: { ideal: 720 } } });
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = stream;
    await video.play();
    const surface = document.createElement('canvas');
    const context = surface.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('the browser draws nothing');
    const looks: number[] = [];
    let read = 0;
    const end = performance.now() + forMs;
    while (performance.now() < end) {
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      surface.width = video.videoWidth;
      surface.height = video.videoHeight;
      context.drawImage(video, 0, 0);
      const picture = context.getImageData(0, 0, surface.width, surface.height);
      const start = performance.now();
      if ((await readCode(picture, ['QRCode'])) === expected) read += 1;
      looks.push(performance.now() - start);
    }
    for (const track of stream.getTracks()) track.stop();
    return { seen: looks.length, read, lookMs: Math.round(10 * (looks.toSorted((a, b) => a - b)[Math.floor(looks.length / 2)] ?? Number.NaN)) / 10 };
  },
};

declare global {
  interface Window {
    passBench: typeof page;
  }
}
window.passBench = page;
