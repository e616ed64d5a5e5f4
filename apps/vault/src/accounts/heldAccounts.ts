import { createHmac } from 'node:crypto';
import { isProfileTest, rules } from '@health-kit/policy';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import type { HashKey } from '../keys/vaultKeys.ts';
import { termsOf } from '../passes/approvedFacts.ts';
import { readFacts, statusContext } from '../passes/readStatus.ts';
import { documentIndexes } from '../people/identityVault.ts';
import { foldName, type DocumentParticulars } from '../people/normaliseIdentity.ts';
import { findPerson } from '../people/people.ts';
import { nowOf, type Vault } from '../vault.ts';

const dayMs = 86_400_000;
/** Longest that an erased account is held without an order, days: no order runs longer. */
const longestHoldDays = 31;

/**
 * Until when public health counts on a proven account, if it were erased now: the last of everything that may restrict
 * its holder, not only of what decides today's status. That is every result, exposure and order (one that begins later,
 * too), a proposal that waits or was approved, an open case that found them as a contact, a case of theirs that may have
 * to be traced, and a specimen under way. Null where nothing does. Erasing must not be a way out of an order, nor silence a case.
 *
 * @param told only what the person has been told of: whoever asks before being told would learn of somebody's case by the answer
 */
export async function heldUntil(vault: Vault, queries: Queries, person: PersonId, told: 'all' | 'told' = 'all'): Promise<Date | null> {
  const now = vault.clock.now();
  const facts = ((await readFacts(vault, queries, [{ person }])).get(person) ?? []).filter((fact) => fact.kind !== 'result' || isProfileTest(vault.profile, fact.testCode));
  const ends = [0];
  for (const rule of rules) {
    const match = rule.match(facts, statusContext(vault, true));
    // The last rule says that there is no reason, and cites nothing.
    if (match !== null && match.evidence.length > 0) ends.push(match.until ?? now + longestHoldDays * dayMs);
  }
  for (const fact of facts) if (fact.kind === 'order' && fact.startsAt > now) ends.push(fact.endsAt);
  ends.push(...(await proposedEnds(queries, person, told)));

  const termMs = vault.limits.visitTermDays * dayMs;
  const counting = firstRow(await queries.query<{ since: Date | null; found: Date | null }>(
    `SELECT greatest(
       (SELECT max(registered_at) FROM vault.case_authority WHERE person_id = $1 AND registered_at > $3),
       (SELECT max(s.collected_at) FROM health.specimen s WHERE s.subject = $2 AND s.collected_at > $3
          AND NOT EXISTS (SELECT FROM health.result r WHERE r.specimen_id = s.specimen_id))) AS since,
       (SELECT max(f.resolved_at) FROM vault.case_contact f JOIN vault.case_authority c USING (case_id) WHERE f.person_id = $1 AND c.closed_at IS NULL
          AND ($4 OR EXISTS (SELECT FROM vault.access_entry a WHERE a.case_id = f.case_id AND a.person_id = f.person_id AND a.visible_from <= $5))) AS found`,
    [person, pseudonymOf(vault.keys.health, person), new Date(now - termMs), told === 'all', new Date(now)],
  ));
  if (counting !== null && counting.since !== null) ends.push(counting.since.getTime() + termMs);
  if (counting !== null && counting.found !== null) ends.push(counting.found.getTime() + longestHoldDays * dayMs);
  const until = Math.max(...ends);
  return until > now ? new Date(until) : null;
}

/** When the orders end that the vault recorded for a person, approved or not decided: whether the server wrote them down does not matter. */
async function proposedEnds(queries: Queries, person: PersonId, told: 'all' | 'told'): Promise<number[]> {
  const { rows } = await queries.query<{ canonical: string }>(
    `SELECT p.canonical FROM vault.order_proposal p JOIN vault.order_subject s USING (proposal_id)
     WHERE s.person_id = $1 AND (p.decision = 'approved' OR $2 AND p.decision IS NULL)`, [person, told === 'all'],
  );
  return rows.map(({ canonical }) => termsOf(canonical).endsAt);
}

/** The identifier of an erased person for whom a case can still be made or traced; null where there is none. */
export async function findHeldPerson(vault: Vault, queries: Queries, person: PersonId): Promise<PersonId | null> {
  const row = firstRow(await queries.query<{ person_id: string }>('SELECT person_id FROM vault.held_account WHERE person_id = $1 AND until > $2', [person, nowOf(vault)]));
  return row === null ? null : personId(row.person_id);
}

/** The account of this document that was erased while public health counts on it, and whether it was in this name; null where there is none. */
export async function findHeldDocument(vault: Vault, queries: Queries, document: DocumentParticulars): Promise<{ readonly person: PersonId; readonly sameName: boolean } | null> {
  const row = firstRow(await queries.query<{ person_id: string; name_hash: Buffer | null }>(
    'SELECT person_id, name_hash FROM vault.held_account WHERE blind_index = ANY($1::bytea[]) AND until > $2 LIMIT 1', [byteaArray(documentIndexes(vault, document)), nowOf(vault)],
  ));
  if (row === null) return null;
  const person = personId(row.person_id);
  const { name_hash: stored } = row;
  return { person, sameName: stored !== null && vault.keys.blindIndexes.some((version) => heldNameHash(version, person, document).equals(stored)) };
}

/** Keeps the document of an account that is about to be erased, by the hashes of its number and its name. */
export async function holdDocument(vault: Vault, queries: Queries, person: PersonId, until: Date): Promise<void> {
  const document = firstRow(await queries.query<{ key_version: number }>('SELECT key_version FROM vault.document WHERE person_id = $1', [person]));
  const account = await findPerson(vault, queries, person);
  if (document === null || account === null) return;
  // Under the version of the index beside it, with which it is read and lapses.
  const key = vault.keys.blindIndexes.find(({ version }) => version === document.key_version) ?? vault.keys.blindIndex;
  await queries.query(
    `INSERT INTO vault.held_account (person_id, blind_index, key_version, until, name_hash) SELECT person_id, blind_index, key_version, $2, $3 FROM vault.document WHERE person_id = $1
     ON CONFLICT (person_id) DO NOTHING`, [person, until, heldNameHash(key, person, account.identity)],
  );
}

/** HMAC-SHA-256 of an erased person's name, with their identifier, so that equal names are not stored alike. No document's index is written so. */
function heldNameHash({ key }: HashKey, person: PersonId, { familyName, givenName }: DocumentParticulars): Buffer {
  return createHmac('sha256', key).update(`held name|${person}\n${foldName(familyName)}\n${foldName(givenName)}`, 'utf8').digest();
}
