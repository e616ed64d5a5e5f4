import { keyKinds, type KeyKind } from '@health-kit/api';

/** A key's kind and version by its name: `sector/health`, `blind-index/2`, `issuer/pass/1`. A name without a number is the first version. */
export function keyOfName(name: string): { readonly kind: KeyKind; readonly version: number } {
  const { base, version } = splitName(name);
  const parts = base.split('/');
  const wanted = parts[0] === 'issuer' ? parts[1] : parts[0];
  return { kind: keyKinds.find((each) => each === wanted) ?? 'other', version };
}

/** What all versions of a key have in common, and which one a name means. */
export function splitName(name: string): { readonly base: string; readonly version: number } {
  const [, base = name, digits] = /^(.+?)(?:\/(\d+))?$/.exec(name) ?? [];
  return { base, version: digits === undefined ? 1 : Number(digits) };
}
