import { EmbeddedJWK, base64url, calculateJwkThumbprint, jwtVerify, type JWK } from 'jose';
import { bodyDigest } from './makeProof.ts';

/** Seconds a proof may be older or newer than our clock. */
const toleranceSeconds = 120;

export interface ProofExpectation {
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
  /** The ticket the request came with; null when it came without one. */
  readonly ticket: string | null;
  readonly nowMs: number;
}
export interface VerifiedProof {
  readonly ok: true;
  /** RFC 7638 thumbprint of the key that signed. */
  readonly thumbprint: string;
  readonly publicKey: JWK;
  /** Unique per proof; the same value twice is a replay. */
  readonly proofId: string;
  readonly issuedAtMs: number;
}
export type ProofRefusal = { readonly ok: false; readonly reason: 'malformed' | 'bad-signature' | 'wrong-request' | 'wrong-ticket' | 'stale' };

/**
 * Verifies a request proof as a checklist; every failure is a refusal with its
 * reason, and nothing is thrown for bad input. The key comes from the proof:
 * who it belongs to is for the caller to decide by its thumbprint.
 */
export async function verifyProof(proof: string, expected: ProofExpectation): Promise<VerifiedProof | ProofRefusal> {
  if (proof.length > 2048) return refuse('malformed');
  let verified;
  try {
    verified = await jwtVerify(proof, EmbeddedJWK, { algorithms: ['ES256'], typ: 'dpop+jwt', clockTolerance: toleranceSeconds, currentDate: new Date(expected.nowMs) });
  } catch (error) {
    return refuse(isSignatureFailure(error) ? 'bad-signature' : 'malformed');
  }
  const { payload, protectedHeader } = verified;
  const key = protectedHeader.jwk;

  // Only a public P-256 key may stand in the header (RFC 9449, 4.3, points 6 and 7).
  if (key === undefined || key.kty !== 'EC' || key.crv !== 'P-256' || key.x === undefined || key.y === undefined || 'd' in key) return refuse('malformed');
  if (payload['htm'] !== expected.method || payload['htu'] !== expected.url) return refuse('wrong-request');
  if (payload['bdh'] !== (await bodyDigest(expected.body))) return refuse('wrong-request');
  const ticketDigest = expected.ticket === null ? undefined : await bodyDigest(new TextEncoder().encode(expected.ticket));
  if (payload['ath'] !== ticketDigest) return refuse('wrong-ticket');
  if (payload.iat === undefined || Math.abs(expected.nowMs / 1000 - payload.iat) > toleranceSeconds) return refuse('stale');
  if (typeof payload.jti !== 'string' || payload.jti.length < 20 || payload.jti.length > 64) return refuse('malformed');

  const publicKey = { kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
  // A coordinate with another spelling would give one key two thumbprints.
  if (base64url.encode(base64url.decode(key.x)) !== key.x || base64url.encode(base64url.decode(key.y)) !== key.y) return refuse('malformed');
  return { ok: true, thumbprint: await calculateJwkThumbprint(publicKey, 'sha256'), publicKey, proofId: payload.jti, issuedAtMs: payload.iat * 1000 };
}

function refuse(reason: ProofRefusal['reason']): ProofRefusal {
  return { ok: false, reason };
}
function isSignatureFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
}
