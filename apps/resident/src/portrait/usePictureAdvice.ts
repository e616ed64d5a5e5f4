import { useEffect, useState } from 'react';
import { drawableFace } from '@health-kit/ui/portrait/faceThumbnail.ts';
import { checkSide, measurePicture, pictureFault, type PictureFault } from './pictureChecks.ts';

/** What would help while the camera runs. The last three are known only where the browser finds faces itself. */
export type PictureAdvice = PictureFault | 'noFace' | 'severalFaces' | 'farAway';

/** Time between two looks at the running picture, ms. */
const lookMs = 300;
/** Looks that must agree before a sentence changes: words that flicker help nobody. */
const looksThatAgree = 3;

/** Looks at the running camera a few times a second; null while nothing is to be mended. */
export function usePictureAdvice(video: { readonly current: HTMLVideoElement | null }, active: boolean): PictureAdvice | null {
  const [advice, setAdvice] = useState<PictureAdvice | null>(null);
  useEffect(() => {
    setAdvice(null);
    if (!active) return;
    let over = false;
    let [seen, times]: [PictureAdvice | null, number] = [null, 0];
    const findFaces = faceFinder();
    const look = async () => {
      const found = video.current === null ? null : await adviceOn(video.current, findFaces);
      times = found === seen ? times + 1 : 1;
      seen = found;
      if (over) return;
      if (times >= looksThatAgree) setAdvice(found);
      timer = setTimeout(() => void look(), lookMs);
    };
    let timer = setTimeout(() => void look(), lookMs);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [video, active]);
  return advice;
}

async function adviceOn(video: HTMLVideoElement, findFaces: FaceFinder | null): Promise<PictureAdvice | null> {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0) return null;
  const crop = { x: (video.videoWidth - side) / 2, y: (video.videoHeight - side) / 2, side };
  const fault = pictureFault(measurePicture(drawableFace(video, crop).luma(checkSide), checkSide));
  if (fault !== null || findFaces === null) return fault;
  const heights = await findFaces(video);
  if (heights === null) return null;
  if (heights.length === 0) return 'noFace';
  if (heights.length > 1) return 'severalFaces';
  return (heights[0] ?? side) < 0.3 * side ? 'farAway' : null;
}

/** Heights of the faces in a picture, pixels; null where they cannot be told. */
type FaceFinder = (picture: HTMLVideoElement) => Promise<readonly number[] | null>;

/** The browser's own face finder (Shape Detection API), on the device; null where it has none, as most have. No library takes its place: the guide does. */
function faceFinder(): FaceFinder | null {
  const FaceDetector: unknown = Reflect.get(window, 'FaceDetector');
  if (typeof FaceDetector !== 'function') return null;
  try {
    const detector: unknown = Reflect.construct(FaceDetector, [{ fastMode: true, maxDetectedFaces: 2 }]);
    if (typeof detector !== 'object' || detector === null || !('detect' in detector) || typeof detector.detect !== 'function') return null;
    const { detect } = detector;
    return async (picture) => {
      try {
        const faces: unknown = await Reflect.apply(detect, detector, [picture]);
        return Array.isArray(faces) ? faces.map(heightOf) : null;
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}

function heightOf(face: unknown): number {
  if (typeof face !== 'object' || face === null || !('boundingBox' in face)) return 0;
  return face.boundingBox instanceof DOMRectReadOnly ? face.boundingBox.height : 0;
}
