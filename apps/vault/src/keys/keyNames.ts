import { keyKinds, type KeyKind } from '@health-kit/api';

/** A key's kind and version by its name: `sector/health`, `blind-index/2`, `issuer/pass/1`. A name without a number is the first version. */
export function keyOfName(name: string): { readonly kind: KeyKind; readonly version: number } {
  const parts = name.split('/');
  const last = parts.at(-1) ?? '';
  const version = /^\d+$/.test(last) ? Number(parts.pop()) : 1;
  const wanted = parts[0] === 'issuer' ? parts[1] : parts[0];
  return { kind: keyKinds.find((each) => each === wanted) ?? 'other', version };
}
