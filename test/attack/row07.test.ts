/** Row 7, the officer outside the case: who asks for anybody else gets nothing, wherever the question is put, and the ledger has it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DisclosureId, SealedRelease, TracePseudonym, approveDisclosure, beginDisclosureApproval, releaseDisclosure, requestDisclosure, type BodyOf, type CaseId, type Operation } from '@health-kit/api';
import { call, makeOpeningKey, type CallInput } from '@health-kit/client';
import { makeProof } from '@health-kit/proof';
import { documentOf, type Resident, type StaffMember } from '@health-kit/simulate';
import { Value } from 'typebox/value';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';
import { plantHole } from './plantedHole.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const nobody = Value.Parse(TracePseudonym, '00000000-0000-4000-8000-000000000000');

let city: City;
let offices: Offices;
let caseA: CaseId;
let caseB: CaseId;
/** A contact of case A, and one of case B alone. */
let inside: TracePseudonym;
let outside: TracePseudonym;
let victim: Resident;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  [{ caseId: caseA, contact: inside }, { caseId: caseB, contact: outside, exposed: victim }] = [await outbreak(), await outbreak()];
});
after(() => city.close());

async function outbreak(): Promise<{ readonly caseId: CaseId; readonly contact: TracePseudonym; readonly exposed: Resident }> {
  const { venue } = await city.venue({ kind: 'restaurant' });
  const [index, exposed] = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  for (const resident of [index, exposed]) await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 2 * hourMs, to: city.now() });
  return { caseId, contact: (await offices.tracer.contacts(caseId))[0]?.contact ?? assert.fail('no contact'), exposed };
}

const interview = (subjects: readonly TracePseudonym[]): BodyOf<typeof requestDisclosure> => ({ purpose: 'telephone-interview', subjects: [...subjects], fields: ['name', 'phone'], reason: 'Interview about the evening' });
const events = async () => (await city.rows('SELECT 1 FROM ledger.event')).length;
/** An answer as the attacker's program sees it: status and every byte of the problem. */
async function answerTo<O extends Operation>(officer: StaffMember, operation: O, input: CallInput<O>): Promise<string> {
  const outcome = await call(officer.connection, operation, input);
  return JSON.stringify(outcome.ok ? outcome.value : outcome.reason === 'refused' ? outcome.problem : outcome.reason);
}
const canaries = () => {
  const { familyName, givenName, documentNumber } = documentOf(victim);
  return [familyName + givenName, givenName, documentNumber, victim.person.phone.slice(3)];
};

test('row 7: whoever is not of the case is answered like nobody in every position, and each attempt is an entry of the ledger', async () => {
  const positions: readonly ((subject: TracePseudonym) => Promise<string>)[] = [
    (subject) => answerTo(offices.tracer, requestDisclosure, { params: { caseId: caseA }, body: interview([subject]) }),
    (subject) => answerTo(offices.tracer, requestDisclosure, { params: { caseId: caseA }, body: interview([inside, subject]) }),
    (subject) => answerTo(offices.tracer, requestDisclosure, { params: { caseId: caseA }, body: interview([subject, inside]) }),
    (subject) => answerTo(offices.tracer, requestDisclosure, { params: { caseId: caseA }, body: { ...interview([subject]), purpose: 'medical-emergency' } }),
    (subject) => answerTo(offices.medicalOfficer, requestDisclosure, { params: { caseId: caseA }, body: { ...interview([subject]), purpose: 'medical-emergency' } }),
  ];
  for (const [number, ask] of positions.entries()) {
    const before = await events();
    const [aboutVictim, aboutNobody] = [await ask(outside), await ask(nobody)];
    assert.match(aboutVictim, /"status":404/, `position ${number}`);
    assert.equal(aboutVictim, aboutNobody, `position ${number}`);
    assert.deepEqual(canaries().filter((canary) => aboutVictim.includes(canary)), []);
    assert.equal(await events(), before + 2, `position ${number}`);
  }
  // In the place of other identifiers: a pseudonym is no case and no disclosure, and neither is somebody else's.
  const before = await events();
  const { publicKey } = await makeOpeningKey();
  const own = await offices.tracer.requestDisclosure(caseB, interview([outside]));
  const other = await offices.enrol(['tracer'], 'Tracing of A');
  for (const disclosureId of [own, Value.Parse(DisclosureId, String(outside)), Value.Parse(DisclosureId, String(nobody))]) {
    assert.match(await answerTo(other, releaseDisclosure, { params: { disclosureId }, body: { publicKey } }), /"status":404/);
  }
  // The request, the enrolment's key and sign-in, and three attempts.
  assert.ok((await events()) >= before + 4);
  const unknown = await answerTo(other, releaseDisclosure, { params: { disclosureId: Value.Parse(DisclosureId, String(nobody)) }, body: { publicKey } });
  assert.equal(await answerTo(other, releaseDisclosure, { params: { disclosureId: own }, body: { publicKey } }), unknown);
});

test('row 7: two accounts of one unit, or one person with two roles, open nothing', async () => {
  const disclosureId = await offices.tracer.requestDisclosure(caseA, interview([inside]));
  const sameUnit = await offices.enrol(['medical-officer'], 'tracing');
  await refused(sameUnit.approveDisclosure(disclosureId), 'approval-refused');
  await refused(offices.tracer.approveDisclosure(disclosureId), 'not-permitted');
  await refused(offices.enrol(['tracer', 'privacy-officer'], 'Everything'), 'invalid-request');
  await refused(offices.tracer.releaseDisclosure(disclosureId), 'disclosure-refused');
});

test('row 7: a replayed approval, and one of another request, open nothing', async () => {
  const [first, second] = [await offices.tracer.requestDisclosure(caseA, interview([inside])), await offices.tracer.requestDisclosure(caseA, { ...interview([inside]), fields: ['phone'] })];
  const approver = offices.medicalOfficer;
  const { options } = await beginning(approver, first);
  const assertion = { ...(await approver.authenticator.get(options)) };
  assert.match(await answerTo(approver, approveDisclosure, { params: { disclosureId: second }, body: { assertion } }), /approval-refused/);
  await refused(offices.tracer.releaseDisclosure(second), 'disclosure-refused');
  await approver.approveDisclosure(first);
  assert.match(await answerTo(approver, approveDisclosure, { params: { disclosureId: first }, body: { assertion } }), /conflict/);
  await offices.tracer.closeDisclosure(first);
  assert.match(await answerTo(approver, approveDisclosure, { params: { disclosureId: first }, body: { assertion } }), /conflict/);
  await refused(offices.tracer.releaseDisclosure(first), 'disclosure-refused');
});
async function beginning(officer: StaffMember, disclosureId: DisclosureId) {
  const outcome = await call(officer.connection, beginDisclosureApproval, { params: { disclosureId }, body: {} });
  return outcome.ok ? outcome.value : assert.fail('no options');
}

test('row 7: neither another session, nor a later hour, nor another field opens an approved disclosure', async () => {
  const disclosureId = await offices.tracer.requestDisclosure(caseA, { ...interview([inside]), fields: ['phone'] });
  await offices.medicalOfficer.approveDisclosure(disclosureId);
  assert.deepEqual(Object.keys((await offices.tracer.releaseDisclosure(disclosureId))[0] ?? {}).sort(), ['identityProven', 'phone', 'subject']);
  await city.advance(2 * hourMs);
  await refused(offices.tracer.releaseDisclosure(disclosureId), 'disclosure-refused');
  const later = await offices.tracer.requestDisclosure(caseA, interview([inside]));
  await offices.medicalOfficer.approveDisclosure(later);
  await offices.tracer.signIn();
  await refused(offices.tracer.releaseDisclosure(later), 'disclosure-refused');
});

test('row 7: a server that was taken over asks the vault for nobody either, and reads no answer', async () => {
  const { key, ticket } = offices.tracer.connection;
  assert.ok(key !== null && ticket !== null);
  const disclosureId = await offices.tracer.requestDisclosure(caseA, interview([inside]));
  await offices.medicalOfficer.approveDisclosure(disclosureId);
  const [page, server] = [await makeOpeningKey(), await makeOpeningKey()];
  const path = `/v1/disclosures/${disclosureId}/release`;
  const asked = JSON.stringify({ publicKey: page.publicKey });
  const prove = () => makeProof({
    key, method: 'POST', url: city.world.origin + path, body: new TextEncoder().encode(asked), ticket, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
  });
  const ask = (proof: string, body: string) => askSocket(vaultSocketOf(city.system), 'release-disclosure', { caller: { proof, method: 'POST', path, body, ticket } });
  // Its own key in the place of the page's: the proof covers the body.
  assert.notEqual((await ask(await prove(), JSON.stringify({ publicKey: server.publicKey }))).status, 200);
  const proof = await prove();
  const answer = await ask(proof, asked);
  assert.equal(answer.status, 200, 'the control: as the page asked');
  assert.notEqual((await ask(proof, asked)).status, 200, 'replayed');
  const { sealed } = Value.Parse(SealedRelease, JSON.parse(answer.body));
  await assert.rejects(server.open(sealed));
  assert.match(JSON.stringify(await page.open(sealed)), /"phone":"\+86/);
  assert.deepEqual(canaries().filter((canary) => answer.body.includes(canary)), []);
});

test('row 7: a row that somebody has written past the vault opens nothing', async () => {
  const disclosureId = await offices.tracer.requestDisclosure(caseA, interview([inside]));
  await city.rows(
    `UPDATE vault.disclosure SET decision = 'approved', decided_by = (SELECT officer_id FROM vault.officer WHERE 'medical-officer' = ANY(roles) AND unit = 'Orders'), decided_unit = 'Orders', decided_at = signed_at
     WHERE disclosure_id = $1`, [disclosureId],
  );
  await refused(offices.tracer.releaseDisclosure(disclosureId), 'disclosure-refused');
  await assert.rejects(city.rows('UPDATE vault.disclosure_subject SET contact_id = (SELECT person_id FROM vault.case_contact WHERE case_id = $2) WHERE disclosure_id = $1', [disclosureId, caseB]), /foreign key/);
});

test('row 7: the attack catches holes: a contact slipped into the case past the trace, and a handler that tells who exists', async () => {
  // With the person planted among the contacts of A, the same question is answered: what refused it was the case.
  await city.rows('INSERT INTO vault.case_contact (case_id, person_id, resolved_at) SELECT $1, person_id, resolved_at FROM vault.case_contact WHERE case_id = $2', [caseA, caseB]);
  const planted = await answerTo(offices.tracer, requestDisclosure, { params: { caseId: caseA }, body: interview([outside]) });
  assert.doesNotMatch(planted, /"status":404/);
  const hole = await plantHole(city.world.origin, {
    path: '/v1/look-up', answer: (query) => ({ status: 200, body: JSON.stringify(query.get('number') === outside ? { phone: victim.person.phone } : {}) }),
  });
  try {
    const ask = async (subject: string) => (await fetch(`${hole.origin}/v1/look-up?name=x&number=${subject}`)).text();
    assert.notEqual(await ask(outside), await ask(nobody));
    assert.deepEqual(canaries().filter((canary) => planted.includes(canary)), []);
  } finally {
    await hole.close();
  }
});
