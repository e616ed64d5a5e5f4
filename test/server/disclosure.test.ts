import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getDisclosureCounts, type CaseId, type TracePseudonym } from '@health-kit/api';
import { connect, disclose, perform, type Resident, type StaffMember } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';
import { refused } from './refused.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let city: City;
let offices: Offices;
let privacyOfficer: StaffMember;
let index: Resident;
let exposed: Resident;
let caseId: CaseId;
let contact: TracePseudonym;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  privacyOfficer = await offices.enrol(['privacy-officer'], 'Privacy');
  const { venue } = await city.venue({ kind: 'restaurant' });
  [index, exposed] = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  for (const resident of [index, exposed]) await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
  await offices.test(index, 'positive');
});
after(() => city.close());

const interview = () => ({ purpose: 'telephone-interview' as const, subjects: [contact], fields: ['name' as const, 'phone' as const], reason: 'Interview about the evening' });
const counts = async () => (await perform(connect(city.world), getDisclosureCounts, {})).days;

test('nothing is disclosed under a case that nobody has taken up', async () => {
  await city.advance(0);
  const [found] = await offices.tracer.cases({ state: 'new' });
  assert.ok(found !== undefined);
  await refused(offices.tracer.requestDisclosure(found.caseId, { ...interview(), subjects: [found.index] }), 'conflict');
  caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 2 * hourMs, to: city.now() });
  contact = (await offices.tracer.contacts(caseId))[0]?.contact ?? assert.fail('no contact');
});

test('two officers of two units open the particulars of a contact, and the ledger, the log and the public numbers have it', async () => {
  const { disclosureId, people } = await disclose({ requester: offices.tracer, approver: offices.medicalOfficer }, caseId, interview());
  const { familyName, givenName, phone } = exposed.person;
  assert.deepEqual(people, [{ subject: contact, identityProven: true, name: { familyName, givenName }, phone }]);
  assert.deepEqual(await counts(), [{ day: '2026-11-23', disclosures: 1, people: 1, emergencies: 0, lapsed: 0 }]);
  assert.deepEqual((await exposed.accessLog()).filter(({ purpose }) => purpose === 'disclosure'), [], 'the contact was not told of the exposure yet');
  await offices.tracer.closeDisclosure(disclosureId);
  await refused(offices.tracer.releaseDisclosure(disclosureId), 'disclosure-refused');
  await privacyOfficer.reviewDisclosure(disclosureId, { finding: 'in-order', note: 'Interview stands in the file' });
  assert.equal((await privacyOfficer.disclosure(disclosureId)).reviewed?.finding, 'in-order');
});

test('the index person sees in their own log at once that an office looked, and at what', async () => {
  const [{ index: self }] = [await offices.tracer.case(caseId)];
  await disclose({ requester: offices.tracer, approver: privacyOfficer }, caseId, { ...interview(), subjects: [self], fields: ['phone'] });
  const [entry] = (await index.accessLog()).filter(({ purpose }) => purpose === 'disclosure');
  assert.deepEqual([entry?.day, entry?.office, entry?.fields], ['2026-11-23', 'Health office', ['wholePhone']]);
});

test('whoever has no part in disclosures is refused every one of their operations, and so is whoever has another', async () => {
  const id = await offices.tracer.requestDisclosure(caseId, interview());
  for (const officer of [city.administrator, city.registrar, offices.sampler, offices.laboratory]) {
    await refused(officer.requestDisclosure(caseId, interview()), 'not-permitted');
    await refused(officer.disclosures(), 'not-permitted');
    await refused(officer.disclosure(id), 'not-permitted');
    await refused(officer.approveDisclosure(id), 'not-permitted');
    await refused(officer.releaseDisclosure(id), 'not-permitted');
    await refused(officer.closeDisclosure(id), 'not-permitted');
    await refused(officer.reviewDisclosure(id, { finding: 'in-order', note: 'Nothing to say' }), 'not-permitted');
  }
  await refused(offices.medicalOfficer.requestDisclosure(caseId, interview()), 'not-permitted');
  await refused(privacyOfficer.requestDisclosure(caseId, interview()), 'not-permitted');
  await refused(offices.tracer.approveDisclosure(id), 'not-permitted');
  await refused(offices.medicalOfficer.reviewDisclosure(id, { finding: 'in-order', note: 'Nothing to say' }), 'not-permitted');
  await offices.medicalOfficer.refuseDisclosure(id, 'Send the order first');
  await refused(offices.tracer.releaseDisclosure(id), 'disclosure-refused');
});

test('an emergency that no second officer confirms within half an hour closes, and everybody can see that it did', async () => {
  const emergency = { purpose: 'medical-emergency' as const, subjects: [contact], fields: ['name' as const, 'phone' as const, 'document' as const], reason: 'Anaphylaxis after the test' };
  const id = await offices.tracer.requestDisclosure(caseId, emergency);
  assert.equal((await offices.tracer.releaseDisclosure(id))[0]?.document?.number, exposed.person.documentNumber);
  await city.advance(30 * minuteMs);
  await refused(offices.tracer.releaseDisclosure(id), 'disclosure-refused');
  assert.deepEqual((await counts()).map(({ emergencies, lapsed }) => [emergencies, lapsed]), [[1, 1]]);
  await refused(offices.tracer.requestDisclosure(caseId, emergency), 'disclosure-refused');
  await privacyOfficer.reviewDisclosure(id, { finding: 'questioned', note: 'No second officer was called' });
  assert.ok((await offices.tracer.requestDisclosure(caseId, emergency)).length > 0);
});
