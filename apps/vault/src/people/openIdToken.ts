import { timingSafeEqual } from 'node:crypto';
import { documentTypes } from '@health-kit/api';
import type { IdentityProvider } from '@health-kit/api/process-settings';
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import type { SealingKey } from '../keys/vaultKeys.ts';
import { normaliseDocument, type DocumentParticulars } from './normaliseIdentity.ts';

/** Signatures that count: none by a secret that the server could know, and none at all. */
const signatures = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];
/** By how much clocks may differ, seconds. */
const clockToleranceSeconds = 60;
/** How long ago the provider may have made the token. */
const longestAge = '10 minutes';

/** What an ID token must answer to. */
export interface ExpectedToken {
  readonly provider: IdentityProvider;
  /** The vault's keys that the provider may have encrypted to. */
  readonly sealings: readonly SealingKey[];
  readonly nonce: Uint8Array;
  readonly now: Date;
}

/**
 * The particulars that an ID token vouches for (OpenID Connect Core, 3.1.3.7 and 16.14); null for whatever is not a
 * token of this provider, for this client, encrypted to this vault, and for this very proof.
 */
export async function openIdToken(token: string, { provider, sealings, nonce, now }: ExpectedToken): Promise<DocumentParticulars | null> {
  let claims: JWTPayload;
  try {
    const signed = await decrypt(token, sealings);
    if (signed === null) return null;
    const verified = await jwtVerify(signed, createLocalJWKSet({ keys: [...provider.keys] }), {
      issuer: provider.issuer, audience: provider.clientId, algorithms: signatures, requiredClaims: ['exp', 'iat', 'nonce', 'sub'],
      clockTolerance: clockToleranceSeconds, maxTokenAge: longestAge, currentDate: now,
    });
    claims = verified.payload;
  } catch {
    return null;
  }
  // A token for several parties names the one that asked for it.
  if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims['azp'] === undefined) return null;
  if (claims['azp'] !== undefined && claims['azp'] !== provider.clientId) return null;
  if (!isNonce(claims['nonce'], nonce)) return null;
  if (provider.acr !== undefined && !provider.acr.some((context) => context === claims['acr'])) return null;
  const used = claims['amr'];
  if (provider.amr !== undefined && !(Array.isArray(used) && provider.amr.every((method) => used.includes(method)))) return null;
  return particularsIn(claims, provider.claims);
}

/** The signed token in the encrypted one: ECDH-ES and A256GCM alone, without compression. */
async function decrypt(token: string, sealings: readonly SealingKey[]): Promise<string | null> {
  const { kid } = decodeProtectedHeader(token);
  const named = sealings.filter(({ publicKey }) => publicKey.kid === kid);
  for (const { privateKey } of named.length > 0 ? named : sealings) {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(token, privateKey, { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] });
      return protectedHeader.zip === undefined ? new TextDecoder('utf-8', { fatal: true }).decode(plaintext) : null;
    } catch {
      // Encrypted to another of them, or to nobody here.
    }
  }
  return null;
}

function isNonce(claim: unknown, expected: Uint8Array): boolean {
  if (typeof claim !== 'string') return false;
  const given = Buffer.from(claim, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function particularsIn(claims: JWTPayload, names: IdentityProvider['claims']): DocumentParticulars | null {
  const text = (name: string): string | null => {
    const claim = claims[name];
    return typeof claim === 'string' && claim.length <= 200 ? claim : null;
  };
  const documentType = names.documentType === undefined ? 'resident-id' : documentTypes.find((type) => type === text(names.documentType ?? ''));
  const [familyName, givenName, documentNumber] = [text(names.familyName), text(names.givenName), text(names.documentNumber)];
  if (documentType === undefined || familyName === null || documentNumber === null) return null;
  return normaliseDocument({ documentType, familyName, givenName: givenName ?? '', documentNumber });
}
