import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { declareOneCanary, makeCanaryPeople, readOversightOfVault, retireOneCanary, signVenue } from '@health-kit/api/vault';
import { startCity, startMs, type City, type Officer } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { localDay, personId, venueId, visitPseudonym } from '../identifiers.ts';
import { peopleOf } from '../keys/pseudonym.ts';
import { readCanaries } from './canaries.ts';
import { decoyDay } from './decoyDay.ts';
import { decoyVenuesFor, readDecoyVenues, tendDecoyVenues } from './decoyVenues.ts';
import { placeDecoys } from './placeDecoys.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const canaries = 20;

let city: City;
let watcher: Officer;
before(async () => {
  city = await startCity();
  watcher = await city.officer('Watcher', ['privacy-officer']);
  for (const day of ['2026-11-22', '2026-11-23', '2026-11-24']) {
    const starts = city.vault.calendar.startOf(localDay(day));
    await city.database.sql('SELECT visit.ensure_partition($1, $2, $3)', [day, new Date(starts), new Date(starts + dayMs)]);
  }
});
after(() => city.close());

interface Row { venue_id: string; subject: string; visit_id: string; arrived_at: Date; left_at: Date; left_assumed: boolean; source: string; gate_id: string | null }
const visits = () => city.database.sql<Row>('SELECT venue_id, subject, visit_id, arrived_at, left_at, left_assumed, source, gate_id FROM visit.visit ORDER BY arrived_at, visit_id');
const declare = (withVisits: boolean, by = watcher) => by.call(declareOneCanary, 'POST', '/v1/oversight/canaries/declarations', { visits: withVisits });
const retire = (reference: string, by = watcher) => by.call(retireOneCanary, 'POST', '/v1/oversight/canaries/retirements', { reference });
const look = async () => (await watcher.call(readOversightOfVault, 'GET', '/v1/oversight')).content;

test('decoy venues open one at a time, with rows like any other venue', async () => {
  assert.equal((await watcher.call(makeCanaryPeople, 'POST', '/v1/oversight/canaries', { count: canaries })).status, 200);
  assert.deepEqual([decoyVenuesFor(0), decoyVenuesFor(1), decoyVenuesFor(canaries), decoyVenuesFor(1_000)], [0, 3, 3, 84]);
  for (let opened = 1; opened <= 4; opened += 1) {
    await tendDecoyVenues(city.vault, canaries);
    assert.equal((await city.database.sql('SELECT FROM venue.venue')).length, Math.min(opened, 3));
  }
  const rows = await city.database.sql<{ venue_id: string; venue_code: string | null; name: string; address: string }>('SELECT venue_id, venue_code, name, address FROM venue.venue');
  for (const row of rows) {
    assert.match(row.venue_id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'a random identifier, version 4, as the server makes them');
    assert.ok(row.name.length > 2 && row.address.length > 5);
    assert.ok(row.venue_code !== null);
    assert.equal((await city.ask(signVenue, { venueId: venueId(row.venue_id) })).content.venueCode.length, row.venue_code.length, 'its code is signed like any');
  }
});

test('canaries check in at decoy venues over the day, under the pseudonyms of that day, and doing it again changes nothing', async () => {
  // A day in looks of a quarter of an hour, the last of them repeated, as after a restart or by a second process.
  const from = city.vault.calendar.startOf(localDay('2026-11-23'));
  for (let at = from; at < from + dayMs; at += hourMs / 4) {
    city.clock.set(at + hourMs / 4);
    await placeDecoys(city.vault, at, at + hourMs / 4);
    if (at % (6 * hourMs) === 0) await placeDecoys(city.vault, from, at + hourMs / 4);
  }
  const placed = await visits();
  assert.ok(placed.length >= canaries && placed.length < 3 * canaries, `${placed.length} visits of ${canaries} canaries`);
  assert.equal(new Set(placed.map(({ visit_id }) => visit_id)).size, placed.length);
  const standing = new Set((await readDecoyVenues(city.vault, city.vault.database, canaries)).map((venue) => venue.venueId));
  assert.ok(placed.every(({ venue_id }) => standing.has(venue_id)), 'at no venue that anybody else goes to');
  assert.ok(new Set(placed.map(({ venue_id }) => venue_id)).size > 1);
  assert.ok(new Set(placed.map(({ arrived_at }) => Math.floor(arrived_at.getTime() / hourMs))).size >= 8, 'at many hours');
  assert.ok(placed.some(({ left_assumed }) => left_assumed) && placed.some(({ left_assumed }) => !left_assumed), 'some check out');
  assert.ok(placed.every(({ source, gate_id }) => (source === 'gate') === (gate_id !== null)));

  const key = await city.vault.keys.visit(localDay('2026-11-23'));
  assert.ok(key !== null);
  const known = new Set((await readCanaries(city.vault, city.vault.database)).map(({ person }) => person));
  assert.ok(peopleOf(key, placed.map(({ subject }) => visitPseudonym(subject))).every((person) => known.has(person)), "each is a canary's");
  city.clock.set(startMs);
});

test('no row of the vault is written when a canary checks in, and no row tells which visits are decoys', async () => {
  // Every row with the transaction that wrote it.
  const snapshot = async () => {
    const tables = await city.database.sql<{ name: string }>("SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('vault', 'ledger') ORDER BY 1");
    const rows = [];
    for (const { name } of tables) rows.push({ name, rows: await city.database.sql<{ xmin: string; ctid: string }>(`SELECT xmin::text, ctid::text FROM ${name} ORDER BY ctid`) });
    return rows;
  };
  await city.database.sql('TRUNCATE visit.visit');
  const before_ = await snapshot();
  await placeDecoys(city.vault, startMs - 10 * hourMs, startMs + 10 * hourMs);
  assert.ok((await visits()).length > 5);
  assert.deepEqual(await snapshot(), before_);
  // Each visit is a transaction of its own, like a check-in in a quiet moment.
  const transactions = await city.database.sql<{ xmin: string }>('SELECT DISTINCT xmin::text FROM visit.visit WHERE left_assumed');
  assert.equal(transactions.length, (await visits()).filter(({ left_assumed }) => left_assumed).length);
  const identifiers = (await visits()).flatMap(({ subject, visit_id, venue_id }) => [subject, visit_id, venue_id]);
  const text = JSON.stringify(await city.database.sql("SELECT encode(canary_hash, 'hex') AS a, encode(sealed, 'hex') AS b, added_on::text AS c FROM vault.canary"));
  for (const identifier of identifiers) assert.ok(!text.includes(identifier.replaceAll('-', '')));
  assert.ok(!/\d\d:\d\d/.test(text), 'the day of a canary, and not the moment of the person who was registered at it');
});

test('a day follows from the key alone: another key, person or day is another day', () => {
  const venues = Array.from({ length: 5 }, (_, index) => ({ venueId: String(index), usualStayMs: hourMs, gateId: null }));
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const starts = city.vault.calendar.startOf(localDay('2026-11-23'));
  const person = (number: number) => personId(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
  const days = (key_: Buffer, day: string, from: number) => Array.from({ length: 200 }, (_, number) => (
    decoyDay(key_, person(number), { day: localDay(day), starts: from, ends: from + dayMs }, venues)
  )).flat();
  const one = days(key, '2026-11-23', starts);
  assert.deepEqual(days(key, '2026-11-23', starts), one);
  const arrivals = (visitsOfDay: typeof one) => visitsOfDay.map(({ arrivedAtMs, day }) => arrivedAtMs - city.vault.calendar.startOf(day));
  assert.notDeepEqual(arrivals(days(other, '2026-11-23', starts)), arrivals(one));
  assert.notDeepEqual(arrivals(days(key, '2026-11-24', starts + dayMs)), arrivals(one));
  assert.ok(one.length > 250 && one.length < 450, `${one.length} visits of 200 people`);
  assert.ok(one.every(({ arrivedAtMs, checkedOutAtMs }) => arrivedAtMs >= starts && arrivedAtMs < starts + dayMs && (checkedOutAtMs === null || checkedOutAtMs > arrivedAtMs)));
  assert.equal(new Set(one.map(({ arrivedAtMs }) => arrivedAtMs % 60_000)).size > 200, true, 'to the millisecond, like clocks of phones');
});

test('a privacy officer declares a canary and learns a reference alone; retiring it erases it with its visits, and the ledger names nobody', async () => {
  const before_ = (await look()).canaries;
  const people = async () => (await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person')).map(({ person_id }) => person_id);
  const known = await people();
  const declared = (await declare(true)).content;
  const quiet = (await declare(false)).content;
  assert.deepEqual(Object.keys(declared), ['reference']);
  const added = (await people()).filter((person) => !known.includes(person));
  assert.equal(added.length, 2);
  assert.equal((await look()).canaries, before_ + 2);
  assert.deepEqual((await readCanaries(city.vault, city.vault.database)).filter(({ person }) => added.includes(person)).map(({ visits: has }) => has).sort(), [false, true]);
  assert.equal(new Set((await city.database.sql<{ length: number }>('SELECT octet_length(sealed) AS length FROM vault.canary')).map(({ length }) => length)).size, 1, 'both kinds are sealed alike');

  const registrar = await city.officer('Registrar', ['registrar']);
  assert.equal((await declare(true, registrar)).refusal, 'not-permitted');
  assert.equal((await retire(declared.reference, registrar)).refusal, 'not-permitted');
  assert.equal((await retire('0000000000')).refusal, 'not-found');
  assert.equal((await retire(declared.reference)).status, 200);
  assert.equal((await retire(declared.reference)).refusal, 'not-found', 'once');
  assert.equal((await look()).canaries, before_ + 1);
  assert.equal((await people()).filter((person) => added.includes(person)).length, 1, 'the person is gone with it');
  assert.equal((await retire(quiet.reference)).status, 200);

  const events = [...await ledgerEvents(city, 'canary-declared'), ...await ledgerEvents(city, 'canary-retired')];
  assert.equal(events.length, 4);
  for (const word of [...added, declared.reference, quiet.reference]) assert.ok(!JSON.stringify(events).includes(word));
});

test('those who come by themselves cannot be retired: nobody takes all of them away', async () => {
  const unreferenced = await city.database.sql('SELECT FROM vault.canary WHERE reference_hash IS NULL');
  assert.equal(unreferenced.length, canaries);
});
