import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Value } from 'typebox/value';
import { compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import { erasureConfirmation, OwnAccount } from '@health-kit/api';
import * as operations from '@health-kit/api/vault';
import { hashLeaf } from '@health-kit/tlog';
import { identity, startCity, startMs, type City, type Resident } from '../../test/city.ts';
import { personId, resultId as asResultId, type PersonId } from '../identifiers.ts';
import { replayShredded } from '../journal/replayShredded.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { randomUuid } from '../randomness.ts';
import { clearExpired } from '../retention.ts';

const dayMs = 86_400_000;
let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const erase = (resident: Resident, body: unknown = { confirmation: erasureConfirmation }) => resident.call(operations.eraseAccount, 'DELETE', '/v1/me', body);
const preview = (resident: Resident) => resident.call(operations.previewAccountErasure, 'GET', '/v1/me/erasure');
const ticket = (resident: Resident) => resident.call(operations.issueDayTicket, 'POST', '/v1/tickets', {});

async function newestPerson(): Promise<PersonId> {
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.person ORDER BY created_at DESC, person_id LIMIT 1');
  assert.ok(row !== undefined);
  return personId(row.person_id);
}
/** Registers somebody of whom nobody else is the newest. */
async function newPerson(number: number): Promise<{ readonly resident: Resident; readonly person: PersonId }> {
  city.clock.set(city.clock.now() + 1000);
  return { resident: await city.register(identity(number)), person: await newestPerson() };
}

/** Tables of every schema that hold one of the texts in any column of any row, as text. */
async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const tables = await city.database.sql<{ name: string }>(
    "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('vault', 'ledger', 'venue', 'visit', 'health', 'notify', 'trace') ORDER BY 1",
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await city.database.sql(`SELECT 1 FROM ${name} AS r WHERE EXISTS (SELECT FROM unnest($1::text[]) AS t WHERE strpos(r::text, t) > 0) LIMIT 1`, [texts]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
/** Every name under which a key still in existence knows a person. */
async function namesOf(person: PersonId): Promise<string[]> {
  const { keys, calendar, limits } = city.vault;
  const today = calendar.dayOf(city.clock.now());
  const days = await Promise.all(calendar.daysBetween(calendar.addDays(today, -limits.visitTermDays), calendar.addDays(today, 1)).map((day) => keys.visit(day)));
  return [person, pseudonymOf(keys.health, person), pseudonymOf(keys.trace, person), pseudonymOf(keys.notify, person), pseudonymOf(keys.venue, person),
    ...days.flatMap((key) => (key === null ? [] : [pseudonymOf(key, person)]))];
}
async function thumbprintOf(person: PersonId): Promise<string> {
  const [row] = await city.database.sql<{ thumbprint: string }>('SELECT thumbprint FROM vault.device WHERE person_id = $1', [person]);
  assert.ok(row !== undefined);
  return row.thumbprint;
}

/** A notice, a venue with a gate, and a visit of today, as the server would have stored them. */
async function leaveTraces(person: PersonId): Promise<void> {
  const { keys, calendar } = city.vault;
  const now = new Date(city.clock.now());
  const day = calendar.dayOf(now.getTime());
  const key = await keys.visit(day);
  assert.ok(key !== null);
  const [venue, other] = [randomUuid(city.vault.random), randomUuid(city.vault.random)];
  await city.database.sql("INSERT INTO notify.notice (notice_id, subject, kind, cause_id, what_to_do, sent_at) VALUES ($1, $2, 'order', $1, 'do', $3)", [venue, pseudonymOf(keys.notify, person), now]);
  await city.database.sql("INSERT INTO venue.venue (venue_id, host, name, kind, address, usual_stay_minutes, created_at) VALUES ($1, $2, 'Shop', 'shop', 'Street', 60, $3)", [venue, pseudonymOf(keys.venue, person), now]);
  await city.database.sql("INSERT INTO venue.gate (gate_id, venue_id, name, key_thumbprint, created_at, enrolled_at) VALUES ($1, $1, 'Door', $3, $2, $2)", [venue, now, venue]);
  await city.database.sql('SELECT visit.ensure_partition($1, $2, $3)', [day, new Date(calendar.startOf(day)), new Date(calendar.endOf(day))]);
  await city.database.sql("INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source) VALUES ($1, $2, $2, true, $3, $4, 'resident')", [venue, now, pseudonymOf(key, person), other]);
}

test('an erased person is in no table under any name that a key in existence gives them, but where the list says why', async () => {
  const { resident, person } = await newPerson(21);
  await city.prove(resident);
  await leaveTraces(person);
  await city.result(resident, 'negative');
  await resident.showPass();
  const thumbprint = await thumbprintOf(person);
  const names = await namesOf(person);
  assert.deepEqual(await tablesWith([...names, thumbprint]), [
    'health.result', 'health.specimen', 'notify.notice',
    'vault.access_entry', 'vault.device', 'vault.document', 'vault.pass', 'vault.person', 'vault.person_key', 'vault.presentation', 'vault.registration', 'venue.venue', 'visit.visit', 'visit.visit_20261123',
  ], 'the search finds what there is before');
  const leaves = await city.database.sql<{ seq: string }>('SELECT seq FROM vault.access_entry WHERE person_id = $1', [person]);

  const messages = city.messages.length;
  assert.equal((await erase(resident)).status, 200);
  assert.deepEqual(await tablesWith([...names, thumbprint]), [
    // The laboratory's and the test site's record; its pseudonym leads to an identifier whose keys are shredded. 90 days.
    'health.result', 'health.specimen',
    // The key of the device alone, so that its ticket dies; a day.
    'vault.revoked_key',
  ]);
  assert.deepEqual(await city.database.sql('SELECT name, host, ended_at IS NOT NULL AS ended FROM venue.venue'), [{ name: 'Shop', host: null, ended: true }], 'a venue ends with its host');
  assert.deepEqual(await city.database.sql('SELECT revoked_at IS NOT NULL AS revoked FROM venue.gate'), [{ revoked: true }]);

  // The leaves stand, and the tree is whole; what they say is gone with its nonce.
  const left = await city.database.sql<{ commitment: Buffer; leaf_hash: Buffer }>('SELECT commitment, leaf_hash FROM ledger.leaf WHERE seq = ANY($1)', [leaves.map(({ seq }) => seq)]);
  assert.equal(left.length, leaves.length);
  for (const { commitment, leaf_hash } of left) assert.deepEqual(Buffer.from(hashLeaf(commitment)), leaf_hash);
  assert.deepEqual(await city.database.sql('SELECT seq FROM vault.access_entry WHERE seq = ANY($1)', [leaves.map(({ seq }) => seq)]), []);

  // The old device is nobody's, its passes are invalid, and the phone was told.
  assert.equal((await ticket(resident)).refusal, 'not-authorized');
  assert.equal((await erase(resident)).refusal, 'not-authorized');
  await city.vault.messages.settle(2000);
  assert.deepEqual(city.messages.slice(messages).map(({ to, kind }) => ({ to, kind })), [{ to: resident.identity.phone, kind: 'notice' }]);
  const told = city.messages.at(-1)?.text ?? '';
  for (const secret of [resident.identity.familyName, resident.identity.givenName, resident.identity.documentNumber]) assert.ok(!told.includes(secret));
});

test('whoever registers again is a new person with nothing', async () => {
  const { resident } = await newPerson(22);
  assert.equal((await erase(resident)).status, 200);
  const again = await newPerson(22);
  assert.equal((await ticket(again.resident)).content.identityProven, false);
  await city.prove(again.resident);
  assert.equal((await ticket(again.resident)).content.identityProven, true, 'the document is free again');
});

test('an account is erased by its own device alone, and never by accident', async () => {
  const { resident } = await newPerson(23);
  const stranger = await city.stranger();
  assert.equal((await stranger.call(operations.eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).refusal, 'not-authorized');
  for (const body of [{}, { confirmation: 'yes' }]) assert.equal((await erase(resident, body)).refusal, 'invalid-request');
  const dayTicket = (await ticket(resident)).content.ticket;
  assert.equal((await stranger.call(operations.exportAccount, 'POST', '/v1/me/export', { key: await exportKey() }, { ticket: dayTicket })).refusal, 'not-authorized', 'a ticket without its key gets nothing');
  assert.equal((await ticket(resident)).status, 200);
});

test('a restored backup brings nobody back: the start erases them before anybody can ask; without the journal it would', async () => {
  const { resident, person } = await newPerson(24);
  const tables = ['person', 'person_key', 'device'];
  const rows = await Promise.all(tables.map((table) => city.database.sql<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM vault.${table} t WHERE person_id = $1`, [person])));
  const restore = async () => {
    for (const [index, table] of tables.entries()) {
      for (const { row } of rows[index] ?? []) await city.database.sql(`INSERT INTO vault.${table} SELECT * FROM jsonb_populate_record(NULL::vault.${table}, $1)`, [JSON.stringify(row)]);
    }
  };
  assert.equal((await erase(resident)).status, 200);
  await restore();
  await city.database.sql('DELETE FROM vault.revoked_key');
  assert.equal((await ticket(resident)).status, 200, 'what the backup alone would mean');
  assert.equal(await replayShredded(city.vault), 1);
  assert.equal((await ticket(resident)).refusal, 'not-authorized');
  assert.deepEqual(await city.database.sql('SELECT person_id FROM vault.person WHERE person_id = $1', [person]), []);
});

test('a result that comes after the erasure still makes its case, for a specimen that was under way', async () => {
  const { resident, person } = await newPerson(26);
  await city.prove(resident);
  const resultId = await city.result(resident, 'positive');
  const [row] = await city.database.sql<{ result: unknown }>('DELETE FROM health.result r WHERE result_id = $1 RETURNING to_jsonb(r) AS result', [resultId]);
  assert.notEqual((await preview(resident)).content.heldUntil, null);
  assert.equal((await erase(resident)).status, 200);
  await city.database.sql('INSERT INTO health.result SELECT * FROM jsonb_populate_record(NULL::health.result, $1)', [JSON.stringify(row?.result)]);
  assert.equal((await city.ask(operations.registerCase, { resultId: asResultId(resultId) })).content.index, pseudonymOf(city.vault.keys.trace, person));
});

async function exportKey() {
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  return { kty, crv, x, y };
}

test("the export seals identity, devices and passes to the app's key, names the own days alone, and is a leaf", async () => {
  const { resident, person } = await newPerson(27);
  await resident.showPass();
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const dayTicket = (await ticket(resident)).content.ticket;
  const leaves = async () => (await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.access_entry WHERE person_id = $1', [person]))[0]?.count ?? 0;
  const before = await leaves();
  const answer = (await resident.call(operations.exportAccount, 'POST', '/v1/me/export', { key: { kty, crv, x, y } }, { ticket: dayTicket })).content;
  const text = JSON.stringify(answer);
  for (const secret of [resident.identity.documentNumber, resident.identity.phone, resident.identity.givenName, person]) assert.ok(!text.includes(secret), 'the server reads nothing');
  const opened: unknown = JSON.parse(Buffer.from((await compactDecrypt(answer.sealed, privateKey)).plaintext).toString('utf8'));
  assert.ok(Value.Check(OwnAccount, opened));
  assert.deepEqual(opened.identity, resident.identity);
  assert.deepEqual([opened.devices.length, opened.passes.length, opened.identityProvenAt], [1, 1, null]);
  for (const { day, subject } of answer.days) {
    const key = await city.vault.keys.visit(day);
    assert.ok(key !== null && subject === pseudonymOf(key, person));
  }
  assert.equal(await leaves(), before + 1);
});

test('two erasures at once erase once', async () => {
  const { resident } = await newPerson(28);
  const answers = await Promise.all([erase(resident), erase(resident)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
});

test('erasing is no way out: a person whose result isolates stays traceable, and the document proves no new account before the term is over', async () => {
  const { resident, person } = await newPerson(25);
  await city.prove(resident);
  assert.equal((await preview(resident)).content.heldUntil, null);
  await leaveTraces(person);
  const resultId = await city.result(resident, 'positive');
  const { caseId } = (await city.ask(operations.registerCase, { resultId: asResultId(resultId) })).content;
  const { heldUntil, identityProven } = (await preview(resident)).content;
  assert.ok(identityProven && heldUntil !== null && Date.parse(heldUntil) > city.clock.now());

  assert.equal((await erase(resident)).status, 200);
  const again = await newPerson(25);
  await assert.rejects(city.prove(again.resident), /document-held/);
  assert.equal((await ticket(again.resident)).content.identityProven, false);

  const tracer = await city.officer('Tracer', ['tracer']);
  const window = { from: new Date(startMs - dayMs).toISOString(), to: new Date(city.clock.now()).toISOString(), reason: 'test' };
  const traced = (await tracer.call(operations.beginTrace, 'POST', `/v1/cases/${caseId}/trace`, window)).content;
  const key = await city.vault.keys.visit(city.vault.calendar.dayOf(startMs));
  assert.ok(key !== null && traced.subjects.some(({ subject }) => subject === pseudonymOf(key, person)), 'the case is traced all the same');
  assert.ok((await tablesWith([pseudonymOf(key, person)])).some((table) => table.startsWith('visit.')), 'and its visits stay for that');

  city.clock.set(Date.parse(heldUntil) + 1000);
  await clearExpired(city.vault);
  const registrar = await city.officer('Registrar of a later day', ['registrar']);
  const last = await city.register(identity(25));
  const { presentationId } = (await registrar.call(operations.presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await last.showPass() })).content;
  const { familyName, givenName, documentType, documentNumber } = last.identity;
  const sealed = await city.seal({ familyName, givenName, documentType, documentNumber });
  assert.equal((await registrar.call(operations.proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed })).status, 200);
});
