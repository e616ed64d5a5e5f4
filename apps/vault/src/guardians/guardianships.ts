import { createHmac } from 'node:crypto';
import { endGuardianship, linkDependant, listGuardianships, makeGuardianCode } from '@health-kit/api';
import { becomeGuardian, endGuardianLink, newGuardianCode, readGuardianships } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { noOfficer } from '../authority/officers.ts';
import { countPace, refuseBeyondPace } from '../authority/pace.ts';
import { byteaArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { linkId, personId, type PersonId } from '../identifiers.ts';
import { accessEvent, type AccessField } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { maskHolder } from '../people/mask.ts';
import { findPerson, requirePersonOfDevice, type OpenPerson } from '../people/people.ts';
import { randomLetters, randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { majorityOf } from './majority.ts';

const codeLifeMs = 10 * 60_000;
/** Dependants of one guardian at most. */
const mostDependants = 4;

/** A code that the dependant's own device shows, eight letters, good once and for ten minutes; a new one ends the last. */
export const newGuardianCodeHandler = keyHandler(newGuardianCode, makeGuardianCode, async (vault, call) => {
  const code = randomLetters(vault.random, 8);
  const expiresAt = new Date(vault.clock.now() + codeLifeMs);
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person, provenAt } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    if (provenAt === null) refuse('identity-not-proven');
    await queries.query('DELETE FROM vault.guardian_code WHERE dependant_id = $1', [person]);
    await queries.query('INSERT INTO vault.guardian_code (code_hash, dependant_id, expires_at) VALUES ($1, $2, $3)', [codeHash(vault.keys.oneTimeCode, code), person, expiresAt]);
  });
  return { code, expiresAt: instant(expiresAt.getTime()) };
});

/**
 * Makes the caller the guardian of whoever's device shows the code. Both identities are proven, and nobody is named.
 * Wrong codes have a budget per person, and none in common with the one-time codes: nobody stops registrations here.
 */
export const becomeGuardianHandler = keyHandler(becomeGuardian, linkDependant, async (vault, call) => {
  const now = nowOf(vault);
  const outcome = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const device = await requirePersonOfDevice(vault, queries, call.thumbprint);
    // Locked, so that two codes at once do not make one dependant too many.
    const guardian = (await findPerson(vault, queries, device.person, true)) ?? refuse('not-authorized');
    if (guardian.provenAt === null) refuse('identity-not-proven');
    await refuseBeyondPace(vault, queries, 'guardian-guess', guardian.person);
    // Before the code is looked at, which would otherwise tell whether it is one.
    const present = await queries.query('SELECT FROM vault.guardian_link WHERE guardian_id = $1 AND (ends_at IS NULL OR ends_at > $2)', [guardian.person, now]);
    if (present.rowCount >= mostDependants) refuse('conflict');
    const row = firstRow(await queries.query<{ dependant_id: string }>(
      'DELETE FROM vault.guardian_code WHERE code_hash = ANY($1::bytea[]) AND expires_at > $2 AND dependant_id <> $3 RETURNING dependant_id',
      [byteaArray(vault.keys.oneTimeCodes.map((key) => codeHash(key, call.body.code))), now, guardian.person],
    ));
    const dependant = row === null ? null : await findPerson(vault, queries, personId(row.dependant_id));
    if (dependant === null) {
      await countPace(vault, queries, 'guardian-guess', guardian.person);
      return null;
    }
    return link(vault, queries, guardian, dependant, now);
  });
  return { linkId: outcome ?? refuse('code-refused') };
});

async function link(vault: Vault, queries: Queries, guardian: OpenPerson, dependant: OpenPerson, now: Date) {
  // An adult who takes a guardian does so for as long as they like.
  const majority = majorityOf(dependant.identity, vault.calendar);
  const endsAt = majority !== null && majority > now.getTime() ? new Date(majority) : null;
  const id = linkId(randomUuid(vault.random));
  await queries.query('DELETE FROM vault.guardian_link WHERE guardian_id = $1 AND dependant_id = $2', [guardian.person, dependant.person]);
  await queries.query('INSERT INTO vault.guardian_link (link_id, guardian_id, dependant_id, linked_at, ends_at) VALUES ($1, $2, $3, $4, $5)', [id, guardian.person, dependant.person, now, endsAt]);
  await tellBoth(vault, queries, guardian, dependant, 'guardianLinked');
  return id;
}

type LinkRow = { link_id: string; other_id: string; linked_at: Date; ends_at: Date | null };

/** Whom the caller guards, and who guards the caller, each in the least view. */
export const readGuardianshipsHandler = keyHandler(readGuardianships, listGuardianships, async (vault, call) => {
  const { person } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const read = async (own: 'guardian_id' | 'dependant_id', other: 'guardian_id' | 'dependant_id') => {
    const { rows } = await vault.database.query<LinkRow>(
      `SELECT link_id, ${other} AS other_id, linked_at, ends_at FROM vault.guardian_link WHERE ${own} = $1 AND (ends_at IS NULL OR ends_at > $2) ORDER BY linked_at, link_id`, [person, nowOf(vault)],
    );
    return (await Promise.all(rows.map((row) => linkOnWire(vault, row)))).filter((each) => each !== null);
  };
  return { dependants: await read('guardian_id', 'dependant_id'), guardians: await read('dependant_id', 'guardian_id') };
});

async function linkOnWire(vault: Vault, row: LinkRow) {
  const other = await findPerson(vault, vault.database, personId(row.other_id));
  if (other === null) return null;
  const dayOf = (at: Date) => vault.calendar.dayOf(at.getTime());
  return { linkId: linkId(row.link_id), holder: maskHolder(other.identity, other.provenAt !== null), since: dayOf(row.linked_at), endsOn: row.ends_at === null ? null : dayOf(row.ends_at) };
}

/** Ends a guardianship, from either side: the guardian's device shows the pass no more. */
export const endGuardianLinkHandler = keyHandler(endGuardianLink, endGuardianship, async (vault, call) => {
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const row = firstRow(await queries.query<{ guardian_id: string; dependant_id: string }>(
      'DELETE FROM vault.guardian_link WHERE link_id = $1 AND $2 IN (guardian_id, dependant_id) RETURNING guardian_id, dependant_id', [call.params.linkId, person],
    )) ?? refuse('not-found');
    await queries.query(
      `UPDATE vault.pass SET invalid = true WHERE person_id = $2 AND NOT invalid
       AND thumbprint IN (SELECT thumbprint FROM vault.device WHERE person_id = $1)`, [row.guardian_id, row.dependant_id],
    );
    const [guardian, dependant] = [await findPerson(vault, queries, personId(row.guardian_id)), await findPerson(vault, queries, personId(row.dependant_id))];
    if (guardian !== null && dependant !== null) await tellBoth(vault, queries, guardian, dependant, 'guardianEnded');
  });
  return {};
});

/** Enters in both access logs what happened between the two. */
async function tellBoth(vault: Vault, queries: Queries, guardian: OpenPerson, dependant: OpenPerson, what: AccessField): Promise<void> {
  await appendPersonEvents(vault, queries, [dependant, guardian].map((subject) => accessEvent(vault, subject, { purpose: 'guardian', officer: noOfficer(vault), fields: [what] })));
}

/** The dependant of a link that is in force, if the caller is the guardian. */
export async function requireDependant(vault: Vault, queries: Queries, link: string, guardian: PersonId, forShare = false): Promise<OpenPerson> {
  const row = firstRow(await queries.query<{ dependant_id: string }>(
    `SELECT dependant_id FROM vault.guardian_link WHERE link_id = $1 AND guardian_id = $2 AND (ends_at IS NULL OR ends_at > $3) ${forShare ? 'FOR SHARE' : ''}`, [link, guardian, nowOf(vault)],
  )) ?? refuse('not-found');
  return (await findPerson(vault, queries, personId(row.dependant_id))) ?? refuse('not-found');
}

function codeHash(key: Uint8Array, code: string): Buffer {
  return createHmac('sha256', key).update(`guardian|${code}`, 'utf8').digest();
}
