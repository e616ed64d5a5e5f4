import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { localDay, personId, visitPseudonym } from '../../apps/vault/src/identifiers.ts';
import { fileKeyProvider } from '../../apps/vault/src/keys/fileKeyProvider.ts';
import { healthKey, pseudonymsOf, visitKey } from '../../apps/vault/src/keys/pseudonym.ts';
import { startCity, type City } from '../server/city.ts';

const dayMs = 86_400_000;
const visited = '2026-11-23';
const visitors = 4;

let city: City;
let folder: string;
before(async () => {
  city = await startCity();
  folder = await mkdtemp(join(tmpdir(), 'hk-gone-'));
});
after(async () => {
  await city.close();
  await rm(folder, { recursive: true, force: true });
});

/** What an attacker takes out of a copy of the database that links a visit to a person. */
interface Dump {
  readonly visits: readonly { readonly day: string; readonly subject: string }[];
  readonly people: readonly string[];
  readonly sealed: readonly { readonly name: string; readonly wrapped: Buffer; readonly kek_version: number }[];
  readonly dayKeys: readonly { readonly day: string; readonly wrapped: Buffer; readonly kek_version: number }[];
}
async function dump(): Promise<Dump> {
  return {
    visits: await city.rows("SELECT (arrived_at AT TIME ZONE 'Asia/Shanghai')::date::text AS day, subject FROM visit.visit"),
    people: (await city.rows<{ id: string }>('SELECT person_id AS id FROM vault.person UNION SELECT former_id FROM vault.former_person')).map(({ id }) => id),
    sealed: await city.rows('SELECT name, wrapped, kek_version FROM vault.sealed_key'),
    dayKeys: await city.rows('SELECT day::text, wrapped, kek_version FROM vault.day_key'),
  };
}
/** Everything that two copies of the database hold, together. */
const together = (a: Dump, b: Dump): Dump => ({
  visits: [...a.visits, ...b.visits], people: [...new Set([...a.people, ...b.people])], sealed: [...a.sealed, ...b.sealed], dayKeys: [...a.dayKeys, ...b.dayKeys],
});

/** Takes the key folder as it is now, or as the manual says to back it up: without `day/`. */
async function takeKeys(name: string, days: boolean): Promise<string> {
  const to = join(folder, name);
  await promisify(execFile)('cp', ['-a', city.system.folder.keys, to]);
  // The thief owns what was taken.
  await promisify(execFile)('chown', ['-R', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`, to]);
  if (!days) await rm(join(to, 'day'), { recursive: true });
  return to;
}

/**
 * The attacker's program: opens every key that any of the folders opens, takes every opened key and every file of the
 * folders for a day's key and for a sector's, computes the pseudonyms of everybody under all of them, and counts the
 * visits that link to somebody.
 */
async function linkedVisits(database: Dump, keyFolders: readonly string[]): Promise<number> {
  const opened: Uint8Array[] = [];
  const dayKeys: Uint8Array[] = [];
  for (const keyFolder of keyFolders) {
    for (const entry of await readdir(keyFolder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name));
      if (content.length === 32) opened.push(content);
    }
    const provider = await fileKeyProvider(keyFolder, randomBytes);
    for (const { name, wrapped, kek_version } of database.sealed) {
      const key = await provider.unwrap(name, { wrapped, kekVersion: kek_version }).catch(() => null);
      if (key?.length === 32) opened.push(key);
    }
    for (const { day, wrapped, kek_version } of database.dayKeys) {
      const key = await provider.unwrapForDay(localDay(day), { wrapped, kekVersion: kek_version }).catch(() => null);
      if (key !== null) dayKeys.push(key);
    }
  }
  const people = database.people.map((id) => personId(id));
  const days = [...new Set(database.visits.map(({ day }) => day))];
  const known = new Set<string>();
  for (const sector of opened) {
    for (const id of pseudonymsOf(healthKey(sector), people)) known.add(id);
    for (const dayKey of [...dayKeys, ...opened]) {
      for (const day of days) for (const id of pseudonymsOf(visitKey(sector, dayKey, localDay(day)), people)) known.add(id);
    }
  }
  const subjects = new Set(database.visits.map(({ subject }) => visitPseudonym(subject)));
  return [...subjects].filter((subject) => known.has(subject)).length;
}

test('row 9: on day N+1, with every table, backup and key that still exists, no visit links to anybody; on day N each does', async () => {
  const { venue } = await city.venue();
  for (let person = 0; person < visitors; person += 1) await (await city.resident({ verified: true })).checkIn(venue.venueCode);
  const firstDay = await dump();
  assert.equal(firstDay.visits.filter(({ day }) => day === visited).length, visitors);
  const backup = await takeKeys('backup', false);

  await city.advance(14 * dayMs);
  const lastKeys = await takeKeys('day-n', true);
  assert.equal(await linkedVisits(together(firstDay, await dump()), [lastKeys, backup]), visitors, 'the control: on the last day of the term the program links every visit');
  assert.equal(await linkedVisits(firstDay, [backup]), 0, 'a backup of the keys, which has no days, links nothing even then');

  await city.advance(dayMs);
  const gone = await takeKeys('day-n-plus-1', true);
  const now = await dump();
  assert.deepEqual(now.visits.filter(({ day }) => day === visited), []);
  assert.equal(await linkedVisits(together(firstDay, now), [gone, backup]), 0);

  // The planted hole: one copy of the day's secret that somebody backed up after all.
  await promisify(execFile)('cp', ['-a', join(lastKeys, 'day', visited), join(gone, 'day', visited)]);
  assert.equal(await linkedVisits(together(firstDay, now), [gone, backup]), visitors, 'the program notices a day\'s secret that outlived its term');
});
