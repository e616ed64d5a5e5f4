import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ProposalId, approveProposal, beginApproval, getOrderCounts, getProposal, type BodyOf, type CaseId, type ProposalSummary, type Venue, type proposeOrders } from '@health-kit/api';
import { connect, instant, perform, type Contact, type Resident, type StaffMember } from '@health-kit/simulate';
import { Value } from 'typebox/value';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';
import { refused } from './refused.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let city: City;
let offices: Offices;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
});
after(() => city.close());

interface Outbreak { readonly caseId: CaseId; readonly index: Resident; readonly exposed: readonly Resident[]; readonly bystander: Resident; readonly venue: Venue; readonly contacts: readonly Contact[] }

/** A case that was traced: so many exposed people, the last of them without a proven identity, and one who was somewhere else. */
async function outbreak(exposedCount = 2, unprovenCount = 0): Promise<Outbreak> {
  const { venue } = await city.venue({ kind: 'restaurant', name: '老码头餐厅' });
  const people: Resident[] = [];
  for (let count = 0; count < exposedCount + 2; count += 1) people.push(await city.resident({ verified: count < exposedCount + 2 - unprovenCount }));
  const [index, bystander, ...exposed] = people;
  assert.ok(index !== undefined && bystander !== undefined);
  for (const resident of [index, ...exposed]) {
    const visit = await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
    await resident.checkOut(visit, venue.venueCode, city.now() - 30 * minuteMs);
  }
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 2 * hourMs, to: city.now() });
  return { caseId, index, exposed, bystander, venue, contacts: await offices.tracer.contacts(caseId) };
}

function order({ contacts }: Outbreak, changes: Partial<BodyOf<typeof proposeOrders>> = {}): BodyOf<typeof proposeOrders> {
  return {
    contacts: contacts.map(({ contact }) => contact), kind: 'home-observation', legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a case',
    startsAt: instant(city.now()), endsAt: instant(city.now() + 7 * dayMs), ...changes,
  };
}

test('from result to order: a contact is told what, why and until when, the status follows, and nobody learns about the case', async () => {
  const scene = await outbreak();
  const { caseId, index, exposed, bystander, venue } = scene;
  const passes = await Promise.all(exposed.map((resident) => resident.renewPass()));
  assert.equal(passes.length, 2);
  const { proposalId } = await offices.tracer.propose(caseId, order(scene));
  for (const resident of exposed) assert.equal((await resident.status()).status, 'clear', 'nothing happens before the second officer');

  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 2 });
  const { caseId: sameCase, ...rest } = await offices.tracer.case(caseId);
  assert.deepEqual([sameCase, rest.ordered, rest.openedBy], [caseId, 2, 'tracer of Tracing · Tracing']);
  const [decided] = (await offices.tracer.proposals({ state: 'approved' })).filter((proposal) => proposal.proposalId === proposalId);
  assert.deepEqual([decided?.proposedBy, decided?.proposedUnit, decided?.decidedBy], ['tracer of Tracing', 'Tracing', 'medical-officer of Orders · Orders']);
  for (const resident of exposed) {
    const status = await resident.status();
    assert.deepEqual([status.status, status.rule.id, status.until, status.appealable], ['isolate', 'observation-order', instant(city.now() + 7 * dayMs), true]);
    const notices = await resident.notices();
    assert.deepEqual(notices.map(({ kind }) => kind).sort(), ['exposure', 'order']);
    const exposure = notices.find(({ kind }) => kind === 'exposure');
    assert.deepEqual([exposure?.exposureDay, exposure?.exposureKind], ['2026-11-23', 'shared-indoor-space']);
    const told = notices.find(({ kind }) => kind === 'order');
    assert.deepEqual([told?.orderKind, told?.legalBasis, told?.reason, told?.endsAt], ['home-observation', 'Infectious diseases act, section 41', 'Close contact of a case', instant(city.now() + 7 * dayMs)]);
    const text = JSON.stringify([notices, status]);
    for (const secret of [venue.venueId, venue.name, caseId, proposalId, scene.contacts[0]?.contact ?? 'none', instant(city.now() - 90 * minuteMs)]) assert.ok(!text.includes(secret), secret);
  }
  assert.equal((await index.status()).rule.id, 'positive-result');
  assert.equal((await bystander.status()).status, 'clear');
  assert.deepEqual(await bystander.notices(), []);
  // The vault was told: the passes that still say clear are marked.
  await city.advance(0);
  assert.deepEqual(await city.rows('SELECT 1 FROM health.fact_change'), []);
  const [invalid] = await city.rows<{ count: string }>('SELECT count(*) FROM vault.pass WHERE invalid');
  assert.ok(Number(invalid?.count) >= 2);
  const { days } = await perform(connect(city.world), getOrderCounts, {});
  assert.deepEqual(days.find(({ kind }) => kind === 'home-observation'), { day: '2026-11-23', kind: 'home-observation', orders: 2 });
  assert.deepEqual((await offices.tracer.contacts(caseId)).map((contact) => contact.order), ['approved', 'approved']);
});

test('an order is approved by another officer of another unit, with their own passkey over this very proposal', async () => {
  const scene = await outbreak(1);
  const proposer = await offices.enrol(['tracer'], 'District office');
  const sameUnit = await offices.enrol(['medical-officer'], 'District office');
  await refused(offices.enrol(['tracer', 'medical-officer'], 'Everything'), 'invalid-request');
  const { proposalId } = await proposer.propose(scene.caseId, order(scene));
  const { proposalId: otherProposal } = await proposer.propose(scene.caseId, order(scene, { kind: 'test' }));
  const mayDecide = async (officer: StaffMember) => (await officer.proposals()).find((proposal) => proposal.proposalId === proposalId)?.mayDecide;
  assert.deepEqual([await mayDecide(proposer), await mayDecide(sameUnit), await mayDecide(offices.medicalOfficer)], [false, false, true]);
  await refused(proposer.approve(proposalId), 'not-permitted');
  await refused(sameUnit.approve(proposalId), 'approval-refused');

  const options = async (id: typeof proposalId) => (await perform(offices.medicalOfficer.connection, beginApproval, { params: { proposalId: id }, body: {} })).options;
  const approve = (assertion: object) => perform(offices.medicalOfficer.connection, approveProposal, { params: { proposalId }, body: { assertion: { ...assertion } } });
  // Another officer's passkey over this proposal; the officer's own over another proposal; none.
  await refused(approve(await sameUnit.authenticator.get({ ...(await options(proposalId)), allowCredentials: [] })), 'approval-refused');
  await refused(approve(await offices.medicalOfficer.authenticator.get(await options(otherProposal))), 'approval-refused');
  await refused(approve({}), 'approval-refused');
  assert.deepEqual(await city.rows('SELECT 1 FROM health.observation_order WHERE proposal_id = $1', [proposalId]), []);
  assert.equal((await offices.medicalOfficer.approve(proposalId)).orders, 1);
});

test('a contact whose identity is not proven is not ordered, does not count as ordered, and is ordered by a new proposal once it is proven', async () => {
  const scene = await outbreak(2, 1);
  const { caseId, exposed: [proven, unproven] } = scene;
  assert.ok(proven !== undefined && unproven !== undefined);
  const orders = async () => (await offices.tracer.contacts(caseId)).map((contact) => contact.order).sort();
  const first = await offices.tracer.propose(caseId, order(scene));
  assert.deepEqual([await orders(), (await offices.tracer.case(caseId)).ordered], [['proposed', 'proposed'], 0]);
  assert.deepEqual(await offices.medicalOfficer.approve(first.proposalId), { orders: 1 });
  assert.deepEqual([await orders(), (await offices.tracer.case(caseId)).ordered], [['approved', 'not-ordered'], 1]);
  const { subjects, ordered } = await offices.tracer.proposal(first.proposalId);
  assert.deepEqual([subjects, ordered], [2, 1], 'the proposal says how many orders it made');
  assert.deepEqual([(await proven.status()).status, (await unproven.status()).status, await unproven.notices()], ['isolate', 'unverified', []]);

  await city.registrar.proveIdentity(unproven);
  await unproven.renewTicket();
  assert.equal((await unproven.status()).status, 'clear', 'what was approved before the proof does not catch up with anybody');
  const left = (await offices.tracer.contacts(caseId)).filter((contact) => contact.order === 'not-ordered');
  const refusedOne = await offices.tracer.propose(caseId, order({ ...scene, contacts: left }));
  await offices.medicalOfficer.refuse(refusedOne.proposalId, 'Not yet');
  assert.deepEqual(await orders(), ['approved', 'not-ordered'], 'that nobody was reached says more than a refusal');
  const second = await offices.tracer.propose(caseId, order({ ...scene, contacts: left }));
  assert.deepEqual(await orders(), ['approved', 'proposed']);
  assert.deepEqual(await offices.medicalOfficer.approve(second.proposalId), { orders: 1 });
  assert.deepEqual([await orders(), (await offices.tracer.case(caseId)).ordered, (await unproven.status()).status], [['approved', 'approved'], 2, 'isolate']);
});

test('a refused proposal orders nobody and cannot be approved later', async () => {
  const scene = await outbreak(1);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene));
  await offices.medicalOfficer.refuse(proposalId, 'Too little overlap');
  await refused(offices.medicalOfficer.approve(proposalId), 'conflict');
  await refused(offices.medicalOfficer.refuse(proposalId, 'Once more'), 'conflict');
  const proposal = (await offices.tracer.proposals({ state: 'refused' })).find((candidate) => candidate.proposalId === proposalId);
  assert.deepEqual([proposal?.state, proposal?.mayDecide, proposal?.subjects, proposal?.decidedBy], ['refused', false, 1, 'medical-officer of Orders · Orders']);
  assert.deepEqual([proposal?.refusalReason, proposal?.ordered], ['Too little overlap', 0]);
  for (const resident of scene.exposed) assert.deepEqual([(await resident.status()).status, await resident.notices()], ['clear', []]);
});

test('a proposal that nobody decided within three days has expired: it waits for nobody, orders nobody, and its contacts can be proposed again', async () => {
  const scene = await outbreak(1);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene));
  const states = async () => [(await offices.medicalOfficer.proposal(proposalId)).state, (await offices.tracer.contacts(scene.caseId)).map((contact) => contact.order)];
  const listed = async (state: ProposalSummary['state']) => (await offices.medicalOfficer.proposals({ state })).some((proposal) => proposal.proposalId === proposalId);
  const age = (interval: string) => city.rows('UPDATE trace.order_proposal SET proposed_at = proposed_at - $2::interval WHERE proposal_id = $1', [proposalId, interval]);
  await age('2 days 23 hours');
  assert.deepEqual([await states(), await listed('proposed'), await listed('expired')], [['proposed', ['proposed']], true, false]);
  await age('1 hour');
  assert.deepEqual([await states(), await listed('proposed'), await listed('expired')], [['expired', ['expired']], false, true]);
  assert.equal((await offices.medicalOfficer.proposal(proposalId)).mayDecide, false);
  await refused(offices.medicalOfficer.approve(proposalId), 'conflict');
  await refused(offices.medicalOfficer.refuse(proposalId, 'Too late'), 'conflict');
  const again = await offices.tracer.propose(scene.caseId, order(scene));
  assert.deepEqual(await states(), ['expired', ['proposed']]);
  assert.deepEqual(await offices.medicalOfficer.approve(again.proposalId), { orders: 1 });
  assert.deepEqual(await states(), ['expired', ['approved']]);
});

test('one proposal says what its entry in the list says, and which contacts it is about', async () => {
  const scene = await outbreak(2);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene));
  for (const officer of [offices.tracer, offices.medicalOfficer]) {
    const { contacts, ...summary } = await officer.proposal(proposalId);
    assert.deepEqual(contacts, scene.contacts.map(({ contact }) => contact).sort());
    assert.deepEqual(summary, (await officer.proposals()).find((listed) => listed.proposalId === proposalId));
    assert.deepEqual([summary.mayDecide, summary.subjects, summary.ordered, summary.refusalReason], [officer === offices.medicalOfficer, 2, 0, null]);
  }
  await refused(perform(offices.tracer.connection, getProposal, { params: { proposalId: Value.Parse(ProposalId, '00000000-0000-4000-8000-000000000000') } }), 'not-found');
});

test('approving again changes nothing, and repairs an approval whose transaction was lost', async () => {
  const scene = await outbreak(2);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene));
  await offices.medicalOfficer.approve(proposalId);
  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 2 });
  const orders = () => city.rows('SELECT subject FROM health.observation_order WHERE proposal_id = $1', [proposalId]);
  assert.equal((await orders()).length, 2);
  assert.equal((await scene.exposed[0]?.notices())?.length, 2);

  // What a crash between the vault's approval and the commit leaves behind.
  await city.rows('DELETE FROM health.observation_order WHERE proposal_id = $1', [proposalId]);
  await city.rows('DELETE FROM health.exposure WHERE proposal_id = $1', [proposalId]);
  await city.rows('DELETE FROM notify.notice WHERE cause_id = $1', [proposalId]);
  await city.rows('UPDATE trace.order_proposal_contact SET ordered = NULL WHERE proposal_id = $1', [proposalId]);
  await city.rows(`UPDATE trace.order_proposal SET state = 'proposed', decided_at = NULL, decided_by_name = NULL WHERE proposal_id = $1`, [proposalId]);
  const other = await offices.enrol(['medical-officer'], 'Third unit');
  await refused(other.approve(proposalId), 'conflict');
  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 2 });
  assert.equal((await orders()).length, 2);
  assert.equal((await offices.tracer.case(scene.caseId)).ordered, 2);
  assert.equal((await scene.exposed[0]?.notices())?.length, 2);
});

test('an order that begins later counts from then on, and the passes of that moment are marked', async () => {
  const scene = await outbreak(1);
  const [resident] = scene.exposed;
  assert.ok(resident !== undefined);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene, { startsAt: instant(city.now() + 2 * hourMs) }));
  await offices.medicalOfficer.approve(proposalId);
  assert.deepEqual([(await resident.status()).status, (await resident.status()).rule.id], ['caution', 'exposure-notice']);
  await resident.renewPass();
  await city.advance(0);
  assert.equal((await city.rows('SELECT 1 FROM health.fact_change')).length, 1);
  await city.advance(2 * hourMs);
  assert.deepEqual([(await resident.status()).status, await city.rows('SELECT 1 FROM health.fact_change')], ['isolate', []]);
});

test('an order has contacts of its case, a term that can be ordered, and people at most 200', async () => {
  const [scene, elsewhere] = [await outbreak(1), await outbreak(1)];
  const propose = (changes: Partial<BodyOf<typeof proposeOrders>>) => offices.tracer.propose(scene.caseId, order(scene, changes));
  const [contact] = scene.contacts;
  assert.ok(contact !== undefined);
  await refused(propose({ contacts: elsewhere.contacts.map((other) => other.contact) }), 'proposal-refused');
  await refused(propose({ contacts: [contact.contact, contact.contact] }), 'proposal-refused');
  await refused(propose({ contacts: [] }), 'invalid-request');
  await refused(propose({ contacts: Array.from({ length: 201 }, () => contact.contact) }), 'invalid-request');
  for (const term of [
    { endsAt: instant(city.now()) }, { endsAt: instant(city.now() + 32 * dayMs) }, { startsAt: instant(city.now() - 2 * dayMs) },
    { startsAt: instant(city.now() + 30 * dayMs), endsAt: instant(city.now() + 31 * dayMs) },
  ]) {
    await refused(propose(term), 'proposal-refused');
  }
});

test('tracers propose, medical officers decide, and nobody else does either', async () => {
  const scene = await outbreak(1);
  const { proposalId } = await offices.tracer.propose(scene.caseId, order(scene));
  for (const officer of [city.administrator, city.registrar, offices.sampler, offices.laboratory, offices.medicalOfficer]) {
    await refused(officer.propose(scene.caseId, order(scene)), 'not-permitted');
  }
  for (const officer of [city.administrator, city.registrar, offices.sampler, offices.laboratory, offices.tracer]) {
    await refused(officer.approve(proposalId), 'not-permitted');
    await refused(perform(officer.connection, approveProposal, { params: { proposalId }, body: { assertion: {} } }), 'not-permitted');
    await refused(officer.refuse(proposalId, 'No reason'), 'not-permitted');
    if (officer === offices.tracer) continue;
    await refused(officer.proposals(), 'not-permitted');
    await refused(officer.proposal(proposalId), 'not-permitted');
  }
});
