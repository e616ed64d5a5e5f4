import { cardLifeDays, endCard, issueCard } from '@health-kit/api';
import { endCardAtDesk, issueCardAtDesk } from '@health-kit/api/vault';
import { bytesFromUuid, encodeBase64url, signPass } from '@health-kit/pass';
import { officerHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import type { Queries } from '../database.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { maskHolder } from '../people/mask.ts';
import { findPerson, type OpenPerson } from '../people/people.ts';
import { findPresentation } from '../people/presentations.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, recordEvent, type Vault } from '../vault.ts';
import { endCards } from './cards.ts';

const dayMs = 86_400_000;

/**
 * Signs the pass of a card for whoever an officer has before them: who it is, the digest of the portrait that is printed
 * beside it, and no status and no holder's key. What it is worth on a day stands in that day's card lists. It is the one
 * card of the person: the one before ends.
 */
export const issueCardHandler = officerHandler(issueCardAtDesk, issueCard, async (vault, call) => {
  const { officer } = call;
  const digest = Buffer.from(call.body.portraitDigest, 'base64url');
  if (digest.length !== 16 || digest.toString('base64url') !== call.body.portraitDigest) refuse('invalid-request');
  // Read once: the key that the row names is the key that signs.
  const signing = vault.keys.issuer.pass;
  const cardId = randomUuid(vault.random);
  const issuedAt = Math.floor(vault.clock.now() / 1000);
  const expiresAt = issuedAt + cardLifeDays * (dayMs / 1000);
  const { identity, replaced } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const person = await requireProven(vault, queries, call.body.presentationId, officer);
    const ended = await endCards(vault, queries, person.person);
    await queries.query(
      'INSERT INTO vault.card (card_id, person_id, issued_by, issued_at, expires_at, key_version) VALUES ($1, $2, $3, $4, $5, $6)',
      [cardId, person.person, officer.officerId, new Date(issuedAt * 1000), new Date(expiresAt * 1000), signing.version],
    );
    await recordEvent(vault, queries, 'card-made', { by: officer.officerId, replaced: ended });
    await appendPersonEvents(vault, queries, [accessEvent(vault, person, { purpose: 'card', officer, fields: ended ? ['cardMade', 'cardEnded'] : ['cardMade'] })]);
    return { identity: person.identity, replaced: ended };
  });
  const holder = maskHolder(identity, true);
  const pass = await signPass(
    {
      issuer: vault.issuer.id, issuedAt, expiresAt, passId: bytesFromUuid(cardId), holderKey: null, status: 'listed',
      maskedName: holder.name, documentLastTwo: holder.documentLastTwo, portraitDigest: digest, statusListId: 0, statusListIndex: 0,
    },
    signing.signer, signing.kid,
  );
  return { pass: encodeBase64url(pass), issuedAt: instant(issuedAt * 1000), expiresAt: instant(expiresAt * 1000), holder, replaced };
});

/** Ends the card of whoever an officer has before them, as one that was lost and is not wanted again. Ending it twice is success. */
export const endCardHandler = officerHandler(endCardAtDesk, endCard, async (vault, call) => {
  const { officer } = call;
  const ended = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const person = await requireProven(vault, queries, call.body.presentationId, officer);
    if (!(await endCards(vault, queries, person.person))) return false;
    await recordEvent(vault, queries, 'card-ended', { by: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, person, { purpose: 'card', officer, fields: ['cardEnded'] })]);
    return true;
  });
  return { ended };
});

/** Whom the officer has before them, locked; refuses somebody whose identity nobody has proven. */
async function requireProven(vault: Vault, queries: Queries, presentationId: string, officer: OfficerRecord): Promise<OpenPerson> {
  const presentation = (await findPresentation(vault, queries, presentationId, officer)) ?? refuse('not-found');
  const person = (await findPerson(vault, queries, presentation.person, true)) ?? refuse('not-found');
  return person.provenAt === null ? refuse('identity-not-proven') : person;
}
