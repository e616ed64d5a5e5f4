import type { BodyOf, registerInstitutionKey } from '@health-kit/api';
import { base64url, importJWK, type CryptoKey } from 'jose';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Queryable } from '../database.ts';

type PublicKey = BodyOf<typeof registerInstitutionKey>['publicKey'];
/** The signature algorithm that goes with a curve (RFC 7518, 3.4); the key decides it, not the token. */
export const algorithmOfCurve = { 'P-256': 'ES256', 'P-384': 'ES384' } as const;
const coordinateBytes = { 'P-256': 32, 'P-384': 48 } as const;

const StoredKey = Type.Object({
  kty: Type.Literal('EC'), crv: Type.Union([Type.Literal('P-256'), Type.Literal('P-384')]), x: Type.String(), y: Type.String(),
});
type StoredKey = Static<typeof StoredKey>;

/** Whether a JWK is a point of its curve, written in the one way RFC 7518 (6.2.1.2) allows. */
export async function isValidPublicKey(key: PublicKey): Promise<boolean> {
  for (const coordinate of [key.x, key.y]) {
    const bytes = Buffer.from(coordinate, 'base64url');
    if (bytes.length !== coordinateBytes[key.crv] || base64url.encode(bytes) !== coordinate) return false;
  }
  try {
    await importJWK({ kty: key.kty, crv: key.crv, x: key.x, y: key.y }, algorithmOfCurve[key.crv]);
    return true;
  } catch {
    return false;
  }
}

/** A key of an institution that a second officer confirmed and nobody revoked; null where there is none of that name. */
export async function findInstitutionKey(
  database: Queryable, institutionId: string, kid: string,
): Promise<{ readonly key: CryptoKey; readonly algorithm: 'ES256' | 'ES384' } | null> {
  const stored = await findStoredKey(database, institutionId, kid);
  if (stored === null) return null;
  const algorithm = algorithmOfCurve[stored.crv];
  const key = await importJWK(stored, algorithm);
  return key instanceof Uint8Array ? null : { key, algorithm };
}

async function findStoredKey(database: Queryable, institutionId: string, kid: string): Promise<StoredKey | null> {
  const rows = await database.query<{ public_key: unknown }>(
    'SELECT public_key FROM health.institution_key WHERE institution_id = $1 AND kid = $2 AND confirmed_at IS NOT NULL AND revoked_at IS NULL', [institutionId, kid],
  );
  const key = rows[0]?.public_key;
  return Value.Check(StoredKey, key) ? key : null;
}
