import { decodeBase64url, isPhonePass, readUnverifiedPass, type PhonePass } from '@health-kit/pass';

/** A kept pass as bytes and claims; null when there is none or it is not one. */
export function readKeptPass(text: string | undefined): { readonly bytes: Uint8Array<ArrayBuffer>; readonly claims: PhonePass } | null {
  const bytes = text === undefined ? null : decodeBase64url(text);
  const claims = bytes === null ? null : readUnverifiedPass(bytes);
  return bytes === null || claims === null || !isPhonePass(claims) ? null : { bytes, claims };
}
