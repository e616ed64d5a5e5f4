import type { LinkId } from '@health-kit/api';
import { noOfficer, type OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { linkId, personId, type PersonId } from '../identifiers.ts';
import { accessEvent, type AccessField } from '../ledger/accessEvent.ts';
import { appendEndedLinks } from '../journal/shredded.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { findPerson, type OpenPerson } from '../people/people.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { nowOf, type Vault } from '../vault.ts';
import { majorityOf } from './majority.ts';

const hourMs = 3_600_000;
/** Dependants of one guardian at most, requests that wait included. */
const mostDependants = 4;

/** A link in force at the moment of parameter `moment` (as `$2`). */
export const inForce = (moment: string) => `waits_until IS NULL AND (ends_at IS NULL OR ends_at > ${moment})`;
/** A request that waits at the moment of parameter `moment`. */
export const waiting = (moment: string) => `waits_until > ${moment} AND (ends_at IS NULL OR ends_at > ${moment})`;

/** The guardian of a request, with a proven identity and held, so that two at once do not make one dependant too many. */
export async function requireGuardian(vault: Vault, queries: Queries, person: PersonId): Promise<OpenPerson> {
  const guardian = (await findPerson(vault, queries, person, true)) ?? refuse('not-authorized');
  if (guardian.provenAt === null) refuse('identity-not-proven');
  return guardian;
}

/** Refuses a guardian who has as many dependants as there may be. */
export async function requireRoom(vault: Vault, queries: Queries, guardian: PersonId): Promise<void> {
  const { rowCount } = await queries.query(`SELECT FROM vault.guardian_link WHERE guardian_id = $1 AND (${inForce('$2')} OR ${waiting('$2')})`, [guardian, nowOf(vault)]);
  if (rowCount >= mostDependants) refuse('conflict');
}

/** A link and until when it waits for the dependant's device; null where it is in force. */
export interface AskedLink {
  readonly linkId: LinkId;
  readonly waitsUntil: Date | null;
}

/** A link to be made. */
interface NewLink extends BothSides {
  /** Until when the dependant's device is asked; null where there is none, and the link is in force at once. */
  readonly waitsUntil: Date | null;
  /** The registrar who saw the document: in force when nobody refuses it in time. Null for what waits for the device whatever comes. */
  readonly registrar?: OfficerRecord;
  /** Read off a document whose number does not say it. */
  readonly birthDate?: string | null;
}

/** Makes a link, or asks the dependant's device for it. Who is the guardian already goes on being so. */
export async function makeLink(vault: Vault, queries: Queries, { guardian, dependant, waitsUntil, registrar, birthDate }: NewLink): Promise<AskedLink> {
  const now = nowOf(vault);
  const pair = [guardian.person, dependant.person];
  const present = firstRow(await queries.query<{ link_id: string }>(`SELECT link_id FROM vault.guardian_link WHERE guardian_id = $1 AND dependant_id = $2 AND ${inForce('$3')}`, [...pair, now]));
  if (present !== null) return { linkId: linkId(present.link_id), waitsUntil: null };
  // An adult who takes a guardian does so for as long as they like.
  const majority = majorityOf(dependant.identity, vault.calendar, birthDate);
  const endsAt = majority !== null && majority > now.getTime() ? new Date(majority) : null;
  const id = linkId(randomUuid(vault.random));
  const { rows: replaced } = await queries.query<{ link_id: string }>('DELETE FROM vault.guardian_link WHERE guardian_id = $1 AND dependant_id = $2 RETURNING link_id', pair);
  await queries.query(
    'INSERT INTO vault.guardian_link (link_id, guardian_id, dependant_id, linked_at, ends_at, waits_until, by_device, asked_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [id, ...pair, now, endsAt, waitsUntil, false, registrar?.officerId ?? null],
  );
  await tellBoth(vault, queries, { guardian, dependant }, waitsUntil === null ? 'guardianLinked' : 'guardianAsked', registrar);
  await appendEndedLinks(vault, queries, replaced.map((row) => linkId(row.link_id)));
  return { linkId: id, waitsUntil };
}

/**
 * Asks the device that an account now has about every guardian whom no device of its owner has confirmed: a link that
 * was made where there was none is not in force on their own account before they have seen who it is. Whoever calls
 * this turns the passes invalid that guardians show.
 */
export async function askNewDevice(vault: Vault, queries: Queries, dependant: PersonId): Promise<void> {
  await queries.query(
    'UPDATE vault.guardian_link SET waits_until = $2, asked_by = NULL WHERE dependant_id = $1 AND NOT by_device AND (waits_until IS NULL OR asked_by IS NOT NULL)',
    [dependant, requestEnd(vault)],
  );
}

/** Until when a device that may be anywhere is asked: as long as a recovery waits for its owner's objection. */
export function requestEnd(vault: Vault): Date {
  return new Date(vault.clock.now() + vault.limits.recoveryDelayHours * hourMs);
}

/** The two sides of a link. */
export interface BothSides {
  readonly guardian: OpenPerson;
  readonly dependant: OpenPerson;
}

/** Both sides of a link as its row names them; null when one of them is no more. */
export async function bothSidesOf(vault: Vault, queries: Queries, row: { readonly guardian_id: string; readonly dependant_id: string }): Promise<BothSides | null> {
  const [guardian, dependant] = [await findPerson(vault, queries, personId(row.guardian_id)), await findPerson(vault, queries, personId(row.dependant_id))];
  return guardian === null || dependant === null ? null : { guardian, dependant };
}

/** Enters in both access logs what happened between the two. */
export async function tellBoth(vault: Vault, queries: Queries, { guardian, dependant }: BothSides, what: AccessField, officer: Pick<OfficerRecord, 'officerId' | 'office'> = noOfficer(vault)): Promise<void> {
  await appendPersonEvents(vault, queries, [dependant, guardian].map((subject) => accessEvent(vault, subject, { purpose: 'guardian', officer, fields: [what] })));
}

/** The dependant of a link that is in force, if the caller is the guardian. */
export async function requireDependant(vault: Vault, queries: Queries, link: string, guardian: PersonId, forShare = false): Promise<OpenPerson> {
  const row = firstRow(await queries.query<{ dependant_id: string }>(
    `SELECT dependant_id FROM vault.guardian_link WHERE link_id = $1 AND guardian_id = $2 AND ${inForce('$3')} ${forShare ? 'FOR SHARE' : ''}`, [link, guardian, nowOf(vault)],
  )) ?? refuse('not-found');
  return (await findPerson(vault, queries, personId(row.dependant_id))) ?? refuse('not-found');
}
