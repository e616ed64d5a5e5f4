import { base64url } from 'jose';

/** A trust root's fingerprint as people compare it: 64 hexadecimal digits in groups of four. */
export function rootFingerprint(root: string): string {
  const hex = Array.from(base64url.decode(root), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{4})(?=.)/g, '$1 ');
}

/** The fingerprint that somebody typed or pasted, whatever separates its groups; null for something else. */
export function readRootFingerprint(text: string): string | null {
  const hex = text.normalize('NFKC').replace(/[\s:.-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  return base64url.encode(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

/** A one-time code that was handed over with the fingerprint of the trust root, as in the links of invitations and gates. */
export interface CodeWithRoot {
  readonly code: string;
  readonly root: string;
}

/** Writes both as one word of URL-safe characters, for the fragment of a link. */
export function joinCodeWithRoot({ code, root }: CodeWithRoot): string {
  return `${code}.${root}`;
}

/** Reads such a word; null for something else. */
export function readCodeWithRoot(text: string): CodeWithRoot | null {
  const [, code, root] = /^([A-Za-z0-9_-]{22,44})\.([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return code === undefined || root === undefined ? null : { code, root };
}
