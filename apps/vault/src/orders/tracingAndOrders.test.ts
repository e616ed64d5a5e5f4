import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { approvalText, passkeyMeanings, type HealthPseudonym, type NotifyPseudonym, type TracePseudonym, type VisitPseudonym } from '@health-kit/api';
import {
  approveRecordedProposal, beginProposalApproval, beginTrace, closeRegisteredCase, issueDayTicket, readAccessLog, recordProposal, refuseRecordedProposal, registerCase, resolveContacts,
} from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { localDay, resultId, visitPseudonym } from '../identifiers.ts';
import { clearExpired } from '../retention.ts';
import { identity, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';

const dayMs = 86_400_000;
const today = localDay('2026-11-23');

let city: City;
let tracer: Officer;
let medicalOfficer: Officer;
let index: Resident;
let contact: Resident;
let unproven: Resident;
let caseId: string;
let numbers = 0;

const proven = async () => {
  const resident = await city.register(identity((numbers += 1)));
  await city.prove(resident);
  return resident;
};
before(async () => {
  city = await startCity();
  tracer = await city.officer('Tracer', ['tracer'], 'Tracing');
  medicalOfficer = await city.officer('Medical officer', ['medical-officer'], 'Medicine');
  index = await proven();
  contact = await proven();
  unproven = await city.register(identity((numbers += 1)));
  caseId = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content.caseId;
});
after(() => city.close());

async function ticketOf(device: Caller): Promise<{ visit: VisitPseudonym; health: HealthPseudonym | string; notify: NotifyPseudonym | string }> {
  const opened = openTicket((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return { ...opened.ticket, visit: visitPseudonym(opened.ticket.visit) };
}
const trace = (officer: Officer, of = caseId, from = startMs - 2 * dayMs, to = startMs) =>
  officer.call(beginTrace, 'POST', `/v1/cases/${of}/trace`, { from: new Date(from).toISOString(), to: new Date(to).toISOString(), reason: 'a positive result' });
async function found(...residents: Resident[]): Promise<TracePseudonym[]> {
  const { traceId } = (await trace(tracer)).content;
  const subjects = await Promise.all(residents.map(async (resident) => ({ day: today, subject: (await ticketOf(resident)).visit })));
  return (await city.ask(resolveContacts, { traceId, subjects })).content.contacts.filter((pseudonym) => pseudonym !== null);
}
const proposalBody = (contacts: readonly string[], changes: object = {}) => ({
  contacts, kind: 'home-observation', legalBasis: 'Infectious Diseases Act, article 39', reason: 'close contact', startsAt: new Date(startMs).toISOString(), endsAt: new Date(startMs + 7 * dayMs).toISOString(), ...changes,
});
const propose = (officer: Officer, contacts: readonly string[], changes: object = {}) => officer.call(recordProposal, 'POST', `/v1/cases/${caseId}/order-proposals`, proposalBody(contacts, changes));
const proposal = async (...residents: Resident[]) => (await propose(tracer, await found(...residents))).content.proposalId;
const approvalOptions = (officer: Officer, id: string) => officer.call(beginProposalApproval, 'POST', `/v1/order-proposals/${id}/approval/options`, {});
const approve = (officer: Officer, id: string, assertion: unknown) => officer.call(approveRecordedProposal, 'POST', `/v1/order-proposals/${id}/approval`, { assertion });
const decline = (officer: Officer, id: string) => officer.call(refuseRecordedProposal, 'POST', `/v1/order-proposals/${id}/refusal`, { reason: 'not needed' });
const purposes = async (resident: Resident) => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.map(({ purpose }) => purpose);

test('a case comes from a positive result that stands in the database, and the same result is the same case', async () => {
  const id = resultId(await city.result(contact, 'positive'));
  const first = (await city.ask(registerCase, { resultId: id })).content;
  assert.deepEqual((await city.ask(registerCase, { resultId: id })).content, first);
  assert.equal((await city.ask(registerCase, { resultId: resultId('00000000-0000-4000-8000-000000000000') })).refusal, 'not-found');
  assert.equal((await city.ask(registerCase, { resultId: resultId(await city.result(contact, 'negative')) })).refusal, 'not-permitted');
  assert.equal((await city.ask(registerCase, { resultId: resultId(await city.result(contact, 'positive', startMs - 25 * dayMs)) })).refusal, 'not-permitted', 'too old to have any visit left');
});

test('a result of nobody, or of nobody proven, makes no case', async () => {
  const id = resultId(await city.result(contact, 'positive'));
  const { health } = await ticketOf(unproven);
  for (const subject of [health, '00000000-0000-4000-8000-000000000000']) {
    await city.database.sql('UPDATE health.result SET subject = $2 WHERE result_id = $1', [id, subject]);
    assert.equal((await city.ask(registerCase, { resultId: id })).refusal, 'identity-not-proven');
  }
});

test('a trace names the index person by a pseudonym for each day of the window', async () => {
  await ticketOf(index);
  const { subjects } = (await trace(tracer)).content;
  // Of the days before the vault was started there are no keys, and so no pseudonyms.
  assert.deepEqual(subjects, [{ day: today, dayStart: '2026-11-22T16:00:00.000Z', dayEnd: '2026-11-23T16:00:00.000Z', subject: (await ticketOf(index)).visit }]);
});

test('a window that is empty, in the future, or older than the visits are kept is refused', async () => {
  assert.equal((await trace(tracer, caseId, startMs, startMs)).refusal, 'invalid-request');
  assert.equal((await trace(tracer, caseId, startMs - dayMs, startMs + dayMs)).refusal, 'invalid-request');
  assert.equal((await trace(tracer, caseId, startMs - 16 * dayMs, startMs)).refusal, 'invalid-request');
  assert.equal((await trace(tracer, caseId, startMs - 14 * dayMs, startMs)).status, 200);
});

test('without a case, or without the tracer\'s role, there is no trace', async () => {
  assert.equal((await trace(tracer, '00000000-0000-4000-8000-000000000000')).refusal, 'not-found');
  assert.equal((await trace(medicalOfficer)).refusal, 'not-permitted');
});

test('contacts are resolved under a live trace, for its days, in order; nobody\'s pseudonym is nobody', async () => {
  const { traceId } = (await trace(tracer)).content;
  const mine = (await ticketOf(contact)).visit;
  const nobody = visitPseudonym('00000000-0000-4000-8000-000000000000');
  const ask = (id: string, day = today) => city.ask(resolveContacts, { traceId: id, subjects: [{ day, subject: nobody }, { day, subject: mine }, { day, subject: mine }] });
  const { contacts } = (await ask(traceId)).content;
  assert.equal(contacts[0], null);
  assert.equal(contacts[1], contacts[2]);
  assert.ok(contacts[1] !== null && String(contacts[1]) !== mine);
  assert.equal((await ask('unknown')).refusal, 'not-authorized');
  assert.equal((await ask(traceId, localDay('2026-11-19'))).refusal, 'invalid-request', 'more than a day before the window');
  city.clock.set(startMs + 600_000);
  assert.equal((await ask(traceId)).refusal, 'not-authorized');
  city.clock.set(startMs);
});

test('visits of an account that was joined to the person are traced to the person', async () => {
  const particulars = identity((numbers += 1));
  const old = await city.register(particulars);
  await city.prove(old);
  const [before] = await found(old);
  const fresh = await city.register(particulars);
  const { visit } = await ticketOf(fresh);
  await city.moveAtDesk(fresh);
  const { traceId } = (await trace(tracer)).content;
  assert.deepEqual((await city.ask(resolveContacts, { traceId, subjects: [{ day: today, subject: visit }] })).content.contacts, [before]);
});

test('orders can be proposed for contacts of the case alone, within cap and term', async () => {
  const [known] = await found(contact);
  assert.ok(known !== undefined);
  const refusalOf = async (contacts: readonly string[], changes: object = {}) => (await propose(tracer, contacts, changes)).refusal;
  assert.equal(await refusalOf([known, '00000000-0000-4000-8000-000000000000']), 'proposal-refused', 'somebody outside the case');
  assert.equal(await refusalOf([known, known]), 'proposal-refused', 'the same person twice');
  assert.equal(await refusalOf([known], { endsAt: new Date(startMs).toISOString() }), 'proposal-refused', 'no term');
  assert.equal(await refusalOf([known], { endsAt: new Date(startMs + 31 * dayMs).toISOString() }), 'proposal-refused', 'more than 30 days');
  assert.equal(await refusalOf([known], { startsAt: new Date(startMs - 2 * dayMs).toISOString(), endsAt: new Date(startMs - dayMs).toISOString() }), 'proposal-refused', 'over already');
  assert.equal(await refusalOf([known], { legalBasis: '   ' }), 'invalid-request', 'no legal basis');
  assert.equal(await refusalOf(Array.from({ length: 201 }, () => known)), 'invalid-request', 'more than the cap');
  assert.equal((await propose(medicalOfficer, [known])).refusal, 'not-permitted');
});

test('the index person of the case is not among its contacts', async () => {
  const [self] = await found(index);
  assert.equal((await propose(tracer, [self ?? ''])).refusal, 'proposal-refused');
});

test('an approval by passkey over the proposal names its people, and the same answer is given again', async () => {
  const id = await proposal(contact);
  const { options } = (await approvalOptions(medicalOfficer, id)).content;
  assert.equal(options['userVerification'], 'required');
  const { subjects } = (await approve(medicalOfficer, id, medicalOfficer.authenticator.get(options))).content;
  const { health, notify } = await ticketOf(contact);
  assert.deepEqual(subjects.map((subject) => [subject.health, subject.notify]), [[health, notify]]);
  assert.deepEqual((await approve(medicalOfficer, id, {})).content.subjects, subjects, 'a lost answer');
  assert.equal((await decline(medicalOfficer, id)).refusal, 'conflict');
  const other = await city.officer('Second medical officer', ['medical-officer'], 'Medicine');
  assert.equal((await approve(other, id, {})).refusal, 'conflict');
});

test('an approval of one proposal approves no other', async () => {
  const [first, second] = [await proposal(contact), await proposal(contact)];
  const { options } = (await approvalOptions(medicalOfficer, first)).content;
  assert.equal((await approve(medicalOfficer, second, medicalOfficer.authenticator.get(options))).refusal, 'approval-refused');
});

test('a signature over the text of a proposal with another meaning, or with none, approves nothing', async () => {
  const id = await proposal(contact);
  const { options, statement } = (await approvalOptions(medicalOfficer, id)).content;
  const digest = createHash('sha256').update(statement).digest();
  const challenges = passkeyMeanings.filter((meaning) => meaning !== 'order').map((meaning) => createHash('sha256').update(approvalText(meaning, digest)).digest('base64url'));
  for (const challenge of [digest.toString('base64url'), ...challenges]) {
    assert.equal((await approve(medicalOfficer, id, medicalOfficer.authenticator.get({ ...options, challenge }))).refusal, 'approval-refused');
  }
  assert.equal(options['challenge'], createHash('sha256').update(approvalText('order', digest)).digest('base64url'), 'and the page can make the challenge of the text');
});

test('an approval needs the officer\'s own passkey, with user verification', async () => {
  const id = await proposal(contact);
  const { options } = (await approvalOptions(medicalOfficer, id)).content;
  assert.equal((await approve(medicalOfficer, id, medicalOfficer.authenticator.get(options, { userVerified: false }))).refusal, 'approval-refused');
  assert.equal((await approve(medicalOfficer, id, tracer.authenticator.get(options))).refusal, 'approval-refused');
  assert.equal((await approve(medicalOfficer, id, {})).refusal, 'approval-refused');
});

test('the proposer, and anybody of the proposer\'s unit, decides nothing', async () => {
  const both = await city.officer('Both', ['tracer', 'medical-officer'], 'Elsewhere');
  const neighbour = await city.officer('Neighbour', ['medical-officer'], 'Tracing');
  const own = (await propose(both, await found(contact))).content.proposalId;
  const theirs = await proposal(contact);
  const respelled = await city.officer('Neighbour across the corridor', ['medical-officer'], ' tracing');
  for (const [officer, id] of [[both, own], [neighbour, theirs], [respelled, theirs]] as const) {
    assert.equal((await approvalOptions(officer, id)).refusal, 'approval-refused');
    assert.equal((await approve(officer, id, {})).refusal, 'approval-refused');
    assert.equal((await decline(officer, id)).refusal, 'approval-refused');
  }
  assert.equal((await approvalOptions(tracer, theirs)).refusal, 'not-permitted');
  assert.equal((await approvalOptions(medicalOfficer, '00000000-0000-4000-8000-000000000000')).refusal, 'not-found');
});

test('a refused proposal cannot be approved, and refusing it again changes nothing', async () => {
  const id = await proposal(contact);
  assert.equal((await decline(medicalOfficer, id)).status, 200);
  assert.equal((await decline(medicalOfficer, id)).status, 200);
  assert.equal((await approvalOptions(medicalOfficer, id)).refusal, 'conflict');
  assert.equal((await approve(medicalOfficer, id, {})).refusal, 'conflict');
});

test('without an open case nobody is traced, proposed for or ordered: neither after it was closed nor once its result was taken back', async () => {
  const takeBack = (result: string) => city.database.sql(
    `INSERT INTO health.result SELECT gen_random_uuid(), specimen_id, 2, subject, laboratory_id, test_code, 'negative', collected_at, performed_at, reported_at FROM health.result WHERE result_id = $1`, [result],
  );
  const close = async (id: string) => assert.equal((await tracer.call(closeRegisteredCase, 'POST', `/v1/cases/${id}/closing`, { reason: 'no case' })).status, 200);
  for (const end of ['closed', 'taken back'] as const) {
    const result = await city.result(await proven(), 'positive');
    const { caseId: id } = (await city.ask(registerCase, { resultId: resultId(result) })).content;
    const { traceId } = (await trace(tracer, id)).content;
    const subjects = [{ day: today, subject: (await ticketOf(contact)).visit }];
    const resolve = () => city.ask(resolveContacts, { traceId, subjects });
    const [known] = (await resolve()).content.contacts;
    const proposeIn = () => tracer.call(recordProposal, 'POST', `/v1/cases/${id}/order-proposals`, proposalBody([known ?? '']));
    const [approved, waiting] = [(await proposeIn()).content.proposalId, (await proposeIn()).content.proposalId];
    const before = medicalOfficer.authenticator.get((await approvalOptions(medicalOfficer, approved)).content.options);
    const late = medicalOfficer.authenticator.get((await approvalOptions(medicalOfficer, waiting)).content.options);
    assert.equal((await approve(medicalOfficer, approved, before)).status, 200, 'the control: the case is open');
    await (end === 'closed' ? close(id) : takeBack(result));
    assert.equal((await approvalOptions(medicalOfficer, waiting)).refusal, 'conflict', end);
    assert.equal((await approve(medicalOfficer, waiting, late)).refusal, 'conflict', end);
    assert.equal((await proposeIn()).refusal, 'conflict', end);
    assert.equal((await trace(tracer, id)).refusal, 'conflict', end);
    assert.equal((await resolve()).refusal, 'not-authorized', end);
    assert.equal((await approve(medicalOfficer, approved, {})).content.subjects.length, 1, 'what was approved before stands, and its lost answer is given again');
    assert.equal((await decline(medicalOfficer, waiting)).status, 200);
  }
});

test('a case that closes while its order is being approved is closed before or after, and a closed one orders nobody', async () => {
  const { caseId: id } = (await city.ask(registerCase, { resultId: resultId(await city.result(await proven(), 'positive')) })).content;
  const { traceId } = (await trace(tracer, id)).content;
  const [known] = (await city.ask(resolveContacts, { traceId, subjects: [{ day: today, subject: (await ticketOf(contact)).visit }] })).content.contacts;
  const { proposalId } = (await tracer.call(recordProposal, 'POST', `/v1/cases/${id}/order-proposals`, proposalBody([known ?? '']))).content;
  const assertion = medicalOfficer.authenticator.get((await approvalOptions(medicalOfficer, proposalId)).content.options);
  // Somebody closes the case, and has not committed yet when the approval comes.
  const { promise: committed, resolve: commit } = Promise.withResolvers<undefined>();
  const { promise: written, resolve: wrote } = Promise.withResolvers<undefined>();
  const closing = city.vault.database.transaction(async (queries) => {
    await queries.query('UPDATE vault.case_authority SET closed_at = $2 WHERE case_id = $1', [id, new Date(startMs)]);
    wrote(undefined);
    await committed;
  });
  await written;
  const approving = approve(medicalOfficer, proposalId, assertion);
  await new Promise((resolve) => setTimeout(resolve, 300));
  commit(undefined);
  await closing;
  assert.equal((await approving).refusal, 'conflict');
});

test('a proposal that nobody decided is over after three days', async () => {
  const id = await proposal(contact);
  const { options } = (await approvalOptions(medicalOfficer, id)).content;
  const assertion = medicalOfficer.authenticator.get(options);
  city.clock.set(startMs + 3 * dayMs);
  const later = await city.officer('Medical officer of a later day', ['medical-officer'], 'Medicine');
  assert.equal((await approvalOptions(later, id)).refusal, 'conflict');
  assert.equal((await approve(later, id, assertion)).refusal, 'conflict');
  assert.equal((await decline(later, id)).refusal, 'conflict');
  city.clock.set(startMs + 3 * dayMs - 1);
  assert.equal((await approvalOptions(later, id)).status, 200, 'the control: a moment before');
  city.clock.set(startMs);
});

test('a self-asserted identity collects no orders', async () => {
  const id = await proposal(unproven, contact);
  const { options } = (await approvalOptions(medicalOfficer, id)).content;
  assert.equal((await approve(medicalOfficer, id, medicalOfficer.authenticator.get(options))).content.subjects.length, 1);
});

test('a contact learns of the trace when the order is approved, or after fourteen days', async () => {
  const [ordered, never] = [await proven(), await proven()];
  await found(ordered, never);
  assert.deepEqual(await purposes(ordered), ['identity-proof', 'identity-proof']);
  const id = await proposal(ordered);
  assert.deepEqual(await purposes(ordered), ['identity-proof', 'identity-proof']);
  const { options } = (await approvalOptions(medicalOfficer, id)).content;
  assert.equal((await approve(medicalOfficer, id, medicalOfficer.authenticator.get(options))).status, 200);
  assert.deepEqual(await purposes(ordered), ['order', 'exposure-notice', 'identity-proof', 'identity-proof']);
  assert.deepEqual(await purposes(never), ['identity-proof', 'identity-proof']);
  city.clock.set(startMs + 14 * dayMs);
  assert.deepEqual(await purposes(never), ['exposure-notice', 'identity-proof', 'identity-proof']);
  city.clock.set(startMs);
});

test('the index person sees that contacts were traced', async () => {
  assert.ok((await purposes(index)).includes('contact-tracing'));
});

test('after the term the day is nobody\'s: its key is destroyed and the pseudonym leads to no one', async () => {
  const { visit } = await ticketOf(contact);
  city.clock.set(startMs + 15 * dayMs);
  assert.ok((await clearExpired(city.vault)).includes('2026-11-23'));
  const [row] = await city.database.sql<{ count: number }>("SELECT count(*)::int AS count FROM vault.day_key WHERE day = '2026-11-23'");
  assert.equal(row?.count, 0);
  assert.equal(await city.vault.keys.visit(today), null);
  city.clock.set(startMs);
  assert.equal(await city.vault.keys.visit(today).then((key) => key === null), false, 'a new key of that day');
  const { traceId } = await (async () => {
    const again = await city.officer('Tracer of a later day', ['tracer']);
    return (await trace(again)).content;
  })();
  assert.deepEqual((await city.ask(resolveContacts, { traceId, subjects: [{ day: today, subject: visit }] })).content.contacts, [null]);
});
