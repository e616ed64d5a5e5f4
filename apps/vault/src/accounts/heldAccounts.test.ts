import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { erasureConfirmation } from '@health-kit/api';
import * as operations from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { localDay, resultId, visitPseudonym } from '../identifiers.ts';
import { peopleOf } from '../keys/pseudonym.ts';
import { randomUuid } from '../randomness.ts';
import { identity, startCity, startMs, type City, type Officer, type Resident } from '../../test/city.ts';
import { heldUntil } from './heldAccounts.ts';

const [dayMs, hourMs] = [86_400_000, 3_600_000];
const today = localDay('2026-11-23');
let city: City;
let tracer: Officer;
let medicalOfficer: Officer;
let caseId: string;
let number = 0;
before(async () => {
  city = await startCity();
  tracer = await city.officer('Tracer', ['tracer'], 'Tracing');
  medicalOfficer = await city.officer('Medical officer', ['medical-officer'], 'Medicine');
  caseId = await newCase();
});
after(() => city.close());

async function proven(): Promise<Resident> {
  const resident = await city.register(identity((number += 1)));
  await city.prove(resident);
  return resident;
}
async function newCase(): Promise<string> {
  return (await city.ask(operations.registerCase, { resultId: resultId(await city.result(await proven(), 'positive')) })).content.caseId;
}
const held = async (resident: Resident) => (await resident.call(operations.previewAccountErasure, 'GET', '/v1/me/erasure')).content.heldUntil;
const instantOf = (ms: number) => new Date(ms).toISOString();

/** Until when they are held whatever they were told. */
async function trulyHeld(resident: Resident): Promise<string | null> {
  const key = await city.vault.keys.visit(today);
  const [person] = peopleOf(key ?? assert.fail('no key'), [await visitName(resident)]);
  return (await heldUntil(city.vault, city.vault.database, person ?? assert.fail('nobody')))?.toISOString() ?? null;
}
async function visitName(resident: Resident) {
  const ticket = openTicket((await resident.call(operations.issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(ticket.ok && ticket.ticket.kind === 'resident');
  return visitPseudonym(ticket.ticket.visit);
}
/** Finds somebody as a contact of a case. */
async function contactOf(resident: Resident, of = caseId): Promise<string> {
  const window = { from: instantOf(startMs - 2 * dayMs), to: instantOf(startMs), reason: 'a positive result' };
  const { traceId } = (await tracer.call(operations.beginTrace, 'POST', `/v1/cases/${of}/trace`, window)).content;
  const [contact] = (await city.ask(operations.resolveContacts, { traceId, subjects: [{ day: today, subject: await visitName(resident) }] })).content.contacts;
  assert.ok(contact !== null && contact !== undefined);
  return contact;
}
/** Proposes an order for a contact. */
async function propose(contact: string, startsInMs: number, days: number, of = caseId): Promise<string> {
  return (await tracer.call(operations.recordProposal, 'POST', `/v1/cases/${of}/order-proposals`, {
    contacts: [contact], kind: 'home-observation', legalBasis: 'Infectious Diseases Act, article 39', reason: 'close contact',
    startsAt: instantOf(startMs + startsInMs), endsAt: instantOf(startMs + startsInMs + days * dayMs),
  })).content.proposalId;
}
async function approve(proposal: string) {
  const { options } = (await medicalOfficer.call(operations.beginProposalApproval, 'POST', `/v1/order-proposals/${proposal}/approval/options`, {})).content;
  const [subject] = (await medicalOfficer.call(operations.approveRecordedProposal, 'POST', `/v1/order-proposals/${proposal}/approval`, { assertion: medicalOfficer.authenticator.get(options) })).content.subjects;
  assert.ok(subject !== undefined);
  return subject.health;
}
/** Writes an approved order, and an exposure, as the server does. */
async function carryOut(proposal: string, health: string, startsInMs: number, days: number): Promise<void> {
  await city.database.sql(
    "INSERT INTO health.observation_order (order_id, proposal_id, subject, kind, legal_basis, reason, starts_at, ends_at, made_at) VALUES ($1, $2, $3, 'home-observation', 'law', 'reason', $4, $5, $6)",
    [randomUuid(city.vault.random), proposal, health, new Date(startMs + startsInMs), new Date(startMs + startsInMs + days * dayMs), new Date(startMs)],
  );
  await city.database.sql("INSERT INTO health.exposure (exposure_id, proposal_id, subject, day, exposure_kind, noticed_at) VALUES ($1, $2, $3, $4, 'close', $5)", [
    randomUuid(city.vault.random), proposal, health, today, new Date(startMs),
  ]);
}
/** Leaves what the vault recorded of a contact out of account, so that the rows of the server alone speak. */
const close = (of: string) => tracer.call(operations.closeRegisteredCase, 'POST', `/v1/cases/${of}/closing`, { reason: 'over' });

test('an order that begins later holds until its own end, and nobody proves the document again before', async () => {
  const own = await newCase();
  const resident = await proven();
  const proposal = await propose(await contactOf(resident, own), 12 * hourMs, 14, own);
  await carryOut(proposal, await approve(proposal), 12 * hourMs, 14);
  assert.equal((await close(own)).status, 200);
  assert.equal(await held(resident), instantOf(startMs + 12 * hourMs + 14 * dayMs), 'longer than the exposure of today restricts');

  assert.equal((await resident.call(operations.eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  await assert.rejects(city.prove(await city.register({ ...resident.identity, phone: '+8613777770002' })), /document-held/);
});

test('an order that outlasts a positive result holds until its end, whichever decides the status today', async () => {
  const own = await newCase();
  const resident = await proven();
  const proposal = await propose(await contactOf(resident, own), 0, 30, own);
  await carryOut(proposal, await approve(proposal), 0, 30);
  assert.equal((await close(own)).status, 200);
  const end = instantOf(startMs + 30 * dayMs);
  assert.equal(await held(resident), end);
  await city.result(resident, 'positive');
  assert.equal(await held(resident), end);
});

test('an approved order holds although the server wrote no row of it', async () => {
  const own = await newCase();
  const resident = await proven();
  await approve(await propose(await contactOf(resident, own), 0, 20, own));
  assert.equal((await close(own)).status, 200);
  assert.equal(await held(resident), instantOf(startMs + 20 * dayMs));
});

test('a proposal that waits holds the contact of an open case, who does not prove the document again', async () => {
  const resident = await proven();
  await propose(await contactOf(resident), 12 * dayMs, 30);
  assert.equal(await trulyHeld(resident), instantOf(startMs + 42 * dayMs));
  assert.equal(await held(resident), null, 'and is not told so by the way, before the notice');
  assert.equal((await resident.call(operations.eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  await assert.rejects(city.prove(await city.register({ ...resident.identity, phone: '+8613777770001' })), /document-held/);
});

test('whoever an open case found is held for 31 days, and let go when it closes', async () => {
  const own = await newCase();
  const resident = await proven();
  assert.equal(await trulyHeld(resident), null);
  await contactOf(resident, own);
  assert.deepEqual([await trulyHeld(resident), await held(resident)], [instantOf(startMs + 31 * dayMs), null], 'untold');
  // Once their entry of the case is shown, they know, and the page says so.
  await city.database.sql('UPDATE vault.access_entry SET visible_from = $2 WHERE case_id = $1', [own, new Date(startMs)]);
  assert.equal(await held(resident), instantOf(startMs + 31 * dayMs));
  assert.equal((await close(own)).status, 200);
  assert.deepEqual([await trulyHeld(resident), await held(resident)], [null, null]);
});

test('a refused proposal holds nobody', async () => {
  const own = await newCase();
  const resident = await proven();
  const proposal = await propose(await contactOf(resident, own), 0, 14, own);
  assert.equal((await medicalOfficer.call(operations.refuseRecordedProposal, 'POST', `/v1/order-proposals/${proposal}/refusal`, { reason: 'not needed' })).status, 200);
  assert.equal((await close(own)).status, 200);
  assert.equal(await held(resident), null);
});
