import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CaseId } from '@health-kit/api';
import { makeProof } from '@health-kit/proof';
import { instant, type Resident, type StaffMember } from '@health-kit/simulate';
import { Value } from 'typebox/value';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';
import { askSocket, vaultSocketOf } from './vaultSocket.ts';

const dayMs = 86_400_000;

let city: City;
let offices: Offices;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
});
after(() => city.close());

const registerCase = (resultId: string) => askSocket(vaultSocketOf(city.system), 'register-case', { resultId });
async function resultOf(resident: Resident, value: 'positive' | 'negative' | 'inconclusive'): Promise<string> {
  await offices.test(resident, value);
  return (await resident.results())[0]?.resultId ?? assert.fail('no result');
}
/** Asks the vault for the index person's days of a case, past the server, with the tracer's own proof. */
async function beginTrace(tracer: StaffMember, caseId: string, days: number, changes: object = {}) {
  const { key, ticket } = tracer.connection;
  assert.ok(key !== null && ticket !== null);
  const path = `/v1/cases/${caseId}/trace`;
  const body = JSON.stringify({ from: instant(city.now() - days * dayMs), to: instant(city.now()), reason: 'Contact tracing', ...changes });
  const proof = await makeProof({ key, method: 'POST', url: city.world.origin + path, body: new TextEncoder().encode(body), ticket, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)) });
  return askSocket(vaultSocketOf(city.system), 'begin-trace', { caller: { proof, method: 'POST', path, body, ticket } });
}

test('row 9: there is no case on a result that nobody reported, on a negative one or on one that proves nothing', async () => {
  const resident = await city.resident({ verified: true });
  const refusal = (name: string) => ({ status: 422, body: JSON.stringify({ refusal: name }) });
  assert.deepEqual(await registerCase(crypto.randomUUID()), refusal('not-found'));
  assert.deepEqual(await registerCase(await resultOf(resident, 'negative')), refusal('not-permitted'));
  assert.deepEqual(await registerCase(await resultOf(resident, 'inconclusive')), refusal('not-permitted'));
  assert.deepEqual(await city.rows('SELECT 1 FROM vault.case_authority'), []);
  assert.deepEqual(await offices.tracer.cases(), []);
  // Nor can anybody be traced without one.
  const nobodysCase = Value.Parse(CaseId, crypto.randomUUID());
  await refused(offices.tracer.trace(nobodysCase, { from: city.now() - dayMs, to: city.now() }), 'not-found');
  assert.deepEqual(await beginTrace(offices.tracer, nobodysCase, 1), refusal('not-found'));
});

test('row 9: a case that the server makes up in its own schema gives nobody\'s days away', async () => {
  const madeUp = crypto.randomUUID();
  await city.rows(
    `INSERT INTO trace.case_file (case_id, result_id, index_person, state, profile, collected_at, reported_at, window_from, window_to, registered_at)
     VALUES ($1, gen_random_uuid(), gen_random_uuid(), 'open', 'covid-19', $2, $2, $2, $2::timestamptz + interval '1 day', $2)`, [madeUp, new Date(city.now())],
  );
  await refused(offices.tracer.trace(Value.Parse(CaseId, madeUp), { from: city.now() - dayMs, to: city.now() }), 'not-found');
  await city.rows('DELETE FROM trace.case_file WHERE case_id = $1', [madeUp]);
});

test('row 9: a purpose that is no tracing opens nothing: not before the term, not in the future, not without a reason, not by another office', async () => {
  const resident = await city.resident({ verified: true });
  const resultId = await resultOf(resident, 'positive');
  const registered = await registerCase(resultId);
  assert.equal(registered.status, 200, 'the control: a positive result is a case');
  const caseId = await offices.openNewestCase();
  const answers = [
    await beginTrace(offices.tracer, caseId, 15), await beginTrace(offices.tracer, caseId, 1, { to: instant(city.now() + dayMs) }),
    await beginTrace(offices.tracer, caseId, 1, { reason: '' }), await beginTrace(offices.tracer, caseId, 1, { purpose: 'crime' }),
    await beginTrace(offices.medicalOfficer, caseId, 1), await beginTrace(city.administrator, caseId, 1),
  ];
  assert.deepEqual(answers.map(({ body }) => body), [
    ...Array.from({ length: 4 }, () => '{"refusal":"invalid-request"}'), '{"refusal":"not-permitted"}', '{"refusal":"not-permitted"}',
  ]);
  const leaves = async () => Number((await city.rows<{ count: string }>('SELECT count(*) FROM ledger.leaf'))[0]?.count);
  const before = await leaves();
  assert.equal((await beginTrace(offices.tracer, caseId, 1)).status, 200, 'the control: a trace');
  assert.ok((await leaves()) > before, 'each trace is in the ledger');
});

test('row 9: on day N+1 no visit is left, nor a key that would say whose it was', async () => {
  const { venue } = await city.venue();
  const resident = await city.resident({ verified: true });
  await resident.checkIn(venue.venueCode);
  const visited = '2026-11-23';
  const left = async () => ({
    visits: (await city.rows('SELECT 1 FROM visit.visit')).length,
    key: (await city.rows('SELECT 1 FROM vault.day_key WHERE day = $1::date', [visited])).length,
    given: (await askSocket(vaultSocketOf(city.system), 'day-keys', { day: visited })).status,
  });
  await city.advance(14 * dayMs);
  assert.deepEqual(await left(), { visits: 1, key: 1, given: 200 }, 'the control: the last day of the term');
  await city.advance(dayMs);
  assert.deepEqual(await left(), { visits: 0, key: 0, given: 422 });
  await offices.tracer.signIn();
  const [known] = await offices.tracer.cases();
  assert.ok(known !== undefined);
  assert.equal((await beginTrace(offices.tracer, known.caseId, 15)).body, '{"refusal":"invalid-request"}');
});
