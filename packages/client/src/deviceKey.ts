/** Makes a P-256 key pair for ES256 whose private half can be used but never read, not even by the page that made it. */
export async function makeKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

/** Signs bytes with ES256: 64 bytes, r and s each as 32 (IEEE P1363, as COSE and JOSE want it). */
export type HolderSigner = (bytes: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;

/** The holder's signature for the turning code of `packages/pass`, by the device key. */
export function signHolder(key: CryptoKeyPair): HolderSigner {
  return async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, new Uint8Array(bytes)));
}
