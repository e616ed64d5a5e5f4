import { decodeBase64url, readUnverifiedPass, type Pass } from '@health-kit/pass';

/** A kept pass as bytes and claims; null when there is none or it is not one. */
export function readKeptPass(text: string | undefined): { readonly bytes: Uint8Array<ArrayBuffer>; readonly claims: Pass } | null {
  const bytes = text === undefined ? null : decodeBase64url(text);
  const claims = bytes === null ? null : readUnverifiedPass(bytes);
  return bytes === null || claims === null ? null : { bytes, claims };
}
