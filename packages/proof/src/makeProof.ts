import { SignJWT, base64url, calculateJwkThumbprint, exportJWK, type JWK } from 'jose';

/**
 * Request proofs after RFC 9449 (DPoP): a JWT signed by the caller's key over
 * method, address, time and ticket. Beyond the RFC it also covers the body
 * (`bdh`, SHA-256 of its bytes), so that whoever relays the request, the
 * server included, cannot change what the holder of the key asked for.
 */
export async function makeProof(options: {
  key: CryptoKeyPair;
  method: string;
  /** The address without query and fragment (RFC 9449, 4.2). */
  url: string;
  /** Exact bytes of the body; empty when there is none. */
  body: Uint8Array;
  /** The ticket that goes with the request, if any. */
  ticket: string | null;
  nowMs: number;
  /** 16 random bytes or more. */
  nonce: Uint8Array;
}): Promise<string> {
  const publicKey = await exportJWK(options.key.publicKey);
  const claims: Record<string, string> = {
    htm: options.method,
    htu: options.url,
    jti: base64url.encode(options.nonce),
    bdh: await bodyDigest(options.body),
  };
  if (options.ticket !== null) claims['ath'] = await bodyDigest(new TextEncoder().encode(options.ticket));
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: minimalKey(publicKey) })
    .setIssuedAt(Math.floor(options.nowMs / 1000))
    .sign(options.key.privateKey);
}

/** SHA-256 of the bytes as base64url. */
export async function bodyDigest(bytes: Uint8Array): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}

/** RFC 7638 thumbprint of a public key, base64url: how a device, session or gate key is named. */
export async function keyThumbprint(publicKey: CryptoKey): Promise<string> {
  return calculateJwkThumbprint(await exportJWK(publicKey), 'sha256');
}

function minimalKey(jwk: JWK): JWK {
  return { kty: 'EC', crv: 'P-256', ...(jwk.x === undefined ? {} : { x: jwk.x }), ...(jwk.y === undefined ? {} : { y: jwk.y }) };
}
