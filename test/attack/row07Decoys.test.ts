/** Row 7: whoever has the visit table and the server's place turns names of days into people, and meets somebody who was placed there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeCanaries, readOversight, type CaseId } from '@health-kit/api';
import { makeProof } from '@health-kit/proof';
import { instant, perform, type Resident, type StaffMember } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';

const hourMs = 3_600_000;
/** Names that the thief tries one by one, drawn from the table; and canaries at both sides of about as many residents' visits. */
const tries = 40;
const residents = 12;

let city: City;
let offices: Offices;
let watcher: StaffMember;
let index: Resident;
let caseId: CaseId;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  watcher = await offices.enrol(['privacy-officer'], 'Privacy');
  await perform(watcher.connection, makeCanaries, { body: { count: 20 } });
  index = await city.resident({ verified: true });
  const people = [index];
  while (people.length < residents) people.push(await city.resident({ verified: true }));
  const venues = [(await city.venue()).venue, (await city.venue({ name: '星河影院', kind: 'culture' })).venue];
  // A day from ten in the morning, while canaries come and go at venues of their own.
  for (let hour = 0; hour < 10; hour += 1) {
    const venue = venues[hour % venues.length] ?? assert.fail('no venue');
    for (const [number, resident] of people.entries()) if (number % 3 === hour % 3 || resident === index) await resident.checkIn(venue.venueCode);
    await city.advance(hourMs);
  }
  await offices.test(index, 'positive');
  caseId = await offices.openNewestCase();
});
after(() => city.close());

const oversight = () => perform(watcher.connection, readOversight, {});
const table = () => city.rows<{ subject: string; venue_id: string; arrived_at: Date; left_at: Date }>("SELECT subject, venue_id, arrived_at, left_at FROM visit.visit ORDER BY md5(subject::text || visit_id::text)");
const ownVenues = async () => new Set((await city.rows<{ venue_id: string }>("SELECT venue_id FROM venue.venue WHERE name IN ('滨河市场', '星河影院')")).map(({ venue_id }) => venue_id));

/** A trace that a tracer begins, whose id a server that was taken over keeps for itself. */
async function traceOf(tracer: StaffMember): Promise<string> {
  const { key, ticket } = tracer.connection;
  assert.ok(key !== null && ticket !== null);
  const path = `/v1/cases/${caseId}/trace`;
  const body = JSON.stringify({ from: instant(city.now() - 24 * hourMs), to: instant(city.now()), reason: 'Contact tracing' });
  const proof = await makeProof({ key, method: 'POST', url: city.world.origin + path, body: new TextEncoder().encode(body), ticket, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)) });
  const answer = await askSocket(vaultSocketOf(city.system), 'begin-trace', { caller: { proof, method: 'POST', path, body, ticket } });
  assert.equal(answer.status, 200, answer.body);
  return /"traceId":"([^"]+)"/.exec(answer.body)?.[1] ?? assert.fail(answer.body);
}

/** Asks the vault for those whom the names of the table belong to, so many at once; returns how many people it learned of. */
async function steal(traceId: string, subjects: readonly string[], atOnce: number): Promise<{ readonly learned: number; readonly refused: boolean }> {
  const learned = new Set<string>();
  for (let start = 0; start < subjects.length; start += atOnce) {
    const asked = subjects.slice(start, start + atOnce).map((subject) => ({ day: '2026-11-23', subject }));
    const { status, body } = await askSocket(vaultSocketOf(city.system), 'resolve-contacts', { traceId, subjects: asked });
    if (status !== 200) return { learned: learned.size, refused: true };
    for (const [, contact] of body.matchAll(/"([0-9a-f-]{36})"/g)) if (contact !== undefined) learned.add(contact);
  }
  return { learned: learned.size, refused: false };
}
const isStopped = async (officer: StaffMember) => (await oversight()).stopped.some(({ officerId }) => officerId === officer.session.officer.officerId);

test('the table has decoys among the others, at the same hours, and nothing by which a column tells them apart', async () => {
  const own = await ownVenues();
  const rows = await city.rows<{ venue_id: string; left_assumed: boolean; source: string; hour: number; length: number }>(
    "SELECT venue_id, left_assumed, source, extract(hour FROM arrived_at)::int AS hour, octet_length(uuid_send(subject)) AS length FROM visit.visit",
  );
  const decoys = rows.filter(({ venue_id }) => !own.has(venue_id));
  assert.ok(decoys.length >= 10, `${decoys.length} decoy visits among ${rows.length}`);
  const hours = new Set(rows.filter(({ venue_id }) => own.has(venue_id)).map(({ hour }) => hour));
  assert.ok(decoys.filter(({ hour }) => hours.has(hour)).length >= 8);
});

test("an honest tracer's day meets no decoy: the case is traced, its contacts are found, and nobody is stopped", async () => {
  const window = { from: city.now() - 24 * hourMs, to: city.now() };
  const traced = await offices.tracer.trace(caseId, window);
  const again = await offices.tracer.trace(caseId, window);
  assert.deepEqual([traced.contacts, again.contacts], [residents - 1, residents - 1], 'everybody who was there, and nobody else');
  assert.ok((await offices.tracer.visits(caseId)).every(({ venueName }) => ['滨河市场', '星河影院'].includes(venueName)));
  assert.deepEqual((await oversight()).stopped, []);
  assert.deepEqual((await oversight()).alarms.filter(({ kind }) => kind === 'canary-touched'), []);
  // The control: while the case's visits went on, decoys were elsewhere at the same moments.
  const own = await ownVenues();
  const rows = await table();
  const overlapping = rows.filter((decoy) => !own.has(decoy.venue_id) && rows.some((real) => own.has(real.venue_id) && real.arrived_at < decoy.left_at && real.left_at > decoy.arrived_at));
  assert.ok(overlapping.length >= 5);
});

for (const [how, atOnce] of [['in bulk', 2_000], ['one by one, at random', 1]] as const) {
  test(`a thief with the visit table and the server's place, who resolves ${how}, is stopped within the minute`, async () => {
    const tracer = await offices.enrol(['tracer'], `Tracing ${how}`);
    const traceId = await traceOf(tracer);
    const subjects = [...new Set((await table()).map(({ subject }) => subject))];
    const asked = atOnce === 1 ? subjects.slice(0, tries) : subjects;
    const { learned, refused } = await steal(traceId, asked, atOnce);
    assert.ok(await isStopped(tracer), 'frozen at once; the clock has not moved');
    assert.ok((await oversight()).alarms.some(({ kind, officer }) => kind === 'canary-touched' && officer?.officerId === tracer.session.officer.officerId), 'and the privacy officer sees it');
    if (atOnce > 1) assert.equal(learned, 0, 'of a bulk nothing comes back');
    else assert.ok(refused && learned < residents, `the trace is dead after ${learned} people`);
    assert.equal((await askSocket(vaultSocketOf(city.system), 'resolve-contacts', { traceId, subjects: asked.slice(0, 1).map((subject) => ({ day: '2026-11-23', subject })) })).body, '{"refusal":"not-authorized"}');
  });
}

test('planted hole: without the look at canaries the thief has everybody, and this attack says so', async () => {
  const tracer = await offices.enrol(['tracer'], 'Tracing without the look');
  const traceId = await traceOf(tracer);
  const subjects = [...new Set((await table()).map(({ subject }) => subject))];
  const kept = await city.rows<{ canary_hash: Buffer; sealed: Buffer; added_on: string }>('DELETE FROM vault.canary RETURNING canary_hash, sealed, added_on::text');
  assert.equal(kept.length, 20);
  const { learned } = await steal(traceId, subjects, 2_000);
  assert.ok(learned >= residents - 1, `${learned} people`);
  assert.ok(!(await isStopped(tracer)));
});
