import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ReleasedPeople, fieldsOfPurpose, type TracePseudonym } from '@health-kit/api';
import {
  approveRecordedDisclosure, beginOfficerSignIn, finishOfficerSignIn, beginRecordedDisclosureApproval, beginTrace, closeRecordedDisclosure, countDisclosures, issueDayTicket, listRecordedDisclosures, readAccessLog, readDisclosure, readOversightOfVault,
  beginProposalApproval, approveRecordedProposal, recordDisclosure, recordProposal, refuseRecordedDisclosure, registerCase, releaseRecordedDisclosure, resolveContacts, reviewRecordedDisclosure, signRecordedDisclosure,
} from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { calculateJwkThumbprint, compactDecrypt, exportJWK } from 'jose';
import { Value } from 'typebox/value';
import { disclosureId as asDisclosureId, localDay, resultId, visitPseudonym } from '../identifiers.ts';
import { makeCheckpoint } from '../ledger/checkpoints.ts';
import { watch } from '../stops/watch.ts';
import { identity, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const nobody = '00000000-0000-4000-8000-000000000000';

let city: City;
let tracer: Officer;
let approver: Officer;
let privacy: Officer;
let index: Resident;
let contact: Resident;
let outsider: Resident;
let caseId: string;
let self: TracePseudonym;
let known: TracePseudonym;
let foreign: TracePseudonym;
let numbers = 0;

const proven = async () => {
  const resident = await city.register(identity((numbers += 1)));
  await city.prove(resident);
  return resident;
};
before(async () => {
  city = await startCity();
  tracer = await city.officer('Tracer', ['tracer'], 'Tracing');
  approver = await city.officer('Medical officer', ['medical-officer'], 'Medicine');
  privacy = await city.officer('Privacy officer', ['privacy-officer'], 'Privacy');
  [index, contact, outsider] = [await proven(), await proven(), await proven()];
  const registered = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;
  caseId = registered.caseId;
  self = registered.index;
  known = await contactOf(tracer, caseId, contact);
  // A contact of another case: this city knows them, this case does not.
  const other = (await city.ask(registerCase, { resultId: resultId(await city.result(contact, 'positive')) })).content;
  foreign = await contactOf(tracer, other.caseId, outsider);
});
after(() => city.close());
// Each test has hour and day to itself.
beforeEach(() => city.database.sql('DELETE FROM vault.disclosure').then(() => undefined));

async function contactOf(officer: Officer, of: string, resident: Resident): Promise<TracePseudonym> {
  const { traceId } = (await officer.call(beginTrace, 'POST', `/v1/cases/${of}/trace`, {
    from: new Date(startMs - 2 * dayMs).toISOString(), to: new Date(city.clock.now()).toISOString(), reason: 'a positive result',
  })).content;
  const { contacts } = (await city.ask(resolveContacts, { traceId, subjects: [{ day: localDay('2026-11-23'), subject: await visitOf(resident) }] })).content;
  return contacts[0] ?? assert.fail('no contact');
}
async function visitOf(device: Caller) {
  const opened = openTicket((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return visitPseudonym(opened.ticket.visit);
}

/** The identifier behind a resident's device; only a test's eyes see it. */
async function personOf(resident: Resident): Promise<string> {
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1', [await calculateJwkThumbprint(await exportJWK(resident.keys.publicKey))]);
  return row?.person_id ?? assert.fail('no such device');
}
/** So many contacts of the case who have no identity: enough to be counted. */
async function manyContacts(count: number): Promise<void> {
  await city.database.sql(
    `INSERT INTO vault.person (person_id, identity, created_at) SELECT gen_random_uuid(), 'x', now() FROM generate_series(1, $1::integer)`, [count],
  );
  await city.database.sql(`INSERT INTO vault.case_contact (case_id, person_id, resolved_at) SELECT $1, person_id, now() FROM vault.person WHERE identity = 'x'`, [caseId]);
}
/** The same officer, signed in anew. */
async function secondSession(officer: Officer): Promise<Caller> {
  const session = await city.stranger();
  const { options: challenge } = (await session.call(beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
  assert.equal((await session.call(finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion: officer.authenticator.get(challenge) })).status, 200);
  return session;
}

const asked = (changes: object = {}) => ({ purpose: 'telephone-interview', subjects: [known], fields: ['name', 'phone'], reason: 'Interview about the evening', ...changes });
const record = (officer: Officer, changes: object = {}, of = caseId) => officer.call(recordDisclosure, 'POST', `/v1/cases/${of}/disclosures`, asked(changes));
const sign = (officer: Officer, id: string, assertion: unknown) => officer.call(signRecordedDisclosure, 'POST', `/v1/disclosures/${id}/signature`, { assertion });
const options = (officer: Officer, id: string) => officer.call(beginRecordedDisclosureApproval, 'POST', `/v1/disclosures/${id}/approval/options`, {});
const approveBy = (officer: Officer, id: string, assertion: unknown) => officer.call(approveRecordedDisclosure, 'POST', `/v1/disclosures/${id}/approval`, { assertion });
const decline = (officer: Officer, id: string) => officer.call(refuseRecordedDisclosure, 'POST', `/v1/disclosures/${id}/refusal`, { reason: 'Call them by the order first' });
const close = (officer: Officer, id: string) => officer.call(closeRecordedDisclosure, 'POST', `/v1/disclosures/${id}/closing`, {});
const review = (officer: Officer, id: string) => officer.call(reviewRecordedDisclosure, 'POST', `/v1/disclosures/${id}/review`, { finding: 'in-order', note: 'Interview stands in the file' });
const read = (officer: Officer, id: string) => officer.call(readDisclosure, 'GET', `/v1/disclosures/${id}`);
const list = async (officer: Officer) => (await officer.call(listRecordedDisclosures, 'GET', '/v1/disclosures')).content.disclosures;

async function request(officer: Officer, changes: object = {}): Promise<string> {
  const { disclosureId, options: signing } = (await record(officer, changes)).content;
  assert.equal((await sign(officer, disclosureId, officer.authenticator.get(signing))).status, 200);
  return disclosureId;
}
async function approve(officer: Officer, id: string) {
  return approveBy(officer, id, officer.authenticator.get((await options(officer, id)).content.options));
}
async function pageKey() {
  const keys = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { kty, crv, x, y } = await exportJWK(keys.publicKey);
  return { keys, publicKey: { kty, crv, x, y } };
}
async function release(officer: Caller, id: string) {
  const { keys, publicKey } = await pageKey();
  const answer = await officer.call(releaseRecordedDisclosure, 'POST', `/v1/disclosures/${id}/release`, { publicKey });
  const open = async () => Value.Parse(ReleasedPeople, JSON.parse(new TextDecoder().decode((await compactDecrypt(answer.content.sealed, keys.privateKey)).plaintext)));
  return { status: answer.status, refusal: answer.refusal, content: () => answer.content, open };
}
const released = async (officer: Caller, id: string) => (await (await release(officer, id)).open()).people;
const events = (type: string) => ledgerEvents(city, type);
const log = async (resident: Resident) => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.filter(({ purpose }) => purpose === 'disclosure');
async function at(ms: number, act: () => Promise<void>): Promise<void> {
  city.clock.set(ms);
  try {
    await act();
  } finally {
    city.clock.set(startMs);
  }
}

test('two officers of two units open exactly the fields and people that both signed, and nobody else reads the answer', async () => {
  const id = await request(tracer, { subjects: [known, self] });
  assert.equal((await release(tracer, id)).refusal, 'disclosure-refused', 'not before the second officer');
  assert.equal((await approve(approver, id)).status, 200);
  const answer = await release(tracer, id);
  assert.equal(JSON.stringify(answer.content()).includes(contact.identity.givenName), false, 'sealed');
  assert.deepEqual((await answer.open()).people, [contact, index].map(({ identity: { familyName, givenName, phone } }, position) => (
    { subject: [known, self][position], identityProven: true, name: { familyName, givenName }, phone })));
  assert.equal(answer.content().until, new Date(startMs + 2 * hourMs).toISOString());
  assert.equal(answer.content().viewsLeft, 9);
});

test('each purpose opens its own fields at most, and an unknown purpose nothing', async () => {
  for (const [purpose, fields] of Object.entries(fieldsOfPurpose)) {
    for (const field of ['name', 'phone', 'document'] as const) {
      const officer = purpose === 'medical-emergency' ? await city.officer(`Emergency ${field}`, ['tracer'], 'Tracing') : tracer;
      const answer = await record(officer, { purpose, fields: [field] });
      assert.equal(answer.refusal, fields.includes(field) ? null : 'invalid-request', `${purpose} ${field}`);
    }
  }
  assert.equal((await record(tracer, { purpose: 'curiosity' })).refusal, 'invalid-request');
  assert.equal((await record(tracer, { fields: ['name', 'portrait'] })).refusal, 'invalid-request');
  const id = await request(tracer, { purpose: 'deliver-order', fields: ['document'] });
  await approve(approver, id);
  const { documentType, documentNumber } = contact.identity;
  assert.deepEqual(await released(tracer, id), [{ subject: known, identityProven: true, document: { type: documentType, number: documentNumber } }]);
});

test('somebody outside the case is answered like nobody, and the attempt stands in the ledger', async () => {
  const before = (await events('disclosure-refused')).length;
  const answers = [];
  for (const subjects of [[foreign], [nobody], [known, foreign], [self, nobody]]) answers.push(await record(tracer, { subjects }));
  answers.push(await record(tracer, {}, nobody));
  for (const { status, refusal } of answers) assert.deepEqual([status, refusal], [422, 'not-found']);
  const attempts = (await events('disclosure-refused')).slice(before);
  assert.equal(attempts.length, answers.length);
  assert.ok(attempts.every((event) => event['officer'] === tracer.officerId && event['refusal'] === 'not-found'));
  assert.deepEqual(await city.database.sql('SELECT FROM vault.disclosure'), []);
});

test('the database, too, refuses somebody outside the case, and what the state would never write', async () => {
  const id = await request(tracer);
  const outsiderId = await personOf(outsider);
  for (const column of ['contact_id', 'index_id']) {
    await assert.rejects(city.database.sql(`INSERT INTO vault.disclosure_subject (disclosure_id, position, case_id, ${column}) VALUES ($1, 7, $2, $3)`, [id, caseId, outsiderId]), /foreign key/);
  }
  for (const change of ['subjects = 51', "purpose = 'medical-emergency', subjects = 6", 'views = 1', 'views = 11', "decision = 'approved', decided_by = requested_by, decided_unit = 'Other', decided_at = signed_at",
    "decision = 'approved', decided_by = NULL", "finding = 'in-order'"]) {
    await assert.rejects(city.database.sql(`UPDATE vault.disclosure SET ${change} WHERE disclosure_id = $1`, [id]), /check constraint|violates/, change);
  }
});

test('a request counts once the requester has signed it, in the session that made it and in time', async () => {
  const { disclosureId, options: signing } = (await record(tracer)).content;
  assert.equal((await options(approver, disclosureId)).refusal, 'not-found', 'unsigned, it is nobody\'s to approve');
  assert.equal((await review(privacy, disclosureId)).refusal, 'not-found', 'nor to review');
  assert.deepEqual(await list(approver), []);
  assert.equal((await sign(tracer, disclosureId, approver.authenticator.get(signing))).refusal, 'disclosure-refused', 'another\'s passkey');
  assert.equal((await sign(tracer, disclosureId, tracer.authenticator.get(signing, { userVerified: false }))).refusal, 'disclosure-refused', 'nobody verified');
  assert.equal((await sign(approver, disclosureId, approver.authenticator.get(signing))).refusal, 'not-found');
  await at(startMs + 5 * minuteMs, async () => assert.equal((await sign(tracer, disclosureId, tracer.authenticator.get(signing))).refusal, 'conflict'));
  assert.equal((await sign(tracer, disclosureId, tracer.authenticator.get(signing))).status, 200);
  assert.equal((await sign(tracer, disclosureId, tracer.authenticator.get(signing))).refusal, 'conflict', 'once');
});

test('a signature for one thing stands for no other', async () => {
  const [first, second] = [(await record(tracer)).content, (await record(tracer)).content];
  assert.equal((await sign(tracer, second.disclosureId, tracer.authenticator.get(first.options))).refusal, 'disclosure-refused', 'one request for another');
  const id = await request(tracer);
  const other = await request(tracer);
  const approval = (await options(approver, id)).content.options;
  assert.equal((await approveBy(approver, other, approver.authenticator.get(approval))).refusal, 'approval-refused', 'one approval for another');
  const [row] = await city.database.sql<{ digest: Buffer }>('SELECT digest FROM vault.disclosure WHERE disclosure_id = $1', [id]);
  const challenge = row?.digest.toString('base64url');
  assert.equal((await approveBy(approver, id, approver.authenticator.get({ ...approval, challenge }))).refusal, 'approval-refused', 'the digest itself, which means nothing');
  assert.equal((await approveBy(approver, id, approver.authenticator.get({ ...approval, challenge: first.options['challenge'] }))).refusal, 'approval-refused', 'a request for an approval');
  const assertion = approver.authenticator.get(approval);
  assert.equal((await approveBy(approver, id, assertion)).status, 200);
  assert.equal((await approveBy(approver, id, assertion)).refusal, 'conflict', 'replayed');
});

test('the requester, and anybody of the requester\'s unit, decides nothing', async () => {
  const id = await request(tracer);
  const neighbour = await city.officer('Neighbour', ['medical-officer'], ' tracing');
  const both = await city.officer('Both', ['tracer', 'medical-officer'], 'Elsewhere');
  const own = await request(both);
  for (const [officer, theirs] of [[neighbour, id], [both, own]] as const) {
    assert.equal((await options(officer, theirs)).refusal, 'approval-refused');
    assert.equal((await approveBy(officer, theirs, {})).refusal, 'approval-refused');
    assert.equal((await decline(officer, theirs)).refusal, 'approval-refused');
  }
  assert.equal((await options(tracer, id)).refusal, 'not-permitted');
  const otherTracer = await city.officer('Other tracer', ['tracer'], 'Tracing B');
  assert.equal((await read(otherTracer, id)).refusal, 'not-found', 'not even that it exists');
});

test('nobody but the session that asked opens it, within its window and its views, and every attempt is written down', async () => {
  const id = await request(tracer);
  await approve(approver, id);
  const before = (await events('disclosure-refused')).length;
  const again = await secondSession(tracer);
  for (const [caller, refusal] of [[again, 'disclosure-refused'], [await city.officer('Tracer of B', ['tracer'], 'B'), 'not-found'], [approver, 'not-found']] as const) {
    assert.equal((await release(caller, id)).refusal, refusal);
  }
  await at(startMs + 2 * hourMs, async () => assert.equal((await release(tracer, id)).refusal, 'disclosure-refused'));
  await at(startMs + 2 * hourMs - 1, async () => assert.equal((await release(tracer, id)).status, 200));
  for (let view = 2; view <= 10; view += 1) assert.equal((await release(tracer, id)).status, 200);
  assert.equal((await release(tracer, id)).refusal, 'disclosure-refused', 'eleven times');
  assert.equal((await events('disclosure-refused')).length, before + 5);
  assert.deepEqual((await events('disclosure-released')).filter((event) => event['disclosure'] === id).map((event) => event['view']), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a key that is no point of the curve gets nothing, and no view is counted', async () => {
  const id = await request(tracer);
  await approve(approver, id);
  const { publicKey } = await pageKey();
  const answer = await tracer.call(releaseRecordedDisclosure, 'POST', `/v1/disclosures/${id}/release`, { publicKey: { ...publicKey, y: publicKey.x } });
  assert.equal(answer.refusal, 'invalid-request');
  assert.equal((await read(tracer, id)).content.views, 0);
});

test('closed or refused, nothing opens, and a privacy officer who had no part in it reviews it once', async () => {
  const id = await request(tracer);
  assert.equal((await decline(approver, id)).status, 200);
  assert.equal((await release(tracer, id)).refusal, 'disclosure-refused');
  assert.equal((await review(privacy, id)).refusal, 'conflict', 'there was nothing to look at');
  const opened = await request(tracer);
  assert.equal((await approve(privacy, opened)).status, 200);
  await release(tracer, opened);
  assert.equal((await close(approver, opened)).refusal, 'not-found');
  assert.equal((await close(privacy, opened)).refusal, 'not-permitted');
  assert.equal((await review(privacy, opened)).refusal, 'approval-refused');
  const second = await city.officer('Second privacy officer', ['privacy-officer'], 'Privacy');
  assert.equal((await review(second, opened)).refusal, 'conflict', 'it is still open');
  assert.equal((await close(tracer, opened)).status, 200);
  assert.equal((await release(tracer, opened)).refusal, 'disclosure-refused');
  assert.equal((await approveBy(approver, opened, {})).refusal, 'conflict');
  assert.deepEqual((await list(second)).map(({ disclosureId, mayReview }) => [disclosureId, mayReview]).filter(([, may]) => may), [[opened, true]]);
  const waits = async (officer: Officer) => (await list(officer)).filter(({ awaitsReview }) => awaitsReview).map(({ disclosureId, mayReview }) => [disclosureId, mayReview]);
  assert.deepEqual(await waits(privacy), [[opened, false]], 'who decided it is told that another must review it');
  assert.equal((await review(approver, opened)).refusal, 'not-permitted');
  assert.equal((await review(second, opened)).status, 200);
  assert.equal((await review(second, opened)).refusal, 'conflict');
  assert.deepEqual(await waits(privacy), []);
  assert.deepEqual((await read(tracer, opened)).content.reviewed?.finding, 'in-order');
});

test('whoever can write the row still opens nothing: neither a made-up approval nor a changed request', async () => {
  const waiting = await request(tracer);
  await city.database.sql(`UPDATE vault.disclosure SET decision = 'approved', decided_by = $2, decided_unit = 'Medicine', decided_at = signed_at WHERE disclosure_id = $1`, [waiting, approver.officerId]);
  assert.equal((await release(tracer, waiting)).refusal, 'disclosure-refused', 'no grant of the vault');
  const open = await request(tracer);
  await approve(approver, open);
  await city.database.sql('UPDATE vault.disclosure SET sealed_grant = (SELECT sealed_grant FROM vault.disclosure WHERE disclosure_id = $2) WHERE disclosure_id = $1', [waiting, open]);
  assert.equal((await release(tracer, waiting)).refusal, 'disclosure-refused', 'the grant of another');
  await city.database.sql(`UPDATE vault.disclosure SET canonical = replace(canonical, '"name"', '"document"') WHERE disclosure_id = $1`, [open]);
  assert.equal((await release(tracer, open)).refusal, 'disclosure-refused', 'not what was signed');
  await city.database.sql(`UPDATE vault.disclosure SET digest = sha256(convert_to(canonical, 'UTF8')) WHERE disclosure_id = $1`, [open]);
  assert.equal((await release(tracer, open)).refusal, 'disclosure-refused', 'a digest that nobody signed');
  const changed = await request(tracer);
  await city.database.sql(`UPDATE vault.disclosure SET canonical = replace(canonical, '"name",', '') WHERE disclosure_id = $1`, [changed]);
  await city.database.sql(`UPDATE vault.disclosure SET digest = sha256(convert_to(canonical, 'UTF8')) WHERE disclosure_id = $1`, [changed]);
  assert.equal((await options(approver, changed)).refusal, 'conflict', 'a request that was changed before the approval');
  const extended = await request(tracer);
  await approve(approver, extended);
  await city.database.sql(`UPDATE vault.disclosure SET decided_at = decided_at + interval '1 day' WHERE disclosure_id = $1`, [extended]);
  await at(startMs + 3 * hourMs, async () => assert.equal((await release(tracer, extended)).refusal, 'disclosure-refused', 'a window made longer'));
});

test('the rules behind those refusals are what refuses: with the vault\'s own grant the same row opens', async () => {
  const id = await request(tracer);
  await approve(approver, id);
  assert.equal((await released(tracer, id)).length, 1);
});

test('every release is an entry in the ledger and in each person\'s own log before it leaves', async () => {
  const fresh = await proven();
  const subject = await contactOf(tracer, caseId, fresh);
  const id = await request(tracer, { subjects: [subject, self] });
  await approve(approver, id);
  const indexBefore = (await log(index)).length;
  await release(tracer, id);
  await release(tracer, id);
  const entries = await log(index);
  assert.equal(entries.length, indexBefore + 2, 'each time');
  assert.deepEqual([entries[0]?.office, entries[0]?.fields], ['Centre for Disease Control', ['familyName', 'givenName', 'wholePhone']]);
  assert.deepEqual(await log(fresh), [], 'a contact who was not told learns nothing of the case');
  await at(startMs + 14 * dayMs, async () => assert.equal((await log(fresh)).length, 2));
  const [leaf] = await city.database.sql<{ count: number }>('SELECT count(*)::integer AS count FROM vault.access_entry WHERE seq = $1', [entries[0]?.leaf.index]);
  assert.equal(leaf?.count, 1);
});

test('a contact who has been told of the exposure sees a disclosure at once; before, it waits for the notice', async () => {
  const fresh = await proven();
  const subject = await contactOf(tracer, caseId, fresh);
  const id = await request(tracer, { subjects: [subject] });
  await approve(approver, id);
  await release(tracer, id);
  assert.deepEqual(await log(fresh), []);
  const { proposalId } = (await tracer.call(recordProposal, 'POST', `/v1/cases/${caseId}/order-proposals`, {
    contacts: [subject], kind: 'home-observation', legalBasis: 'Infectious Diseases Act, article 39', reason: 'close contact', startsAt: new Date(startMs).toISOString(), endsAt: new Date(startMs + 7 * dayMs).toISOString(),
  })).content;
  const { options: approval } = (await approver.call(beginProposalApproval, 'POST', `/v1/order-proposals/${proposalId}/approval/options`, {})).content;
  assert.equal((await approver.call(approveRecordedProposal, 'POST', `/v1/order-proposals/${proposalId}/approval`, { assertion: approver.authenticator.get(approval) })).status, 200);
  assert.equal((await log(fresh)).length, 1);
  await release(tracer, id);
  assert.equal((await log(fresh)).length, 2);
});

test('a case that is out of its term, or whose result was taken back, is no reason for a disclosure', async () => {
  await at(startMs + 30 * dayMs, async () => {
    const late = await city.officer('Late tracer', ['tracer'], 'Tracing');
    assert.equal((await record(late)).refusal, 'conflict');
  });
  const patient = await proven();
  const result = await city.result(patient, 'positive');
  const other = (await city.ask(registerCase, { resultId: resultId(result) })).content;
  const begun = (await record(tracer, { subjects: [other.index] }, other.caseId)).content;
  await sign(tracer, begun.disclosureId, tracer.authenticator.get(begun.options));
  await approve(approver, begun.disclosureId);
  assert.equal((await release(tracer, begun.disclosureId)).status, 200);
  await city.database.sql(
    `INSERT INTO health.result SELECT gen_random_uuid(), specimen_id, 2, subject, laboratory_id, test_code, 'negative', collected_at, performed_at, reported_at FROM health.result WHERE result_id = $1`, [result],
  );
  assert.equal((await record(tracer, { subjects: [other.index] }, other.caseId)).refusal, 'conflict');
  assert.equal((await release(tracer, begun.disclosureId)).refusal, 'disclosure-refused');
});

test('an emergency opens to one officer at once, for five people at most, and closes for good after half an hour without a second', async () => {
  const officer = await city.officer('Doctor on duty', ['medical-officer'], 'Night duty');
  const emergency = { purpose: 'medical-emergency', fields: ['name', 'phone', 'document'], subjects: [self] };
  assert.equal((await record(officer)).refusal, 'not-permitted', 'a medical officer asks in an emergency alone');
  assert.equal((await record(officer, { ...emergency, subjects: Array.from({ length: 6 }, (_, number) => `00000000-0000-4000-8000-00000000000${number}`) })).refusal, 'invalid-request');
  const id = await request(officer, emergency);
  assert.equal((await released(officer, id))[0]?.document?.number, index.identity.documentNumber);
  assert.equal((await record(officer, emergency)).refusal, 'disclosure-refused', 'one at a time');
  await at(startMs + 30 * minuteMs, async () => {
    assert.equal((await release(officer, id)).refusal, 'disclosure-refused');
    assert.equal((await options(approver, id)).refusal, 'conflict');
    assert.deepEqual((await city.ask(countDisclosures, {})).content.days, [{ day: '2026-11-23', disclosures: 1, people: 1, emergencies: 1, lapsed: 1 }]);
    assert.equal((await read(officer, id)).content.state, 'lapsed');
    assert.equal((await record(officer, emergency)).refusal, 'disclosure-refused', 'suspended');
    assert.equal((await review(privacy, id)).status, 200);
    assert.equal((await record(officer, emergency)).status, 200, 'reviewed');
  });
});

test('of an emergency that nobody confirmed, by time or by refusal, the privacy officers are told once, within a look; of a confirmed one not', async () => {
  const officer = await city.officer('Hasty doctor', ['medical-officer'], 'Second night duty');
  const emergency = { purpose: 'medical-emergency', fields: ['phone'], subjects: [self] };
  const alarms = () => city.database.sql<{ kind: string; officer_id: string; occurrences: number }>(
    "SELECT kind, officer_id, occurrences FROM vault.alarm WHERE kind = 'emergency-lapsed' AND officer_id = ANY($1)", [[officer.officerId, tracer.officerId]],
  );
  const confirmed = await request(tracer, emergency);
  assert.equal((await approve(approver, confirmed)).status, 200);
  const id = await request(officer, emergency);
  await at(startMs + 30 * minuteMs - 1, async () => {
    await watch(city.vault);
    assert.deepEqual(await alarms(), [], 'the second officer still has a moment');
  });
  await at(startMs + 30 * minuteMs, async () => {
    await Promise.all([watch(city.vault), watch(city.vault)]);
    await watch(city.vault);
    assert.deepEqual(await alarms(), [{ kind: 'emergency-lapsed', officer_id: officer.officerId, occurrences: 1 }]);
    const { disclosures, unreviewed, ledger } = (await privacy.call(readOversightOfVault, 'GET', '/v1/oversight')).content;
    const office = disclosures[0]?.office;
    assert.deepEqual([disclosures, unreviewed], [[{ office, purpose: 'medical-emergency', disclosures: 2, people: 2, unconfirmed: 1 }], 1], 'the confirmed one is open still');
    assert.deepEqual(ledger.witnesses, []);
    const signed = await makeCheckpoint(city.vault.database, city.vault.ledger, new Date(city.clock.now()));
    const size = signed?.checkpoint.size ?? assert.fail('nothing to sign');
    assert.deepEqual((await privacy.call(readOversightOfVault, 'GET', '/v1/oversight')).content.ledger.checkpoint, { size, signedAt: new Date(city.clock.now()).toISOString() });
    assert.deepEqual((await events('disclosure-lapsed')).map(({ disclosure, officer: whose, views }) => [disclosure, whose, views]), [[id, officer.officerId, 0]]);
    assert.equal((await review(privacy, id)).status, 200);
    const declined = await request(officer, emergency);
    assert.equal((await decline(approver, declined)).status, 200);
    await watch(city.vault);
    assert.deepEqual(await alarms(), [{ kind: 'emergency-lapsed', officer_id: officer.officerId, occurrences: 2 }], 'a refusal is no confirmation either');
  });
});

test('a confirmed emergency stays open for its window and is counted, but not as lapsed; closing it early does not spare the second officer', async () => {
  const officer = await city.officer('Tracer on duty', ['tracer'], 'Night tracing');
  const emergency = { purpose: 'medical-emergency', fields: ['phone'], subjects: [known] };
  const id = await request(officer, emergency);
  assert.equal((await approve(approver, id)).status, 200);
  await at(startMs + 31 * minuteMs, async () => assert.equal((await release(officer, id)).status, 200));
  assert.deepEqual((await city.ask(countDisclosures, {})).content.days, [{ day: '2026-11-23', disclosures: 1, people: 1, emergencies: 1, lapsed: 0 }]);
  const hasty = await request(officer, emergency);
  await close(officer, hasty);
  assert.equal((await record(officer, emergency)).refusal, 'disclosure-refused');
  assert.equal((await approve(approver, hasty)).status, 200);
  assert.equal((await release(officer, hasty)).refusal, 'disclosure-refused');
});

test('an officer asks for no more people than the hour, the day and the case allow', async () => {
  const caps = city.vault.limits.disclosure.caps;
  const others = await city.officer('Busy tracer', ['tracer'], 'Tracing');
  const requester = others.officerId;
  const stranger = async (hoursAgo: number, people: number, by = requester) => {
    for (let batch = 0; batch < people; batch += 50) {
      const size = Math.min(50, people - batch);
      const [{ disclosure_id: id } = { disclosure_id: '' }] = await city.database.sql<{ disclosure_id: string }>(
        `INSERT INTO vault.disclosure (disclosure_id, case_id, purpose, subjects, canonical, digest, requested_by, requested_unit, session, requested_at)
         VALUES (gen_random_uuid(), $1, 'telephone-interview', $2, '{}', sha256('{}'), $3, 'Tracing', 'session', $4) RETURNING disclosure_id`,
        [caseId, size, by, new Date(startMs - hoursAgo * hourMs)],
      );
      await city.database.sql(
        `INSERT INTO vault.disclosure_subject (disclosure_id, position, case_id, contact_id)
         SELECT $1, row_number() OVER () - 1, $2, person_id FROM (SELECT person_id FROM vault.case_contact c WHERE case_id = $2 AND NOT EXISTS (SELECT FROM vault.disclosure_subject s WHERE s.contact_id = c.person_id) AND person_id <> $4 LIMIT $3) AS free`,
        [id, caseId, size, await personOf(contact)],
      );
    }
  };
  await manyContacts(620);
  await stranger(0.5, caps.perOfficerPerHour - 1);
  assert.equal((await record(others)).status, 200, 'the last of the hour');
  assert.equal((await record(others, { subjects: [self] })).refusal, 'too-many-requests');
  assert.equal((await record(others)).status, 200, 'the same person again is nobody new');
  await city.database.sql('DELETE FROM vault.disclosure');
  await stranger(5, caps.perOfficerPerDay);
  assert.equal((await record(others)).refusal, 'too-many-requests', 'the day');
  assert.equal((await record(tracer)).status, 200, 'somebody else\'s day');
  await stranger(3, caps.perCasePerDay - caps.perOfficerPerDay, tracer.officerId);
  const third = await city.officer('Third tracer', ['tracer'], 'Tracing');
  assert.equal((await record(third, { subjects: [self] })).refusal, 'too-many-requests', 'the case');
});

test('a disclosure counts towards the people whom an officer may touch, also where it is refused', async () => {
  const officer = await city.officer('Counted', ['tracer'], 'Tracing');
  assert.equal((await record(officer, { subjects: [nobody] })).refusal, 'not-found');
  const [row] = await city.database.sql<{ count: number }>("SELECT count(*)::int AS count FROM vault.subject_touch WHERE kind = 'disclosure' AND officer_id = $1", [officer.officerId]);
  assert.equal(row?.count, 1);
});

test('privacy officers see everything that was signed, tracers their own, and nobody a name', async () => {
  const id = await request(tracer);
  assert.deepEqual((await list(privacy)).map(({ disclosureId }) => disclosureId), [id]);
  assert.deepEqual((await list(tracer)).map(({ disclosureId, mayDecide, mayClose }) => [disclosureId, mayDecide, mayClose]), [[id, false, true]]);
  const seen = (await read(privacy, id)).content;
  assert.deepEqual([seen.people, seen.mayDecide, seen.state, seen.requestedBy], [[known], true, 'waiting', 'Tracer · Tracing']);
  assert.equal(JSON.stringify(seen).includes(contact.identity.familyName), false);
  assert.equal((await read(tracer, asDisclosureId(nobody))).refusal, 'not-found');
});
