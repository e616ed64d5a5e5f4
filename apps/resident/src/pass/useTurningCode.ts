import { useEffect, useState } from 'react';
import { signHolder, type Portrait } from '@health-kit/client';
import { equalBytes, makeFaceFrame, makeTurningCode, portraitDigest, slotAt, slotSeconds, type Pass } from '@health-kit/pass';
import { deviceKey, deviceState } from '../device/deviceState.ts';
import { readKeptPass } from './readKeptPass.ts';

/** How long each frame stands, milliseconds: the pass long enough for slow scanners, the face long enough for one look. */
const passFrameMs = 2500;
const faceFrameMs = 1000;

export type TurningCode =
  | { readonly state: 'making' }
  /** The clock of the device lies outside the pass's life. */
  | { readonly state: 'wrong-time' }
  | { readonly state: 'there'; readonly text: string };

/** The code that is shown first, of which pass and which slot. */
let first: { readonly bytes: Uint8Array; readonly slot: number; readonly text: string } | null = null;

/** Makes the code of the kept pass before anything is drawn, so that a page is laid out once and with it. */
export async function makeFirstCode(nowMs: number): Promise<void> {
  const kept = readKeptPass(deviceState().pass?.pass);
  if (kept === null) return;
  try {
    first = { bytes: kept.bytes, slot: slotAt(kept.claims.issuedAt, nowMs), text: await makeTurningCode(kept.bytes, nowMs, signHolder(deviceKey())) };
  } catch {
    // The pass is not of this time: its card says so.
  }
}

/** The code that was made first, where it is of this pass and of this moment. */
function firstOf(bytes: Uint8Array, issuedAt: number, nowMs: number): string | null {
  return first !== null && first.slot === slotAt(issuedAt, nowMs) && equalBytes(first.bytes, bytes) ? first.text : null;
}

/** The code of the present slot, made anew every 15 s by the device key. */
function usePassFrame(bytes: Uint8Array, claims: Pass): TurningCode {
  const [code, setCode] = useState<TurningCode>(() => {
    const text = firstOf(bytes, claims.issuedAt, Date.now());
    return text === null ? { state: 'making' } : { state: 'there', text };
  });
  const { issuedAt } = claims;
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    // What is shown already need not be made.
    let shown = firstOf(bytes, issuedAt, Date.now());
    const turn = async () => {
      const now = Date.now();
      const nextSlotMs = (issuedAt + (slotAt(issuedAt, now) + 1) * slotSeconds) * 1000;
      // Phones that slept wake up late; a little after the boundary is early enough.
      timer = setTimeout(() => void turn(), Math.max(50, nextSlotMs - now + 20));
      if (shown !== null) {
        shown = null;
        return;
      }
      try {
        const text = await makeTurningCode(bytes, now, signHolder(deviceKey()));
        if (!over) setCode({ state: 'there', text });
      } catch {
        if (!over) setCode({ state: 'wrong-time' });
      }
    };
    void turn();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [bytes, issuedAt]);
  return code;
}

/** The face frame, if the pass signs this portrait. */
function useFaceFrame(claims: Pass, portrait: Portrait | null): string | null {
  const [text, setText] = useState<string | null>(null);
  const signed = claims.portraitDigest;
  useEffect(() => {
    let over = false;
    setText(null);
    if (portrait !== null && signed !== null) {
      void portraitDigest(portrait.face).then((digest) => {
        if (!over && equalBytes(digest, signed)) setText(makeFaceFrame(portrait.face, portrait.faceType));
      });
    }
    return () => {
      over = true;
    };
  }, [portrait, signed]);
  return text;
}

/** What the screen shows: the turning code, and in between the face it signs. */
export function useTurningCode(bytes: Uint8Array, claims: Pass, portrait: Portrait | null): { readonly code: TurningCode; readonly hasFace: boolean } {
  const pass = usePassFrame(bytes, claims);
  const face = useFaceFrame(claims, portrait);
  const [showsFace, setShowsFace] = useState(false);
  useEffect(() => {
    if (face === null) {
      setShowsFace(false);
      return;
    }
    const timer = setTimeout(() => setShowsFace((shown) => !shown), showsFace ? faceFrameMs : passFrameMs);
    return () => clearTimeout(timer);
  }, [face, showsFace]);
  const code = showsFace && face !== null && pass.state === 'there' ? { state: 'there' as const, text: face } : pass;
  return { code, hasFace: face !== null };
}
