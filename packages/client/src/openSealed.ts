import { compactDecrypt } from 'jose';

/** A key pair for one sealed answer. The private half cannot be exported and is forgotten with this object. */
export interface OpeningKey {
  readonly publicKey: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  /** Opens what was sealed to the public half: JWE compact, ECDH-ES with A256GCM, nothing else. Throws where it does not open. */
  open(sealed: string): Promise<unknown>;
}

/** Makes a key to which one answer of the vault is sealed. */
export async function makeOpeningKey(): Promise<OpeningKey> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  if (x === undefined || y === undefined) throw new TypeError('the platform made no key');
  return {
    publicKey: { kty: 'EC', crv: 'P-256', x, y },
    async open(sealed) {
      const { plaintext } = await compactDecrypt(sealed, privateKey, { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] });
      const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
      return content;
    },
  };
}
