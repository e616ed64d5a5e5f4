import { SealedDependant, SealedDependantDocument, SealedDocument, SealedIdentity } from '@health-kit/api';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';
import { normaliseDocument, normaliseIdentity, type DocumentParticulars, type Identity } from './normaliseIdentity.ts';

/** Opens an identity that an app sealed to the vault; refuses what does not open or is not plausible. */
export async function unsealIdentity(vault: Vault, sealed: string): Promise<Identity> {
  return normaliseIdentity(await unseal(vault, sealed, SealedIdentity)) ?? refuse('invalid-request');
}
/** Opens what was sealed to the vault and is of this form; null for anything else. */
export async function unsealAs<Schema extends TSchema>(vault: Vault, sealed: string, schema: Schema): Promise<Static<Schema> | null> {
  const content = await openSealed(vault, sealed);
  return Value.Check(schema, content) ? content : null;
}
/** Opens the particulars that an officer read off a document. */
export async function unsealDocument(vault: Vault, sealed: string): Promise<DocumentParticulars> {
  return normaliseDocument(await unseal(vault, sealed, SealedDocument)) ?? refuse('invalid-request');
}
/** Opens whom somebody looks after: the document, and the phone that a code shall go to. */
export async function unsealDependant(vault: Vault, sealed: string): Promise<DocumentParticulars & { readonly phone: string }> {
  const { phone, ...document } = await unseal(vault, sealed, SealedDependant);
  return { ...(normaliseDocument(document) ?? refuse('invalid-request')), phone };
}
/** Opens what an officer read off a dependant's document. */
export async function unsealDependantDocument(vault: Vault, sealed: string): Promise<{ readonly document: DocumentParticulars; readonly birthDate: string | null }> {
  const { birthDate, ...document } = await unseal(vault, sealed, SealedDependantDocument);
  return { document: normaliseDocument(document) ?? refuse('invalid-request'), birthDate: birthDate ?? null };
}

/** Opens what a page sealed to the vault, by its schema; refuses what does not open or is of another form. */
export async function unseal<Schema extends TSchema>(vault: Vault, sealed: string, schema: Schema): Promise<Static<Schema>> {
  return (await unsealAs(vault, sealed, schema)) ?? refuse('invalid-request');
}

/** JWE compact serialization (RFC 7516) with ECDH-ES and A256GCM alone; no compression, so that size is bounded by the request's. Undefined for what does not open. */
async function openSealed(vault: Vault, sealed: string): Promise<unknown> {
  try {
    // An app that fetched the key before it was replaced names the old one.
    const { kid } = decodeProtectedHeader(sealed);
    const key = vault.keys.sealings.find(({ publicKey }) => publicKey.kid === kid) ?? vault.keys.sealing;
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.privateKey, {
      keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader.zip !== undefined) return undefined;
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
    return content;
  } catch {
    return undefined;
  }
}
