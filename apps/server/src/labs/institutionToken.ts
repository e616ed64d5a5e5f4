import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { InstitutionId } from '@health-kit/api';
import { decodeJwt, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import type { Queryable } from '../database.ts';
import { findInstitutionKey } from './institutionKeys.ts';

/** Longest life of a client assertion (SMART App Launch 2.2, "Asymmetric authentication": five minutes). */
const maxAssertionSeconds = 300;
/** Seconds by which an institution's clock may be wrong. */
const toleranceSeconds = 10;
/** Scopes that may be asked for; both mean that bundles may be created. */
const knownScopes = ['system/Bundle.c', 'system/*.c'] as const;
/** Life of an access token. */
export const tokenSeconds = 300;

const AssertionClaims = Type.Object({
  iss: InstitutionId, sub: InstitutionId, jti: Type.String({ minLength: 1, maxLength: 128 }), exp: Type.Integer(),
});
const AssertionHeader = Type.Object({ kid: Type.String({ minLength: 1, maxLength: 64 }) });

/** The scopes of a request that are granted, in its order; null where none is. */
export function grantedScope(requested: string): string | null {
  const granted = requested.split(' ').filter((scope) => knownScopes.some((known) => known === scope));
  return granted.length === 0 ? null : [...new Set(granted)].join(' ');
}

/**
 * Verifies a client assertion (RFC 7523 with SMART Backend Services) as a
 * checklist, and uses it up. Null for every failure: whoever has no key learns
 * nothing about which check failed, or which institutions there are.
 *
 * @param audience the token endpoint's own address.
 */
export async function verifyClientAssertion(
  database: Queryable, assertion: string, audience: string, nowMs: number,
): Promise<{ readonly institutionId: InstitutionId; readonly kid: string } | null> {
  const unverified = readUnverified(assertion);
  if (unverified === null) return null;
  const { institutionId, kid } = unverified;

  // The key comes from the register under issuer and kid; an address of keys in the token (jku) is not followed.
  const registered = await findInstitutionKey(database, institutionId, kid);
  if (registered === null) return null;
  let claims: JWTPayload;
  try {
    ({ payload: claims } = await jwtVerify(assertion, registered.key, {
      algorithms: [registered.algorithm], audience, issuer: institutionId, subject: institutionId,
      currentDate: new Date(nowMs), clockTolerance: toleranceSeconds, requiredClaims: ['exp', 'jti'],
    }));
  } catch {
    return null;
  }
  if (!Value.Check(AssertionClaims, claims)) return null;
  if (claims.exp > nowMs / 1000 + maxAssertionSeconds + toleranceSeconds) return null;

  // Used once: whoever inserts it first has it.
  await database.query('DELETE FROM health.used_assertion WHERE institution_id = $1 AND expires_at < $2', [institutionId, new Date(nowMs - 2 * toleranceSeconds * 1000)]);
  const used = await database.query(
    'INSERT INTO health.used_assertion (institution_id, assertion_id, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING assertion_id',
    [institutionId, claims.jti, new Date(claims.exp * 1000)],
  );
  return used.length === 1 ? { institutionId, kid } : null;
}

/** Whose assertion it claims to be; nothing is believed before the signature is checked. */
function readUnverified(assertion: string): { readonly institutionId: InstitutionId; readonly kid: string } | null {
  try {
    const header = decodeProtectedHeader(assertion);
    const claims = decodeJwt(assertion);
    if (!Value.Check(AssertionHeader, header) || !Value.Check(AssertionClaims, claims)) return null;
    return { institutionId: claims.iss, kid: header.kid };
  } catch {
    return null;
  }
}
