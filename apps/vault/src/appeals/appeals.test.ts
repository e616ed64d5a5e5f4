import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AppealGround, SealedAppeal, SealedAppealAnswer } from '@health-kit/api';
import { OwnAppeals, SealedAppealAnswer as SealedAnswer } from '@health-kit/api';
import {
  answerFiledAppeal, approveRecordedProposal, beginProposalApproval, beginTrace, countAppeals, eraseAccount, fileOwnAppeal, issueDayPass, issueDayTicket, listFiledAppeals, openFiledAppeal,
  publicKeys, readAccessLog, readOwnAppeals, recordProposal, registerCase, resolveContacts, withdrawOwnAppeal,
} from '@health-kit/api/vault';
import { makeOpeningKey } from '@health-kit/client';
import { APPEAL_TERM_MS } from '@health-kit/policy';
import { keyThumbprint } from '@health-kit/proof';
import { openTicket } from '@health-kit/ticket';
import { CompactEncrypt, importJWK } from 'jose';
import { Value } from 'typebox/value';
import { Client } from 'pg';
import { identity, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';
import { localDay, personId, resultId, visitPseudonym } from '../identifiers.ts';
import { decideStatuses } from '../passes/readStatus.ts';
import { clearExpired } from '../retention.ts';

const dayMs = 86_400_000;
const today = localDay('2026-11-23');
let city: City;
let tracer: Officer;
let approver: Officer;
let sameUnit: Officer;
let other: Officer;
let third: Officer;
let numbers = 400;

before(async () => {
  city = await startCity();
  tracer = await city.officer('Tracer', ['tracer'], 'Tracing');
  approver = await city.officer('Approver', ['medical-officer'], 'Medicine');
  sameUnit = await city.officer('Colleague', ['medical-officer'], 'MEDICINE ');
  other = await city.officer('Other', ['medical-officer'], 'Appeals');
  third = await city.officer('Third', ['medical-officer'], 'Appeals, too');
});
after(() => city.close());

async function proven(): Promise<Resident> {
  const resident = await city.register(identity((numbers += 1)));
  await city.prove(resident);
  return resident;
}
async function ticketOf(device: Caller) {
  const opened = openTicket((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return opened.ticket;
}
async function sealed(content: SealedAppeal | SealedAppealAnswer): Promise<string> {
  const { sealingKey } = (await city.ask(publicKeys, {})).content;
  return new CompactEncrypt(Buffer.from(JSON.stringify(content), 'utf8')).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: sealingKey.kid }).encrypt(await importJWK({ ...sealingKey }, 'ECDH-ES'));
}
/** Whoever has an order of observation and an exposure, as two officers made them. */
async function ordered(): Promise<{ resident: Resident; order: string; exposure: string }> {
  const [index, resident] = [await proven(), await proven()];
  const { caseId } = (await city.ask(registerCase, { resultId: resultId(await city.result(index, 'positive')) })).content;
  const { traceId } = (await tracer.call(beginTrace, 'POST', `/v1/cases/${caseId}/trace`, { from: new Date(startMs - 2 * dayMs).toISOString(), to: new Date(startMs).toISOString(), reason: 'a positive result' })).content;
  const [contact] = (await city.ask(resolveContacts, { traceId, subjects: [{ day: today, subject: visitPseudonym((await ticketOf(resident)).visit) }] })).content.contacts;
  const [startsAt, endsAt] = [new Date(startMs), new Date(startMs + 7 * dayMs)];
  const { proposalId } = (await tracer.call(recordProposal, 'POST', `/v1/cases/${caseId}/order-proposals`, {
    contacts: [contact], kind: 'home-observation', legalBasis: 'Infectious Diseases Act, article 39', reason: 'close contact', startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(),
  })).content;
  const { options } = (await approver.call(beginProposalApproval, 'POST', `/v1/order-proposals/${proposalId}/approval/options`, {})).content;
  const { subjects: [subject] } = (await approver.call(approveRecordedProposal, 'POST', `/v1/order-proposals/${proposalId}/approval`, { assertion: approver.authenticator.get(options) })).content;
  // As the server then writes them down.
  const [order] = await city.database.sql<{ order_id: string }>(
    `INSERT INTO health.observation_order VALUES (gen_random_uuid(), $1, $2, 'home-observation', 'Act', 'close contact', $3, $4, NULL, $3) RETURNING order_id`, [proposalId, subject?.health, startsAt, endsAt],
  );
  const [exposure] = await city.database.sql<{ exposure_id: string }>(
    `INSERT INTO health.exposure VALUES (gen_random_uuid(), $1, $2, '2026-11-22', 'close', $3) RETURNING exposure_id`, [proposalId, subject?.health, startsAt],
  );
  return { resident, order: order?.order_id ?? assert.fail(), exposure: exposure?.exposure_id ?? assert.fail() };
}
async function file(resident: Caller, evidence: SealedAppeal['evidence'], changes: { device?: string; words?: string; grounds?: AppealGround } = {}) {
  const device = changes.device ?? (await keyThumbprint(resident.keys.publicKey));
  return resident.call(fileOwnAppeal, 'POST', '/v1/me/appeals', { sealed: await sealed({ grounds: changes.grounds ?? 'was-not-there', words: changes.words ?? '我那天不在那里。\nI was away.', evidence, device }) });
}
async function own(resident: Caller) {
  const key = await makeOpeningKey();
  const { sealed: answer } = (await resident.call(readOwnAppeals, 'POST', '/v1/me/appeals/reading', { key: key.publicKey })).content;
  return Value.Parse(OwnAppeals, await key.open(answer)).appeals;
}
const list = async (officer: Officer) => (await officer.call(listFiledAppeals, 'GET', '/v1/appeals')).content.appeals;
async function answer(officer: Officer, appealId: string, outcome: 'upheld' | 'rejected', changes: Partial<SealedAppealAnswer> = {}) {
  const session = await keyThumbprint(officer.keys.publicKey);
  const content = Value.Parse(SealedAnswer, { appealId, outcome, reason: 'The office looked at it again.', session, ...changes });
  return officer.call(answerFiledAppeal, 'POST', `/v1/appeals/${appealId}/answer`, { sealed: await sealed(content) });
}
async function statusOf(resident: Resident): Promise<string> {
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.device WHERE thumbprint = $1', [await keyThumbprint(resident.keys.publicKey)]);
  const [decision] = await decideStatuses(city.vault, city.vault.database, [{ person: personId(row?.person_id ?? ''), identityProven: true }]);
  return `${decision?.status} ${decision?.rule.id}`;
}

test('an upheld appeal ends the order it is against, by the rules: the status becomes what the other facts give, and a pass that says otherwise turns invalid', async () => {
  const { resident, order, exposure } = await ordered();
  await resident.call(issueDayPass, 'POST', '/v1/passes', {});
  const filed = (await file(resident, [{ kind: 'order', id: order }])).content;
  assert.equal(Date.parse(filed.dueAt) - Date.parse(filed.filedAt), APPEAL_TERM_MS);
  assert.equal(await statusOf(resident), 'isolate observation-order');
  assert.equal((await answer(other, filed.appealId, 'upheld')).status, 200);
  assert.equal(await statusOf(resident), 'caution exposure-notice');
  const passes = await city.database.sql<{ invalid: boolean }>('SELECT invalid FROM vault.pass WHERE thumbprint = $1 AND NOT invalid', [await keyThumbprint(resident.keys.publicKey)]);
  assert.deepEqual(passes, []);
  const second = (await file(resident, [{ kind: 'exposure', id: exposure }])).content;
  assert.equal((await answer(other, second.appealId, 'upheld')).status, 200);
  assert.equal(await statusOf(resident), 'clear no-reason');
  const newest = (await own(resident)).find(({ rule }) => rule === 'exposure-notice');
  assert.deepEqual([newest?.state, newest?.evidence, newest?.words, newest?.answer], ['upheld', [{ kind: 'exposure', id: exposure }], '我那天不在那里。\nI was away.', { reason: 'The office looked at it again.', office: 'Centre for Disease Control' }]);
});

test('a rejected appeal changes nothing, and its reason reaches the person', async () => {
  const { resident, order } = await ordered();
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }])).content;
  assert.equal((await answer(other, appealId, 'rejected')).status, 200);
  assert.equal(await statusOf(resident), 'isolate observation-order');
  assert.equal((await own(resident))[0]?.answer?.reason, 'The office looked at it again.');
});

test('nobody who made the order answers the appeal against it, nor anybody of the unit that approved it, however it is spelled', async () => {
  const { resident, order } = await ordered();
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }])).content;
  for (const officer of [approver, sameUnit]) {
    assert.equal((await list(officer)).find((each) => each.appealId === appealId)?.mayAnswer, false);
    assert.equal((await answer(officer, appealId, 'rejected')).refusal, 'approval-refused');
    assert.equal((await answer(officer, appealId, 'upheld')).refusal, 'approval-refused');
  }
  assert.equal((await answer(tracer, appealId, 'rejected')).refusal, 'not-permitted', 'not a medical officer');
  assert.equal((await own(resident))[0]?.state, 'open');
  assert.equal((await list(other)).find((each) => each.appealId === appealId)?.mayAnswer, true);
});

test('of two answers at once one stands, and the same answer again by the same officer is the same', async () => {
  const { resident, order } = await ordered();
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }])).content;
  const both = await Promise.all([answer(other, appealId, 'upheld'), answer(third, appealId, 'rejected')]);
  assert.deepEqual(both.map(({ refusal }) => refusal).sort(), ['conflict', null]);
  const [upheld] = both;
  assert.equal(await statusOf(resident), upheld.status === 200 ? 'caution exposure-notice' : 'isolate observation-order');
  const counted = (await city.ask(countAppeals, {})).content.days[0]?.answered;
  const [winner, outcome] = upheld.status === 200 ? [other, 'upheld' as const] : [third, 'rejected' as const];
  assert.equal((await answer(winner, appealId, outcome)).status, 200);
  assert.equal((await city.ask(countAppeals, {})).content.days[0]?.answered, counted, 'counted once');
});

test('somebody else neither reads, withdraws nor files in a person\'s name, and what was sealed for another device is refused', async () => {
  const { resident, order } = await ordered();
  const stranger = await proven();
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }])).content;
  assert.equal((await stranger.call(withdrawOwnAppeal, 'POST', `/v1/me/appeals/${appealId}/withdrawal`, {})).refusal, 'not-found');
  assert.deepEqual(await own(stranger), []);
  assert.equal((await file(stranger, [{ kind: 'order', id: order }])).refusal, 'conflict', 'not what the stranger\'s status rests on');
  assert.equal((await file(stranger, [{ kind: 'order', id: order }], { device: await keyThumbprint(resident.keys.publicKey) })).refusal, 'invalid-request');
  const stolen = await answer(other, appealId, 'upheld', { session: await keyThumbprint(third.keys.publicKey) });
  assert.equal(stolen.refusal, 'invalid-request', 'sealed by another session');
  assert.equal((await city.stranger().then((key) => file(key, [{ kind: 'order', id: order }]))).refusal, 'not-authorized');
});

test('against a fact there is one open appeal at a time, also of two at once; taken back, it may be filed again', async () => {
  const { resident, order } = await ordered();
  const both = await Promise.all([file(resident, [{ kind: 'order', id: order }]), file(resident, [{ kind: 'order', id: order }])]);
  assert.deepEqual(both.map(({ refusal }) => refusal).sort(), ['conflict', null]);
  const appealId = both.find(({ status }) => status === 200)?.content.appealId ?? '';
  const withdraw = () => resident.call(withdrawOwnAppeal, 'POST', `/v1/me/appeals/${appealId}/withdrawal`, {});
  assert.equal((await withdraw()).status, 200);
  assert.equal((await withdraw()).status, 200, 'again');
  assert.equal((await answer(other, appealId, 'upheld')).refusal, 'conflict');
  assert.equal((await file(resident, [{ kind: 'order', id: order }])).status, 200);
});

test('who is clear has nothing to appeal against; who is unverified has', async () => {
  assert.equal((await file(await proven(), [{ kind: 'identity', id: 'identity-unproven' }])).refusal, 'conflict');
  const unproven = await city.register(identity((numbers += 1)));
  const { appealId } = (await file(unproven, [{ kind: 'identity', id: 'identity-unproven' }])).content;
  assert.equal((await answer(other, appealId, 'upheld')).status, 200);
});

test('a disputed result stays until the laboratory corrects it, and the laboratory is asked', async () => {
  const resident = await proven();
  const id = await city.result(resident, 'positive');
  const { appealId } = (await file(resident, [{ kind: 'result', id }], { grounds: 'not-mine' })).content;
  assert.equal((await answer(other, appealId, 'upheld')).status, 200);
  assert.equal(await statusOf(resident), 'isolate positive-result');
  assert.deepEqual(await city.database.sql('SELECT result_id FROM health.disputed_result WHERE result_id = $1', [id]), [{ result_id: id }]);
});

test('no role of the server withdraws a fact, and nothing but the vault\'s row lifts an order', async () => {
  const { resident, order } = await ordered();
  const server = new Client({ connectionString: city.database.urlOf('hk_server') });
  await server.connect();
  try {
    for (const table of ['withdrawn_fact', 'disputed_result']) await assert.rejects(server.query(`INSERT INTO health.${table} SELECT * FROM health.${table}`), /permission denied/);
    await assert.rejects(server.query('DELETE FROM health.withdrawn_fact'), /permission denied/);
  } finally {
    await server.end();
  }
  await city.database.sql('UPDATE health.observation_order SET released_at = starts_at WHERE order_id = $1', [order]);
  assert.equal(await statusOf(resident), 'isolate observation-order');
});

test('the officer reads the words on one page alone, and the person sees who read and who answered', async () => {
  const { resident, order } = await ordered();
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }], { words: 'Kanarienvogel 4711' })).content;
  const key = await makeOpeningKey();
  const opened = (await other.call(openFiledAppeal, 'POST', `/v1/appeals/${appealId}/reading`, { key: key.publicKey })).content;
  assert.deepEqual(await key.open(opened.sealed), { words: 'Kanarienvogel 4711', reason: null });
  assert.ok(!JSON.stringify(opened).includes('Kanarienvogel'));
  assert.equal((await answer(other, appealId, 'rejected')).status, 200);
  const { entries } = (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content;
  assert.deepEqual(entries.filter(({ purpose }) => purpose === 'appeal').map(({ fields }) => fields), [['appealAnswered'], ['appealRead']]);
});

test('an erased person\'s appeal is gone, and nobody answers it', async () => {
  const resident = await city.register(identity((numbers += 1)));
  const { appealId } = (await file(resident, [{ kind: 'identity', id: 'identity-unproven' }])).content;
  await resident.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: 'erase-my-account' });
  assert.equal((await answer(other, appealId, 'upheld')).refusal, 'not-found');
  assert.deepEqual(await city.database.sql('SELECT appeal_id FROM vault.appeal WHERE appeal_id = $1', [appealId]), []);
});

test('the clock is public: what waits, what is overdue, what was answered in time; and an answered appeal is gone after 90 days', async () => {
  const { resident, order } = await ordered();
  const before = (await city.ask(countAppeals, {})).content;
  assert.equal(before.termHours, 24);
  const { appealId } = (await file(resident, [{ kind: 'order', id: order }])).content;
  city.clock.set(startMs + APPEAL_TERM_MS + 1);
  const late = await city.officer('Late', ['medical-officer'], 'Late');
  const waiting = (await city.ask(countAppeals, {})).content;
  assert.ok(waiting.overdue >= 1 && waiting.waiting === before.waiting + 1);
  const [first] = await list(late);
  assert.ok(first?.overdue === true, 'oldest clock first');
  assert.equal((await answer(late, appealId, 'rejected')).status, 200);
  const [day] = (await city.ask(countAppeals, {})).content.days;
  assert.deepEqual([day?.day, day?.answered, day?.inTime], ['2026-11-24', 1, 0]);
  city.clock.set(startMs + 95 * dayMs);
  await clearExpired(city.vault);
  assert.deepEqual(await city.database.sql("SELECT appeal_id FROM vault.appeal WHERE state <> 'open'"), []);
});
