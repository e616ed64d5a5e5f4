import { createHash } from 'node:crypto';
import { beginIdentityProof, finishIdentityProof } from '@health-kit/api';
import type { IdentityProvider } from '@health-kit/api/process-settings';
import { beginProviderProof, proveByProvider } from '@health-kit/api/vault';
import { findHeldDocument } from '../accounts/heldAccounts.ts';
import { keyHandler } from '../authority/handlers.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { holdHashes } from '../holdHashes.ts';
import { personId } from '../identifiers.ts';
import { appendPersonEvents, type PersonEvent } from '../ledger/ledger.ts';
import { invalidateOutdatedPasses } from '../passes/factsChanged.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import type { AccessField } from '../ledger/accessEvent.ts';
import { documentFields } from './deskMove.ts';
import { countMismatch, mayCompare } from './documentMismatches.ts';
import { documentIndexes, storeDocument } from './identityVault.ts';
import { sameDocument, type DocumentParticulars } from './normaliseIdentity.ts';
import { numberPresentedMessage } from './numberOfAnother.ts';
import { openIdToken } from './openIdToken.ts';
import { findPerson, requirePersonOfDevice, type OpenPerson } from './people.ts';

/** How long somebody may be at the provider. */
const proofLifeMs = 10 * 60_000;

/**
 * A device begins to prove whose it is. The nonce is a hash over its key's thumbprint and a value that was made here
 * for this once: no token that was made for another device, or before, answers to it.
 */
export const beginProviderProofHandler = keyHandler(beginProviderProof, beginIdentityProof, async (vault, call) => {
  if (vault.identityProvider === null) refuse('not-found');
  const oneTime = vault.random(32);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    await queries.query('DELETE FROM vault.provider_proof WHERE thumbprint = $1', [call.thumbprint]);
    await queries.query('INSERT INTO vault.provider_proof (thumbprint, person_id, one_time, expires_at) VALUES ($1, $2, $3, $4)', [
      call.thumbprint, person, Buffer.from(oneTime), new Date(vault.clock.now() + proofLifeMs),
    ]);
  });
  return { nonce: nonceOf(call.thumbprint, oneTime).toString('base64url') };
});

/**
 * Proves an identity by the ID token that the provider made for this device. What does not agree is one refusal,
 * whatever it is: another person's particulars, a number that is another account's, an account that moved.
 */
export const proveByProviderHandler = keyHandler(proveByProvider, finishIdentityProof, async (vault, call) => {
  const provider = vault.identityProvider ?? refuse('not-found');
  // Whatever comes of it, the value is used up: a token is looked at once.
  const begun = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    return firstRow(await queries.query<{ person_id: string; one_time: Buffer; expires_at: Date }>(
      'DELETE FROM vault.provider_proof WHERE thumbprint = $1 RETURNING person_id, one_time, expires_at', [call.thumbprint],
    ));
  });
  if (begun === null || begun.expires_at <= nowOf(vault)) return refuse('invalid-request');
  const document = await openIdToken(call.relayed ?? refuse('invalid-request'), { provider, sealings: vault.keys.sealings, nonce: nonceOf(call.thumbprint, begun.one_time), now: nowOf(vault) });
  if (document === null) return refuse('invalid-request');
  const outcome = await vault.database.transaction(async (queries) => {
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    // The device went to another account while its owner was at the provider.
    if (person !== begun.person_id) return refuse('invalid-request');
    return compareAndProve(vault, queries, provider, (await findPerson(vault, queries, person, true)) ?? refuse('not-found'), document);
  });
  // After the commit: what was counted stays counted, and nobody is told of what did not happen.
  if (outcome.tell !== null) vault.messages.send({ to: outcome.tell.phone, text: numberPresentedMessage(vault, outcome.tell.language), kind: 'notice' });
  if (outcome.refusal !== null) refuse(outcome.refusal);
  return {};
});

interface Outcome {
  readonly refusal: 'document-mismatch' | 'too-many-requests' | null;
  /** Whose number it is, in another name. */
  readonly tell: OpenPerson['identity'] | null;
}

async function compareAndProve(vault: Vault, queries: Queries, provider: IdentityProvider, person: OpenPerson, document: DocumentParticulars): Promise<Outcome> {
  if (!(await mayCompare(vault, queries, person.person))) return { refusal: 'too-many-requests', tell: null };
  if (!sameDocument(person.identity, document)) {
    await countMismatch(vault, queries, person.person);
    return { refusal: 'document-mismatch', tell: null };
  }
  const indexes = documentIndexes(vault, person.identity);
  await holdHashes(queries, indexes);
  const held = await findHeldDocument(vault, queries, person.identity);
  const holder = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.document WHERE blind_index = ANY($1::bytea[])', [byteaArray(indexes)]));
  if (held !== null || holder !== null && holder.person_id !== person.person) {
    // As at a desk: entered and counted before it is refused. A token moves no account to another device; a desk does, with two who saw.
    await countMismatch(vault, queries, person.person);
    if (held !== null || holder === null) {
      await recordEvent(vault, queries, 'held-document-presented', { by: provider.name });
      return { refusal: 'document-mismatch', tell: null };
    }
    await recordEvent(vault, queries, 'number-of-another-presented', { by: provider.name });
    const account = await findPerson(vault, queries, personId(holder.person_id));
    if (account === null) return { refusal: 'document-mismatch', tell: null };
    await appendPersonEvents(vault, queries, [providerEvent(vault, account, provider, ['documentNumber'])]);
    return { refusal: 'document-mismatch', tell: sameDocument(account.identity, document) ? null : account.identity };
  }
  await queries.query('UPDATE vault.person SET proven_at = coalesce(proven_at, $2) WHERE person_id = $1', [person.person, nowOf(vault)]);
  await storeDocument(vault, queries, person);
  await invalidateOutdatedPasses(vault, queries, [person.person]);
  await appendPersonEvents(vault, queries, [providerEvent(vault, person, provider, documentFields)]);
  return { refusal: null, tell: null };
}

/** What the provider stated, in the person's access log: its name stands where an office's does. */
function providerEvent(vault: Vault, { person }: Pick<OpenPerson, 'person'>, provider: IdentityProvider, fields: readonly AccessField[]): PersonEvent {
  const now = vault.clock.now();
  return {
    person, visibleFrom: new Date(now), caseId: null,
    event: { type: 'access', at: instant(now), day: vault.calendar.dayOf(now), purpose: 'identity-proof', office: provider.name, fields },
    secret: { provider: provider.issuer, case: null },
  };
}

/** The thumbprint has one length: no two pairs are written alike. */
function nonceOf(thumbprint: string, oneTime: Uint8Array): Buffer {
  return createHash('sha256').update('health-kit identity proof\n').update(thumbprint, 'utf8').update(oneTime).digest();
}
