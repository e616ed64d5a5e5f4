import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaseId, Venue } from '@health-kit/api';
import { ProblemError, type Resident } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';
import { refused } from './refused.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let city: City;
let offices: Offices;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
});
after(() => city.close());

/** A visit that ended, `agoMs` before now and `stayMs` long. */
async function visit(resident: Resident, venue: Venue, agoMs: number, stayMs: number) {
  const checkedIn = await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - agoMs });
  await resident.checkOut(checkedIn, venue.venueCode, city.now() - agoMs + stayMs);
}
async function infectiousWindow(caseId: CaseId) {
  const { window } = await offices.tracer.case(caseId);
  return { from: Date.parse(window.from), to: Date.parse(window.to) };
}
/** Officers' sessions end with the day; everybody signs in again. */
async function signInAgain() {
  for (const officer of [city.registrar, city.administrator, offices.sampler, offices.laboratory, offices.tracer, offices.medicalOfficer]) await officer.signIn();
}

test('a positive result becomes a case, whose trace finds who was there at the same time and nobody else', async () => {
  const [cinema, shop] = [(await city.venue({ kind: 'culture', name: '星河影院' })).venue, (await city.venue({ kind: 'shop', name: '百家超市' })).venue];
  const people: Resident[] = [];
  for (let count = 0; count < 6; count += 1) people.push(await city.resident({ verified: true }));
  const [index, near, brief, after_, elsewhere, twice] = people;
  assert.ok(index && near && brief && after_ && elsewhere && twice);
  await visit(index, cinema, 120 * minuteMs, 60 * minuteMs);
  await visit(index, shop, 50 * minuteMs, 20 * minuteMs);
  await visit(near, cinema, 110 * minuteMs, 40 * minuteMs);
  await visit(brief, cinema, 65 * minuteMs, 10 * minuteMs);
  await visit(after_, cinema, 60 * minuteMs, 30 * minuteMs);
  await visit(elsewhere, shop, 120 * minuteMs, 60 * minuteMs);
  await visit(twice, cinema, 100 * minuteMs, 20 * minuteMs);
  await visit(twice, shop, 40 * minuteMs, 30 * minuteMs);
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();

  const traced = await offices.tracer.trace(caseId, await infectiousWindow(caseId));
  assert.deepEqual({ ...traced, elapsedMs: 0 }, { visits: 2, contacts: 3, exposures: 4, elapsedMs: 0 });
  const contacts = await offices.tracer.contacts(caseId, 2);
  assert.deepEqual(contacts.map(({ overlapMinutes, contactClass, exposures }) => [overlapMinutes, contactClass, exposures.length]).sort((a, b) => Number(b[0]) - Number(a[0])),
    [[40, 'close', 1], [30, 'close', 2], [5, 'casual', 1]]);
  assert.deepEqual((await offices.tracer.visits(caseId)).map(({ venueName, contacts: count }) => [venueName, count]), [['星河影院', 3], ['百家超市', 1]]);
  const found = await offices.tracer.case(caseId);
  assert.deepEqual([found.state, found.contacts, found.ordered, found.profile], ['open', 3, 0, 'covid-19']);
  const again = await offices.tracer.trace(caseId, await infectiousWindow(caseId));
  assert.deepEqual([again.contacts, (await offices.tracer.contacts(caseId)).length], [3, 3]);
});

test('a contact who came the evening before the window is found across midnight, and the index person is nobody’s contact', async () => {
  const { venue } = await city.venue({ kind: 'other', name: '夜间仓库' });
  const [index, companion] = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  // From ten in the morning to eleven in the evening.
  await city.advance(13 * hourMs);
  await signInAgain();
  const [early, ownEarly] = [await companion.checkIn(venue.venueCode), await index.checkIn(venue.venueCode)];
  const eveningTicket = await companion.ticket();
  await city.advance(30 * minuteMs);
  assert.equal(early.venueId, venue.venueId);
  // Past midnight the index person scans once more; the companion's stay, of an hour and a half, is the evening's.
  await city.advance(45 * minuteMs);
  await signInAgain();
  const late = await index.checkIn(venue.venueCode);
  // A check-out after midnight is by the ticket of the day of arrival.
  assert.ok(Date.parse(eveningTicket.dayEnd) < city.now());
  await city.rows('UPDATE visit.visit SET left_at = arrived_at + interval \'90 minutes\' WHERE visit_id = ANY($1::uuid[])', [[early.visitId, ownEarly.visitId]]);
  await city.advance(70 * minuteMs);
  await index.checkOut(late, venue.venueCode, city.now());
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  const midnight = Date.parse((await index.ticket()).dayStart);
  await offices.tracer.trace(caseId, { from: midnight, to: city.now() });
  const contacts = await offices.tracer.contacts(caseId);
  assert.deepEqual(contacts.map(({ overlapMinutes }) => overlapMinutes), [15]);
  const { index: indexPseudonym } = await offices.tracer.case(caseId);
  assert.ok(!contacts.some(({ contact }) => contact === indexPseudonym));
});

test('days before those that are kept, and a case that nobody took up, are not traced', async () => {
  const index = await city.resident({ verified: true });
  await offices.test(index, 'positive');
  await city.advance(0);
  const [fresh] = await offices.tracer.cases({ state: 'new' });
  assert.ok(fresh !== undefined);
  await refused(offices.tracer.trace(fresh.caseId, { from: city.now() - hourMs, to: city.now() }), 'conflict');
  const caseId = await offices.openNewestCase();
  await refused(offices.tracer.trace(caseId, { from: city.now() - 500 * hourMs, to: city.now() - 400 * hourMs }), 'invalid-request');
  await refused(offices.tracer.trace(caseId, { from: city.now(), to: city.now() - hourMs }), 'invalid-request');
  // What is wrong is named: the form marks that field.
  const named = async (from: number, to: number) => {
    const error: unknown = await offices.tracer.trace(caseId, { from, to }).catch((reason: unknown) => reason);
    assert.ok(error instanceof ProblemError);
    return error.problem.errors?.map(({ pointer }) => pointer);
  };
  assert.deepEqual(await named(city.now() - 400 * hourMs, city.now()), ['/body/from']);
  assert.deepEqual(await named(city.now() - hourMs, city.now() + hourMs), ['/body/to']);
});

test('a corrected result closes its case, which is traced no more', async () => {
  const index = await city.resident({ verified: true });
  const barcode = await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  await offices.laboratory.submitResult(barcode, 'negative');
  await city.advance(0);
  assert.equal((await offices.tracer.case(caseId)).state, 'closed');
  await refused(offices.tracer.trace(caseId, { from: city.now() - hourMs, to: city.now() }), 'conflict');
  await refused(offices.tracer.openCase(caseId), 'conflict');
});

test('a case that is closed is traced no more, by server or vault, and takes no proposal; its orders and its list stay', async () => {
  const index = await city.resident({ verified: true });
  await offices.test(index, 'positive');
  await city.advance(0);
  const [fresh] = await offices.tracer.cases({ state: 'new' });
  assert.ok(fresh !== undefined);
  await refused(offices.tracer.closeCase(fresh.caseId), 'conflict');
  const caseId = await offices.openNewestCase();
  await refused(offices.medicalOfficer.closeCase(caseId), 'not-permitted');
  await refused(offices.tracer.closeCase(caseId, ' '), 'invalid-request');
  const closed = await offices.tracer.closeCase(caseId);
  assert.deepEqual([closed.state, closed.closedAt, closed.closedBy], ['closed', new Date(city.now()).toISOString(), closed.openedBy]);
  assert.equal((await offices.tracer.closeCase(caseId)).closedAt, closed.closedAt, 'closing again is success and changes nothing');
  const window = { from: city.now() - hourMs, to: city.now() };
  await refused(offices.tracer.trace(caseId, window), 'conflict');
  // A server that would go on is refused by the vault.
  await city.rows("UPDATE trace.case_file SET state = 'open', closed_at = NULL WHERE case_id = $1", [caseId]);
  await refused(offices.tracer.trace(caseId, window), 'conflict');
  await offices.tracer.closeCase(caseId);
  const [event] = await city.rows<{ open: number }>('SELECT count(*)::int AS open FROM vault.case_authority WHERE case_id = $1 AND closed_at IS NULL', [caseId]);
  assert.equal(event?.open, 0);
});

test('a positive result answered with success becomes a case, although server and vault are killed right after', async () => {
  const index = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(index, barcode);
  await city.system.kill('vault');
  const { resultId } = await offices.laboratory.submitResult(barcode, 'positive');
  await city.system.kill('server');
  await city.system.restart('vault');
  await city.system.restart('server');
  const stored = await city.rows<{ case_id: CaseId }>('SELECT case_id FROM trace.case_file WHERE result_id = $1', [resultId]);
  assert.equal(stored.length, 1);
  assert.equal((await index.status()).status, 'isolate');
  assert.deepEqual(await city.rows('SELECT 1 FROM health.fact_change'), []);
  assert.equal((await index.notices()).length, 1);
});

test('cases are the tracer’s; a medical officer may look at them, and nobody else', async () => {
  const [{ caseId } = { caseId: undefined }] = await offices.tracer.cases({ state: 'open' });
  assert.ok(caseId !== undefined);
  const window = { from: city.now() - hourMs, to: city.now() };
  assert.equal((await offices.medicalOfficer.case(caseId)).caseId, caseId);
  for (const officer of [city.administrator, city.registrar, offices.sampler, offices.laboratory, offices.medicalOfficer]) {
    await refused(officer.openCase(caseId), 'not-permitted');
    await refused(officer.trace(caseId, window), 'not-permitted');
    await refused(officer.visits(caseId), 'not-permitted');
    await refused(officer.contacts(caseId), 'not-permitted');
    if (officer === offices.medicalOfficer) continue;
    await refused(officer.cases(), 'not-permitted');
    await refused(officer.case(caseId), 'not-permitted');
  }
});
