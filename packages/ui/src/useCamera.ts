import { useCallback, useEffect, useRef, useState } from 'react';

/** Why there is no picture, each with a way out of its own. */
export type CameraFailure = 'refused' | 'missing' | 'busy' | 'insecure';
export type CameraState = 'starting' | 'running' | CameraFailure;

export interface Camera {
  readonly state: CameraState;
  /** Ref of the <video> that shows the picture. */
  readonly video: { readonly current: HTMLVideoElement | null };
  /** Whether the lamp can be switched; it is off at first. */
  readonly torch: 'none' | 'off' | 'on';
  readonly setTorch: (on: boolean) => void;
  readonly retry: () => void;
}

/**
 * Runs a camera for as long as the component is on the page and `active`; the
 * lamp beside the lens goes out with it. `facing`: `user` is the front camera.
 */
export function useCamera(facing: 'user' | 'environment', active = true): Camera & { readonly ref: (element: HTMLVideoElement | null) => void } {
  const [state, setState] = useState<CameraState>('starting');
  const [torch, setTorchState] = useState<'none' | 'off' | 'on'>('none');
  const [attempt, setAttempt] = useState(0);
  const video = useRef<HTMLVideoElement | null>(null);
  const stream = useRef<MediaStream | null>(null);

  const show = useCallback(() => {
    const element = video.current;
    if (element === null || element.srcObject === stream.current) return;
    element.srcObject = stream.current;
    // Refused where a gesture is needed first; the picture then starts with the first touch.
    void element.play().catch(() => undefined);
  }, []);
  const ref = useCallback((element: HTMLVideoElement | null) => {
    video.current = element;
    show();
  }, [show]);

  useEffect(() => {
    if (!active) return;
    let over = false;
    setState('starting');
    openCamera(facing).then((opened) => {
      if (over) {
        stop(opened);
        return;
      }
      stream.current = opened;
      setTorchState(hasTorch(opened) ? 'off' : 'none');
      setState('running');
      show();
    }, (error: unknown) => {
      if (!over) setState(failureOf(error));
    });
    return () => {
      over = true;
      if (stream.current !== null) stop(stream.current);
      stream.current = null;
      if (video.current !== null) video.current.srcObject = null;
    };
  }, [active, attempt, facing, show]);

  const setTorch = useCallback((on: boolean) => {
    const track = stream.current?.getVideoTracks()[0];
    track?.applyConstraints(torchConstraint(on)).then(() => setTorchState(on ? 'on' : 'off'), () => setTorchState('none'));
  }, []);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { state, video, ref, torch, setTorch, retry };
}

async function openCamera(facing: 'user' | 'environment'): Promise<MediaStream> {
  if (!window.isSecureContext || !('mediaDevices' in navigator)) throw new DOMException('', 'SecurityError');
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 960 } } });
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function failureOf(error: unknown): CameraFailure {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError') return 'refused';
  if (name === 'SecurityError') return 'insecure';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

function hasTorch(stream: MediaStream): boolean {
  const capabilities = stream.getVideoTracks()[0]?.getCapabilities?.();
  return capabilities !== undefined && 'torch' in capabilities && capabilities.torch === true;
}

/** `torch` is of the Image Capture draft and unknown to the DOM types, which take further members. */
function torchConstraint(on: boolean): MediaTrackConstraints {
  const set: MediaTrackConstraintSet & { torch: boolean } = { torch: on };
  return { advanced: [set] };
}
