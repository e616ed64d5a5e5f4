import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TracePseudonym, maxSubjectsPerProposal, type BodyOf, type CaseId, type proposeOrders } from '@health-kit/api';
import { decodeBase64url, verifyPass } from '@health-kit/pass';
import { computeStatus, covid19, type Fact } from '@health-kit/policy';
import { makeProof } from '@health-kit/proof';
import { instant, type Contact, type Resident } from '@health-kit/simulate';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** As many as were turned red in Zhengzhou. */
const depositors = 1317;

let city: City;
let offices: Offices;
let caseId: CaseId;
let contacts: readonly Contact[];
let people: { readonly index: Resident; readonly exposed: readonly Resident[]; readonly bystander: Resident };
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  const { venue } = await city.venue({ kind: 'restaurant' });
  const [index, bystander, ...exposed] = [await city.resident({ verified: true }), await city.resident({ verified: true }), await city.resident({ verified: true }), await city.resident({ verified: true })];
  for (const resident of [index, ...exposed]) await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
  await offices.test(index, 'positive');
  caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 2 * 3_600_000, to: city.now() });
  contacts = await offices.tracer.contacts(caseId);
  assert.equal(contacts.length, 2);
  people = { index, exposed, bystander };
});
after(() => city.close());

const order = (changes: Partial<BodyOf<typeof proposeOrders>> = {}): BodyOf<typeof proposeOrders> => ({
  contacts: contacts.map(({ contact }) => contact), kind: 'home-observation', legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a case',
  startsAt: instant(city.now()), endsAt: instant(city.now() + 7 * dayMs), ...changes,
});
const orders = async () => (await city.rows('SELECT 1 FROM health.observation_order')).length;
/** So many people of whom only the first is a contact of the case. */
const strangers = (count: number) => Array.from({ length: count }, (_, index) => (index === 0 ? contacts[0]?.contact ?? assert.fail('no contact') : Value.Parse(TracePseudonym, crypto.randomUUID())));

test('row 8: an order for 1,317 people is refused, by the server and by the vault itself', async () => {
  await refused(offices.tracer.propose(caseId, order({ contacts: strangers(depositors) })), 'invalid-request');
  // In portions that fit: whoever is no contact of the case can be in none.
  await refused(offices.tracer.propose(caseId, order({ contacts: strangers(maxSubjectsPerProposal) })), 'proposal-refused');
  // As a server that was taken over would ask, with the tracer's own proof over the very request.
  const { key, ticket } = offices.tracer.connection;
  assert.ok(key !== null && ticket !== null);
  for (const [count, refusal] of [[depositors, 'invalid-request'], [maxSubjectsPerProposal, 'proposal-refused'], [2, 'proposal-refused']] as const) {
    const path = `/v1/cases/${caseId}/order-proposals`;
    const body = JSON.stringify(order({ contacts: strangers(count) }));
    const proof = await makeProof({
      key, method: 'POST', url: city.world.origin + path, body: new TextEncoder().encode(body), ticket, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
    });
    const answer = await askSocket(vaultSocketOf(city.system), 'record-proposal', { caller: { proof, method: 'POST', path, body, ticket } });
    assert.deepEqual([answer.status, answer.body], [422, JSON.stringify({ refusal })], `${count} people`);
  }
  assert.equal(await orders(), 0);
  assert.deepEqual(await city.rows('SELECT 1 FROM vault.order_proposal'), []);
});

test('row 8: one officer alone orders nobody', async () => {
  await refused(offices.enrol(['tracer', 'medical-officer'], 'Everything'), 'invalid-request');
  const { proposalId } = await offices.tracer.propose(caseId, order());
  await refused(offices.tracer.approve(proposalId), 'not-permitted');
  const colleague = await offices.enrol(['medical-officer'], 'Tracing');
  await refused(colleague.approve(proposalId), 'approval-refused');
  assert.equal(await orders(), 0);
  for (const resident of people.exposed) assert.equal((await resident.status()).status, 'clear');
});

test('row 8: scanning the code of the place where the case was, there or from 500 km away, changes no status', async () => {
  const { venue } = await city.venue({ latitude: 34.75, longitude: 113.66 });
  const everybody = [people.bystander, ...people.exposed];
  const before = await Promise.all(everybody.map((resident) => resident.status()));
  await people.index.checkIn(venue.venueCode);
  for (const resident of everybody) await resident.checkIn(venue.venueCode);
  await offices.tracer.trace(caseId, { from: city.now() - 2 * 3_600_000, to: city.now() });
  await city.advance(0);
  assert.deepEqual(await Promise.all(everybody.map((resident) => resident.status())), before);
  assert.deepEqual(before.map(({ status }) => status), ['clear', 'clear', 'clear']);
});

/** Residents whose signed, explained or stored status is not what the rules make of the facts that stand in the database. */
async function disagreements(residents: readonly Resident[]): Promise<string[]> {
  const { keys } = await city.world.trust();
  const found: string[] = [];
  for (const resident of residents) {
    const barcode = offices.newBarcode();
    await offices.sampler.registerSpecimen(resident, barcode);
    const rows = await city.rows<{ kind: string; fact_id: string; data: unknown }>(
      'SELECT f.kind, f.fact_id, f.data FROM health.fact f JOIN health.specimen s ON s.subject = f.subject WHERE s.barcode = $1', [barcode],
    );
    const facts = rows.map(factOf);
    const { status: computed } = computeStatus(facts, { identityProven: true, now: new Date(city.now()), profile: covid19, utcOffsetMinutes: 480 });
    const explained = (await resident.status()).status;
    const verified = await verifyPass(decodeBase64url((await resident.renewPass()).pass) ?? new Uint8Array(), { issuers: keys }, city.now());
    assert.ok(verified.accepted);
    const { pass } = verified;
    const [stored] = await city.rows<{ status: string; invalid: boolean }>('SELECT status, invalid FROM vault.pass WHERE list_id = $1 AND list_index = $2', [pass.statusListId, pass.statusListIndex]);
    if (new Set([computed, explained, pass.status, stored?.status]).size > 1) found.push(`${computed}: explained ${explained}, signed ${pass.status}, stored ${stored?.status ?? 'nothing'}`);
    // Passes that still count as valid say what the facts say.
    const [stale] = await city.rows<{ stale: number }>(
      `SELECT count(*)::integer AS stale FROM vault.pass p WHERE NOT p.invalid AND p.expires_at > $3 AND p.status <> $4
         AND p.person_id = (SELECT person_id FROM vault.pass WHERE list_id = $1 AND list_index = $2)`,
      [pass.statusListId, pass.statusListIndex, new Date(city.now()), computed],
    );
    if (stale?.stale !== 0) found.push(`${stale?.stale ?? 0} valid passes that do not say ${computed}`);
  }
  return found;
}

const Epoch = Type.Number();
const ResultData = Type.Object({ value: Type.Union([Type.Literal('positive'), Type.Literal('negative'), Type.Literal('inconclusive')]), testCode: Type.String(), collectedAt: Epoch, reportedAt: Epoch });
const OrderData = Type.Object({
  orderKind: Type.Union([Type.Literal('home-observation'), Type.Literal('central-observation'), Type.Literal('test')]),
  legalBasis: Type.String(), startsAt: Epoch, endsAt: Epoch, releasedAt: Type.Union([Epoch, Type.Null()]),
});
const ExposureData = Type.Object({ day: Type.String(), exposureKind: Type.Union([Type.Literal('close'), Type.Literal('casual')]), noticedAt: Epoch });

/** A fact as it stands in the database, read by this test's own eyes and not by the server's or the vault's. */
function factOf({ kind, fact_id: id, data }: { kind: string; fact_id: string; data: unknown }): Fact {
  if (kind === 'result') return { kind, resultId: id, ...Value.Parse(ResultData, data) };
  if (kind === 'order') return { kind, orderId: id, ...Value.Parse(OrderData, data) };
  if (kind === 'exposure') return { kind, exposureId: id, ...Value.Parse(ExposureData, data) };
  throw new TypeError(`no such fact: ${kind}`);
}

test('row 8: every status that is shown, signed or stored is what the published rules make of the facts', async () => {
  const everybody = [people.index, people.bystander, ...people.exposed];
  assert.deepEqual(await disagreements(everybody), []);
  const { proposalId } = await offices.tracer.propose(caseId, order());
  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 2 });
  await city.advance(0);
  assert.deepEqual(await Promise.all(everybody.map(async (resident) => (await resident.status()).status)), ['isolate', 'clear', 'isolate', 'isolate']);
  assert.deepEqual(await disagreements(everybody), []);
  // When the order is over, the exposure still counts for those days that it has left; then nothing does.
  for (const days of [1, 8, 5]) {
    await city.advance(days * dayMs);
    await offices.sampler.signIn();
    assert.deepEqual(await disagreements(everybody), []);
  }
});

test('row 8: the recomputation catches a fact that was written into the database past everybody', async () => {
  const { bystander } = people;
  await bystander.renewPass();
  // The vault recorded no such proposal and signs on as before: rows and pass disagree, and the recomputation says so.
  await city.rows(
    `INSERT INTO health.exposure (exposure_id, proposal_id, subject, day, exposure_kind, noticed_at)
     SELECT gen_random_uuid(), gen_random_uuid(), s.subject, $2::date, 'close', $1 FROM health.specimen s
     WHERE NOT EXISTS (SELECT FROM health.fact f WHERE f.subject = s.subject) LIMIT 1`, [new Date(city.now()), new Date(city.now()).toISOString().slice(0, 10)],
  );
  const planted = await disagreements([bystander]);
  assert.ok(planted.some((text) => text.includes('valid passes that do not say')), planted.join());
});
