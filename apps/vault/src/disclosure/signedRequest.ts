import { disclosureFields, disclosurePurposes, fieldsOfPurpose, TracePseudonym } from '@health-kit/api';
import { canonicalJsonBytes } from '@health-kit/tlog';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { openWithAny, seal } from '../keys/sealing.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import type { Vault } from '../vault.ts';

/** The whole of a request, as both officers sign it. */
const SignedRequest = Type.Object({
  disclosure: Type.String(), case: Type.String(), purpose: Type.Enum([...disclosurePurposes]), fields: Type.Array(Type.Enum([...disclosureFields])),
  subjects: Type.Array(TracePseudonym), reason: Type.String(), requestedBy: Type.String(), requestedUnit: Type.String(), requestedAt: Type.String(),
});
export type SignedRequest = Static<typeof SignedRequest>;

/** A request's canonical JSON (RFC 8785) and its SHA-256. */
export function digestRequest(request: SignedRequest): { readonly canonical: string; readonly digest: Buffer } {
  const bytes = canonicalJsonBytes(request);
  return { canonical: Buffer.from(bytes).toString('utf8'), digest: sha256(bytes) };
}

/** Reads a stored request; null where it is not the one of its digest, or asks for what its purpose does not need. */
export function readRequest(row: { readonly canonical: string; readonly digest: Buffer }): SignedRequest | null {
  if (!sha256(row.canonical).equals(row.digest)) return null;
  const request: unknown = JSON.parse(row.canonical);
  if (!Value.Check(SignedRequest, request)) return null;
  return request.fields.every((field) => fieldsOfPurpose[request.purpose].includes(field)) ? request : null;
}
/** As {@link readRequest}, where a row that somebody has changed is nothing to go on with. */
export function requireRequest(row: { readonly canonical: string; readonly digest: Buffer }): SignedRequest {
  const request = readRequest(row);
  if (request === null) throw new Error('a disclosure is not what was signed');
  return request;
}

/** What the vault has granted: which request, to which session, on whose signatures, until when (epoch ms; 0 while it waits for the second). */
const Grant = Type.Object({
  digest: Type.String(), session: Type.String(), requestedBy: Type.String(), approvedBy: Type.Union([Type.String(), Type.Null()]), until: Type.Number(),
});
type Grant = Static<typeof Grant>;
const grantPlace = (disclosureId: string) => `vault.disclosure/sealed_grant/${disclosureId}`;

/** Seals a grant, so that whoever can write the row can still not make one. */
export function sealGrant(vault: Vault, disclosureId: string, grant: Grant): Buffer {
  return seal(vault.keys.ledgerEvent, grantPlace(disclosureId), Buffer.from(JSON.stringify(grant), 'utf8'), vault.random);
}

/** Opens a grant of this disclosure; null for what the vault did not seal for it. */
export function openGrant(vault: Vault, disclosureId: string, sealed: Uint8Array): Grant | null {
  const opened = openWithAny(vault.keys.grants, grantPlace(disclosureId), sealed);
  if (opened === null) return null;
  const grant: unknown = JSON.parse(opened.toString('utf8'));
  return Value.Check(Grant, grant) ? grant : null;
}
