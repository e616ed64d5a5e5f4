import { TrustClaims, trustDocumentType, matches } from '@health-kit/api';
import { calculateJwkThumbprint, compactVerify, EmbeddedJWK } from 'jose';

/**
 * What a device remembers of the system: the fingerprint of its trust root, and the newest document of that root it
 * has seen. Epoch seconds; null before the first document.
 */
export interface TrustPin {
  readonly root: string;
  /** Whether the fingerprint came by another way than the server: with a link or code, or typed. Else it was met at first use. */
  readonly given?: boolean | undefined;
  readonly newest: { readonly document: string; readonly issuedAt: number } | null;
}

/**
 * Why a document is not believed.
 * - `unsigned`: no signature, one that does not hold, or not a trust document at all.
 * - `other-root`: signed by another root than the one that is remembered, or that the link or code named.
 * - `older`: played back: older than one that was seen already, or a day old when it comes.
 * - `expired`: its time is over.
 * - `clock`: of a time that this device has not reached.
 */
export type TrustFault = 'unsigned' | 'other-root' | 'older' | 'expired' | 'clock';

/** The statement of a believed document, with the root that signed it. */
export type TrustStatement = TrustClaims & { readonly root: string };
export type TrustVerdict =
  | { readonly ok: true; readonly statement: TrustStatement; readonly pin: TrustPin }
  /** `root`: who signed, where anybody did. */
  | { readonly ok: false; readonly fault: TrustFault; readonly root: string | null };

/** Servers show a document for some time, and not all the same: one that is older by so much is not played back, s. */
const servedUnevenlySeconds = 300;
/** What comes over the network was issued within a day: while the vault is away, servers go on with what they have, s. */
const servedForSeconds = 86_400;
/** How far this device's clock may be behind, s. */
const clockToleranceSeconds = 600;

/**
 * Whether a trust document that came over the network is believed, as a checklist. The newest one is what is returned:
 * one that is a little older than what was seen already changes nothing.
 *
 * @param pin what this device remembers; null at its first use, which believes the root that it meets
 * @param expectedRoot fingerprint that came by another way than the server, as in a link or code; null for none
 */
export async function verifyTrustDocument(document: string, pin: TrustPin | null, expectedRoot: string | null, nowMs: number): Promise<TrustVerdict> {
  const read = await readSigned(document);
  if (read === null) return { ok: false, fault: 'unsigned', root: null };
  const { claims, root } = read;
  const refuse = (fault: TrustFault): TrustVerdict => ({ ok: false, fault, root });

  if (pin !== null && pin.root !== root) return refuse('other-root');
  if (expectedRoot !== null && expectedRoot !== root) return refuse('other-root');
  const now = nowMs / 1000;
  if (claims.iat > now + clockToleranceSeconds) return refuse('clock');
  if (claims.exp <= now) return refuse('expired');
  const newest = pin?.newest ?? null;
  if (newest !== null && claims.iat < newest.issuedAt - servedUnevenlySeconds) return refuse('older');
  if (claims.iat < now - servedForSeconds) return refuse('older');

  const given = expectedRoot !== null || pin?.given === true;
  if (newest !== null && claims.iat < newest.issuedAt) {
    const kept = await readSigned(newest.document);
    const inForce = kept !== null && kept.root === root && kept.claims.exp > now ? kept.claims : claims;
    return { ok: true, statement: { ...inForce, root }, pin: { root, given, newest } };
  }
  return { ok: true, statement: { ...claims, root }, pin: { root, given, newest: { document, issuedAt: claims.iat } } };
}

/** Checks the signature by the key that the header bears; whose key that is, its fingerprint tells. */
async function readSigned(document: string): Promise<{ readonly claims: TrustClaims; readonly root: string } | null> {
  try {
    const { payload, protectedHeader } = await compactVerify(document, EmbeddedJWK, { algorithms: ['ES256'] });
    const { typ, jwk } = protectedHeader;
    if (typ !== trustDocumentType || jwk === undefined || jwk.kty !== 'EC' || jwk.crv !== 'P-256') return null;
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return matches(TrustClaims, claims) ? { claims, root: await calculateJwkThumbprint(jwk, 'sha256') } : null;
  } catch {
    return null;
  }
}
