import { firstRow, type Queries } from '../database.ts';
import { officerId, personId, type PersonId } from '../identifiers.ts';
import { accessEvent, type AccessField } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { documentFields } from '../people/deskMove.ts';
import { storeDocument } from '../people/identityVault.ts';
import { leastViewFields } from '../people/mask.ts';
import { findPerson } from '../people/people.ts';
import { nowOf, type Vault } from '../vault.ts';
import { readCanaries } from './canaries.ts';
import { decoyKey, keyedRandomness, number } from './keyedRandomness.ts';

const minuteMs = 60_000;
/** How long after its registration a canary comes to the desk. */
const toDeskMs = { least: 5 * minuteMs, most: 24 * 60 * minuteMs };
/** How long a registrar takes there, from the scan of the pass to what the document says. */
const atDeskMs = { least: minuteMs / 2, most: 3 * minuteMs };

/**
 * Takes canaries a step further that registered and are not proven yet: a registrar looks at each, and some moments
 * later has its document proven. Both are done when they happen, since entries of the ledger lie in the order of time:
 * a person whose three entries lie beside each other would be known for a canary.
 *
 * @returns the next moment at which there is something to do; null where nothing is known
 */
export async function proveCanaries(vault: Vault): Promise<number | null> {
  const canaries = (await readCanaries(vault, vault.database)).map(({ person }) => person);
  let next: number | null = null;
  for (const step of await waiting(vault, vault.database, canaries)) {
    if (step.dueMs <= vault.clock.now()) await vault.database.transaction((queries) => take(vault, queries, step.person));
    else if (next === null || step.dueMs < next) next = step.dueMs;
  }
  return next;
}

interface Step {
  readonly person: PersonId;
  /** Whether the registrar has looked. */
  readonly seen: boolean;
  readonly dueMs: number;
}

async function waiting(vault: Vault, queries: Queries, people: readonly PersonId[]): Promise<readonly Step[]> {
  const { rows } = await queries.query<{ person_id: string; created_at: Date; entries: number; last: Date }>(
    `SELECT p.person_id, p.created_at, count(*)::int AS entries, max(l.appended_at) AS last
     FROM vault.person p JOIN vault.access_entry USING (person_id) JOIN ledger.leaf l USING (seq)
     WHERE p.person_id = ANY($1::uuid[]) AND p.proven_at IS NULL GROUP BY p.person_id, p.created_at`,
    [people],
  );
  return rows.map(({ person_id, created_at, entries, last }) => {
    const person = personId(person_id);
    const draw = keyedRandomness(decoyKey(vault), `canary at the desk|${person}`);
    const within = ({ least, most }: typeof toDeskMs) => least + Math.floor(number(draw) * (most - least));
    const [toDesk, atDesk] = [within(toDeskMs), within(atDeskMs)];
    // The registration is the first entry.
    const seen = entries > 1;
    return { person, seen, dueMs: seen ? last.getTime() + atDesk : created_at.getTime() + toDesk };
  });
}

/** Does what is due for one of them; nothing where another process did, or where nobody works at a desk. */
async function take(vault: Vault, queries: Queries, canary: PersonId): Promise<void> {
  const person = await findPerson(vault, queries, canary, true);
  const [step] = await waiting(vault, queries, [canary]);
  if (person === null || step === undefined || step.dueMs > vault.clock.now()) return;
  const registrar = firstRow(await queries.query<{ officer_id: string; office: string }>(
    "SELECT officer_id, office FROM vault.officer WHERE 'registrar' = ANY (roles) AND frozen_at IS NULL AND dismissed_at IS NULL ORDER BY md5(officer_id::text || $1) LIMIT 1", [canary],
  ));
  if (registrar === null) return;
  const officer = { officerId: officerId(registrar.officer_id), office: registrar.office };
  const enter = (fields: readonly AccessField[]) => appendPersonEvents(vault, queries, [accessEvent(vault, person, { purpose: 'identity-proof', officer, fields })]);
  if (!step.seen) {
    await enter(leastViewFields);
    return;
  }
  await queries.query('UPDATE vault.person SET proven_at = $2, proven_by = $3 WHERE person_id = $1', [canary, nowOf(vault), officer.officerId]);
  await storeDocument(vault, queries, person);
  await enter(documentFields);
}
