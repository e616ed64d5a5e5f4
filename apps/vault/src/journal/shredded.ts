import { join } from 'node:path';
import type { Day, LinkId } from '@health-kit/api';
import { firstRow, type Queries } from '../database.ts';
import { linkId, localDay, personId, type PersonId } from '../identifiers.ts';
import { peopleOf, pseudonymOf, type PseudonymKey } from '../keys/pseudonym.ts';
import { takeTurn } from '../turns.ts';
import type { Vault } from '../vault.ts';
import { journalFile, recordOfLine, type JournalFile } from './journalFile.ts';

/** Days after which no backup of the database is older; records go after as many. */
export const longestBackupAgeDays = 400;
/** A day; a blank and a pseudonym of who was erased, or an equals sign and the guardianship that ended. Both in the text form of a UUID. */
const recordPattern = /^(\d{4}-\d\d-\d\d)([ =])([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const recordLength = 47;

/** The journal cannot be relied upon, as one sentence for the operator. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

const pathIn = (keyFolder: string) => join(keyFolder, 'journal', 'shredded');

/** The file of this key folder. */
export function shreddedFile(keyFolder: string): JournalFile {
  return journalFile(pathIn(keyFolder));
}

/**
 * Makes the journal on the first start. Call it before the keys are opened: whether the journal's own key exists tells
 * whether this is the first start.
 */
export async function prepareShreddedFile(queries: Queries, keyFolder: string): Promise<void> {
  const key = firstRow(await queries.query<{ name: string }>("SELECT name FROM vault.sealed_key WHERE name = 'sector/shredded'"));
  if (key !== null) return;
  const file = shreddedFile(keyFolder);
  if ((await file.read()).length > 0) {
    throw new JournalError(`The journal of erased accounts ${pathIn(keyFolder)} belongs to another database, or this backup is older than the journal's key.`);
  }
  await file.create();
}

/** Refuses to go on without the journal: a vault that lost it would let a restored backup bring erased people back. */
export async function requireShreddedFile(keyFolder: string): Promise<void> {
  if (await shreddedFile(keyFolder).exists()) return;
  throw new JournalError(`The journal of erased accounts ${pathIn(keyFolder)} is missing: put the newest copy back, or make an empty file there if nobody was ever erased.`);
}

/** A person who was erased, and on which day. */
export interface Shredded {
  readonly person: PersonId;
  readonly day: Day;
}

/**
 * Writes down that people are erased, durably. Call it at the end of the transaction of the deletion, before its commit: a
 * record without its deletion is made good at the next start, a deletion without its record would not outlive a
 * restored backup.
 */
export async function appendShredded(vault: Vault, queries: Queries, people: readonly PersonId[], day: Day): Promise<void> {
  await takeTurn(queries, 'journal', 'together');
  await shreddedFile(vault.keyFolder).append(people.map((person) => recordOf(vault.keys.shredded, { person, day })));
}

/** Writes down that guardianships, or requests for one, are over; as {@link appendShredded}. Their identifiers are random, and name nobody by themselves. */
export async function appendEndedLinks(vault: Vault, queries: Queries, links: readonly LinkId[]): Promise<void> {
  if (links.length === 0) return;
  await takeTurn(queries, 'journal', 'together');
  const day = vault.calendar.dayOf(vault.clock.now());
  await shreddedFile(vault.keyFolder).append(links.map((link) => `${day}=${link}`));
}

/** Every whole record. What is not whole is what a crash tore, and was never acknowledged. */
async function readRecords(vault: Vault): Promise<readonly { readonly day: Day; readonly sign: string; readonly id: string }[]> {
  return (await shreddedFile(vault.keyFolder).read()).flatMap((line) => {
    const [, day, sign, id] = recordPattern.exec(recordOfLine(line, recordLength)) ?? [];
    return day === undefined || sign === undefined || id === undefined ? [] : [{ day: localDay(day), sign, id }];
  });
}

/** Every guardianship in the journal. */
export async function readEndedLinks(vault: Vault): Promise<readonly LinkId[]> {
  return (await readRecords(vault)).filter(({ sign }) => sign === '=').map(({ id }) => linkId(id));
}

/** Everybody in the journal. */
export async function readShredded(vault: Vault): Promise<readonly Shredded[]> {
  const found = (await readRecords(vault)).filter(({ sign }) => sign === ' ').map(({ day, id }) => ({ day, pseudonym: personId(id) }));
  const people = peopleOf(vault.keys.shredded, found.map(({ pseudonym }) => pseudonym));
  return found.flatMap(({ day }, index) => {
    const person = people[index];
    return person === undefined ? [] : [{ person, day }];
  });
}

/** Drops records that no backup is older than; called in a transaction. Returns how many went. */
export async function trimShredded(vault: Vault, queries: Queries): Promise<number> {
  const firstKept = vault.calendar.addDays(vault.calendar.dayOf(vault.clock.now()), -longestBackupAgeDays);
  if ((await readRecords(vault)).every(({ day }) => day >= firstKept)) return 0;
  await takeTurn(queries, 'journal');
  const all = await readRecords(vault);
  const kept = all.filter(({ day }) => day >= firstKept);
  await shreddedFile(vault.keyFolder).replace(kept.map(({ day, sign, id }) => `${day}${sign}${id}`));
  return all.length - kept.length;
}

function recordOf(key: PseudonymKey<PersonId>, { person, day }: Shredded): string {
  return `${day} ${pseudonymOf(key, person)}`;
}
