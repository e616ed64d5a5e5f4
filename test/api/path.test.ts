/** The whole path through the API alone, by everybody's own keys: from a registration to an order that reaches the gate. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getStatusList, type CaseId, type ProposalId, type Venue } from '@health-kit/api';
import {
  InstitutionSystem, StaffMember, connect, documentOf, instant, invitationCode, newVisitId, perform, type DayPass, type Gate, type Host, type Resident,
} from '@health-kit/simulate';
import {
  decodeBase64url, parseTrustList, statusOfPass, verifyPass, verifyStatusList, verifyTurningCode, verifyVenueCode, type TrustList,
} from '@health-kit/pass';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let city: City;
let offices: Offices;
/** Everybody's friend: visits, is exposed, is ordered to stay at home. */
let anna: Resident;
/** Runs the venue. */
let host: Host;
/** Tests positive. */
let chen: Resident;
let venue: Venue;
let gate: Gate;
let trust: TrustList;
let arrivedAt = 0;
let passBeforeOrder: DayPass;
let codeBeforeOrder = '';
let caseId: CaseId;
let proposalId: ProposalId;

before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  const parsed = parseTrustList({ issuers: (await city.world.trust()).keys });
  assert.ok(parsed !== null);
  trust = parsed;
});
after(() => city.close());

/** What a scanner learns of a pass from the city's public keys and its signed status list. */
async function checkPass(pass: DayPass) {
  const bytes = decodeBase64url(pass.pass);
  assert.ok(bytes !== null);
  const verified = await verifyPass(bytes, trust, city.now());
  assert.ok(verified.accepted, 'the pass is genuine');
  const token = await perform(connect(city.world), getStatusList, { params: { list: verified.pass.statusListId } });
  const list = await verifyStatusList(token, trust, city.now());
  assert.ok(list.accepted, 'the status list is genuine');
  return { claims: verified.pass, listed: statusOfPass(verified.pass, [list.statusList]) };
}

/** The fields of a person that nobody but the desk may ever read. */
function secretsOf({ person }: Resident): string[] {
  return [person.familyName + person.givenName, person.documentNumber, person.phone, person.phone.slice(3)];
}

test('a resident who only typed a name is unverified and collects nothing', async () => {
  anna = await city.resident();
  const status = await anna.status();
  assert.deepEqual([status.status, status.rule.id, status.evidence.map(({ kind }) => kind)], ['unverified', 'identity-unproven', ['identity']]);
  const { claims } = await checkPass(await anna.renewPass());
  assert.deepEqual([claims.status, claims.documentLastTwo], ['unverified', anna.person.documentNumber.slice(-2)]);
  assert.notEqual(claims.maskedName, anna.person.familyName + anna.person.givenName);

  await refused(offices.sampler.registerSpecimen(anna, offices.newBarcode()), 'identity-not-proven');
  assert.deepEqual([await anna.results(), await anna.notices(), await anna.accessLog()], [[], [], []]);
  assert.deepEqual(await offices.sampler.specimens(), []);
});

test('the desk proves the identity by the document it sees, and by no other', async () => {
  await refused(city.registrar.proveIdentity(anna, { ...documentOf(anna), givenName: '另一人' }), 'document-mismatch');
  assert.equal((await anna.status()).status, 'unverified');
  await refused(offices.tracer.proveIdentity(anna), 'not-permitted');

  await city.registrar.proveIdentity(anna);
  await anna.renewTicket();
  assert.equal((await anna.status()).status, 'clear');
  const { claims, listed } = await checkPass(await anna.renewPass());
  assert.deepEqual([claims.status, listed], ['clear', 'valid']);
  // The look in vain, the look before the proof, and the proof.
  const log = await anna.accessLog();
  assert.deepEqual(log.map(({ purpose }) => purpose), ['identity-proof', 'identity-proof', 'identity-proof']);
  const [newest, ...earlier] = log.map(({ leaf }) => leaf.index);
  const page = await anna.earlierAccessLog(newest ?? assert.fail());
  assert.deepEqual([page.entries.map(({ leaf }) => leaf.index), page.earlier], [earlier, false]);
});

test('a host registers a venue, and gets a signed code, a poster and a gate', async () => {
  ({ host, venue } = await city.venue({ name: '老码头餐厅', kind: 'restaurant' }));
  const code = decodeBase64url(venue.venueCode);
  assert.ok(code !== null);
  const read = await verifyVenueCode(code, trust, city.now());
  assert.ok(read.accepted);
  assert.equal(read.venue.venueName, '老码头餐厅');
  const poster = await host.poster(venue.venueId);
  assert.equal(new TextDecoder().decode(poster.slice(0, 5)), '%PDF-');
  gate = await city.gate(host, venue);
  assert.deepEqual((await host.venues()).map(({ venueId, gates }) => [venueId, gates.length]), [[venue.venueId, 1]]);
});

test('the guard\'s scan and the poster each record one visit, however often they are sent', async () => {
  chen = await city.resident({ verified: true });
  arrivedAt = city.now();
  const code = await anna.turningCode();
  const scanned = await verifyTurningCode(code, trust, city.now());
  assert.ok(scanned.accepted, 'the gate verifies it by itself');
  assert.deepEqual((await gate.scan([code])).map(({ outcome }) => outcome), ['recorded']);

  const visitId = newVisitId();
  const receipt = await chen.checkIn(venue.venueCode, { visitId });
  assert.deepEqual(await chen.checkIn(venue.venueCode, { visitId }), receipt);
  const [stored] = await city.rows<{ visits: number; subjects: number }>(
    'SELECT count(*)::int AS visits, count(DISTINCT subject)::int AS subjects FROM visit.visit WHERE venue_id = $1', [venue.venueId],
  );
  assert.deepEqual(stored, { visits: 2, subjects: 2 });
  // Anna scans the poster as well: a second visit of one and the same stay.
  await anna.checkIn(venue.venueCode);
  await city.advance(40 * minuteMs);
  await chen.checkOut(receipt, venue.venueCode, city.now());
});

test('the laboratory\'s own system reports by FHIR, and the person concerned reads result, institution and time', async () => {
  const barcode = offices.newBarcode();
  const collectedAt = city.now();
  await offices.sampler.registerSpecimen(chen, barcode);
  await refused(offices.sampler.registerSpecimen(host.resident, barcode), 'conflict');
  await city.advance(20 * minuteMs);
  await (await InstitutionSystem.register(offices.laboratory, 'Central laboratory system')).submit([{ barcode, value: 'positive' }]);

  const results = await chen.results();
  assert.deepEqual(results.map(({ value, institution, collectedAt: taken, version }) => ({ value, institution, taken, version })), [
    { value: 'positive', institution: 'Central laboratory', taken: instant(collectedAt), version: 1 },
  ]);
  assert.equal(results[0]?.reportedAt, instant(city.now()));
  const status = await chen.status();
  assert.deepEqual([status.status, status.rule.id, status.appealable], ['isolate', 'positive-result', true]);
  await city.advance(0);
  assert.deepEqual((await chen.notices()).map(({ kind }) => kind), ['result']);
  assert.deepEqual((await anna.results()), [], 'nobody else has a result');
});

test('the tracer finds who was there, as pseudonyms with overlap and score', async () => {
  caseId = await offices.openNewestCase();
  await refused(offices.medicalOfficer.trace(caseId, { from: arrivedAt, to: city.now() }), 'not-permitted');
  const found = await offices.tracer.trace(caseId, { from: city.now() - dayMs, to: city.now() });
  assert.deepEqual([found.visits, found.contacts, found.exposures], [1, 1, 2]);
  const contacts = await offices.tracer.contacts(caseId);
  assert.deepEqual(contacts.map(({ contactClass, overlapMinutes, order }) => ({ contactClass, overlapMinutes, order })), [
    { contactClass: 'close', overlapMinutes: 40, order: null },
  ]);
  assert.ok((contacts[0]?.score ?? 0) > 0);
  assert.deepEqual(contacts[0]?.terms.find(({ term }) => term === 'repeat'), { term: 'repeat', points: 0 }, 'two check-ins of one stay are one encounter');
  const everything = JSON.stringify([await offices.tracer.case(caseId), contacts, await offices.tracer.visits(caseId)]);
  for (const secret of [...secretsOf(anna), ...secretsOf(chen), ...secretsOf(host.resident)]) assert.ok(!everything.includes(secret), secret);
});

test('an order needs a second officer of another unit, and reaches status, notices and pass', async () => {
  passBeforeOrder = await anna.renewPass();
  codeBeforeOrder = await anna.turningCode();
  assert.equal((await checkPass(passBeforeOrder)).listed, 'valid');
  const endsAt = instant(city.now() + 7 * dayMs);
  ({ proposalId } = await offices.tracer.propose(caseId, {
    contacts: (await offices.tracer.contacts(caseId)).map(({ contact }) => contact), kind: 'home-observation',
    legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a confirmed case', startsAt: instant(city.now()), endsAt,
  }));
  await refused(offices.tracer.approve(proposalId), 'not-permitted');
  await refused((await offices.enrol(['medical-officer'], 'Tracing')).approve(proposalId), 'approval-refused');
  assert.equal((await anna.status()).status, 'clear', 'a proposal alone changes nothing');

  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 1 });
  const status = await anna.status();
  assert.deepEqual([status.status, status.rule.id, status.until, status.whatToDo], ['isolate', 'observation-order', endsAt, 'do.home-observation']);
  const notices = await anna.notices();
  assert.deepEqual(notices.map(({ kind }) => kind).sort(), ['exposure', 'order']);
  for (const secret of [...secretsOf(chen), venue.name, caseId]) assert.ok(!JSON.stringify([notices, status]).includes(secret), secret);
});

test('the pass that no longer tells the truth is listed as invalid, and the new one says what to do', async () => {
  // A signed list is served for a minute.
  await city.advance(minuteMs);
  assert.equal((await checkPass(passBeforeOrder)).listed, 'invalid');
  const { claims, listed } = await checkPass(await anna.renewPass());
  assert.deepEqual([claims.status, listed], ['isolate', 'valid']);
  const screenshot = await verifyTurningCode(codeBeforeOrder, trust, city.now());
  assert.deepEqual(screenshot, { accepted: false, reason: 'stale-code' });
});

test('the access log says who looked, for what and when, once nothing about the case can be learnt from it', async () => {
  const purposes = (await anna.accessLog()).map(({ purpose, office }) => `${purpose}: ${office}`).sort();
  assert.deepEqual(purposes, ['exposure-notice: Health office', 'identity-proof: Health office', 'identity-proof: Health office', 'identity-proof: Health office', 'order: Health office']);
  assert.deepEqual((await chen.accessLog()).map(({ purpose }) => purpose).sort(), ['contact-tracing', 'identity-proof', 'identity-proof', 'specimen-collection']);
  assert.deepEqual((await host.resident.accessLog()).map(({ purpose }) => purpose).sort(), ['identity-proof', 'identity-proof', 'specimen-collection'], 'a bystander was not traced');
});

test('an invitation and a one-time code are good once', async () => {
  const { code } = await city.administrator.invite({ name: 'Second', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
  await StaffMember.enrol(city.world, code);
  await refused(StaffMember.enrol(city.world, code), 'code-refused');
  await refused(StaffMember.enrol(city.world, invitationCode(city.system.invitation ?? '')), 'code-refused');
});
