import { decodeBase64url, isPhonePass, readUnverifiedPass, type PhonePass } from '@health-kit/pass';

type KeptPass = { readonly bytes: Uint8Array<ArrayBuffer>; readonly claims: PhonePass } | null;
/** The last that was read: the same pass is asked for again and again. */
let last: { readonly text: string | undefined; readonly kept: KeptPass } | null = null;

/** A kept pass as bytes and claims; null when there is none or it is not one. */
export function readKeptPass(text: string | undefined): KeptPass {
  if (last?.text !== text || last === null) last = { text, kept: read(text) };
  return last.kept;
}

function read(text: string | undefined): KeptPass {
  const bytes = text === undefined ? null : decodeBase64url(text);
  const claims = bytes === null ? null : readUnverifiedPass(bytes);
  return bytes === null || claims === null || !isPhonePass(claims) ? null : { bytes, claims };
}
