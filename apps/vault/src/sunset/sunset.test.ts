import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import {
  approveSunsetByPasskey, beginSunsetApprovalByPasskey, operatorBeginSunset, operatorCompleteSunset, operatorReadSunset, operatorWithdrawSunset, readSunset,
  publicKeys, withdrawOwnSunsetApproval, type VaultOperation,
} from '@health-kit/api/vault';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { identity, origin, seededRandomness, startCity, startMs, type City, type Officer } from '../../test/city.ts';
import { openVault } from '../openVault.ts';
import { buildOperatorSurface } from '../operatorSocket.ts';

const hourMs = 3_600_000;

let city: City;
let first: Officer;
let second: Officer;
beforeEach(async () => {
  city = await startCity();
  first = await city.officer('Zhao', ['administrator'], 'Administration');
  second = await city.officer('Qian', ['privacy-officer'], 'Data protection');
});
afterEach(() => city.close());

/** Asks over the operator's socket. */
async function operator<Request extends TSchema, Response extends TSchema>(operation: VaultOperation<Request, Response>, request: Static<Request>): Promise<Static<Response> | string> {
  const app = buildOperatorSurface(city.vault, () => undefined);
  try {
    const answer = await app.inject({ method: 'POST', url: `/${operation.name}`, payload: JSON.stringify(request), headers: { 'content-type': 'application/json' } });
    const body: unknown = answer.json();
    if (Value.Check(operation.response, body)) return body;
    return typeof body === 'object' && body !== null && 'refusal' in body ? String(body.refusal) : `status ${answer.statusCode}`;
  } finally {
    await app.close();
  }
}
const begin = (waitHours = 0, approvals = 2) => operator(operatorBeginSunset, { reason: 'The outbreak is over', copies: 'One, at the archive: shredded', approvals, waitHours });
async function options(officer: Officer, digest?: string) {
  const { sunset } = (await officer.call(readSunset, 'GET', '/v1/sunset')).content;
  return officer.call(beginSunsetApprovalByPasskey, 'POST', '/v1/sunset/approval/options', { digest: digest ?? sunset?.digest ?? '' });
}
async function approve(officer: Officer, by: Officer = officer) {
  const begun = await options(officer);
  if (begun.refusal !== null) return begun.refusal;
  const assertion = by.authenticator.get(begun.content.options);
  return (await officer.call(approveSunsetByPasskey, 'POST', '/v1/sunset/approval', { assertion })).refusal;
}
const complete = () => operator(operatorCompleteSunset, {});
/** Another start of the vault on the same database and key folder. */
const startAgain = () => openVault(
  { databaseUrl: city.database.urlOf('hk_vault'), socketPath: '/tmp/unused', keyFolder: city.keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai', origin,
    cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs } },
  { clock: city.clock, random: seededRandomness('again') },
);
/** Rows of every table but those that are to stay. */
async function rowsLeft(): Promise<string[]> {
  const tables = await city.database.sql<{ name: string }>(
    `SELECT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger') ORDER BY 1`,
  );
  const left: string[] = [];
  for (const { name } of tables) if ((await city.database.sql(`SELECT FROM ${name} LIMIT 1`)).length > 0) left.push(name);
  return left;
}
/** What must not be left: everything but the ledger's commitments, and what is signed over them. */
const personalRowsLeft = async () => (await rowsLeft()).filter((name) => !/^ledger\.(?!event$)/.test(name));

test('nothing ends on fewer approvals than asked for, on two of one unit, before its time, or after an approval was withdrawn', async () => {
  assert.equal(await complete(), 'not-found');
  assert.notEqual(typeof await begin(1), 'string');
  assert.equal(await begin(), 'conflict', 'one request at a time');
  assert.equal(await approve(first), null);
  assert.equal(await approve(first), 'approval-refused', 'nobody counts twice');
  assert.equal(await approve(await city.officer('Sun', ['administrator'], 'ＡＤＭＩＮＩＳＴＲＡＴＩＯＮ')), 'approval-refused', 'nor does a unit, however it is written');
  assert.equal((await (await city.officer('Li', ['tracer'], 'Tracing')).call(readSunset, 'GET', '/v1/sunset')).refusal, 'not-permitted');
  assert.equal(await approve(second), null);
  assert.equal(await complete(), 'not-permitted', 'before its time');
  city.clock.set(startMs + 2 * hourMs);
  assert.equal((await first.call(withdrawOwnSunsetApproval, 'POST', '/v1/sunset/approval/withdrawal', {})).refusal, null);
  assert.equal(await complete(), 'not-permitted', 'one was withdrawn');
  assert.equal(await approve(first), null);
  await city.database.sql("UPDATE vault.officer SET dismissed_at = now() WHERE name = 'Zhao'");
  assert.equal(await complete(), 'not-permitted', 'one who left counts no longer');
  assert.ok((await rowsLeft()).includes('vault.sealed_key'));
  assert.equal((await city.ask(publicKeys, {})).status, 200);
});

test('a signature over another statement, of another officer, or written into the database approves nothing', async () => {
  await begin();
  const signedOld = first.authenticator.get((await options(first)).content.options);
  assert.deepEqual(await operator(operatorWithdrawSunset, {}), {});
  assert.deepEqual(await operator(operatorReadSunset, {}), { sunset: null });
  await begin();
  assert.equal((await first.call(approveSunsetByPasskey, 'POST', '/v1/sunset/approval', { assertion: signedOld })).refusal, 'approval-refused', 'the statement that was withdrawn');
  assert.equal((await options(first, Buffer.alloc(32).toString('base64url'))).refusal, 'conflict', 'a page that shows another statement');
  assert.equal(await approve(first, second), 'approval-refused', "another officer's passkey");
  assert.equal(await approve(first), null);
  // The database's admin adds what is missing: the row counts in the database, its signature does not in the vault.
  await city.database.sql(
    `INSERT INTO vault.sunset_approval (request_id, officer_id, unit, credential_id, assertion, approved_at)
     SELECT a.request_id, o.officer_id, 'DATA PROTECTION', k.credential_id, a.assertion, now()
     FROM vault.sunset_approval a, vault.officer o JOIN vault.passkey k USING (officer_id) WHERE o.name = 'Qian'`,
  );
  assert.equal(await complete(), 'not-permitted');
});

test('no schema is emptied by the vault\'s login before the end is approved', async () => {
  for (const schema of ['venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger']) {
    await assert.rejects(city.vault.database.query(`SELECT relation FROM ${schema}.destroy_all()`), /nobody approved/, schema);
  }
});

test('the end leaves no key, no row but the leaves and the certificate, and a vault that serves nothing and does not start', async () => {
  await city.prove(await city.register(identity(1)));
  await begin();
  await approve(first);
  await approve(second);
  const stopped: (string | null)[] = [];
  city.vault.sunset.ended = (endedAt) => stopped.push(endedAt);
  const ended = await complete();
  assert.ok(typeof ended !== 'string');
  const { certificate } = ended;
  assert.equal(certificate.statement.copies, 'One, at the archive: shredded', 'the certificate says what the operator declared of copies');
  assert.match(certificate.statement.effect, /Copies of the key folder are not reached/);
  assert.deepEqual(certificate.approvals.map(({ name, unit }) => [name, unit]), [['Zhao', 'Administration'], ['Qian', 'Data protection']]);
  assert.ok(certificate.keys.includes('kek/1') && certificate.keys.includes('sector/visit') && certificate.keys.includes('data keys of 1 people'));
  assert.equal(certificate.tables.find(({ table }) => table === 'vault.person')?.rows, 1);
  assert.deepEqual(await personalRowsLeft(), []);
  assert.deepEqual(await readdir(city.keyFolder), ['sunset']);
  assert.deepEqual(await readdir(join(city.keyFolder, 'sunset')), ['certificate.json']);
  assert.deepEqual(stopped, [certificate.endedAt], 'whoever started the vault is told that it ended as intended');
  assert.equal((await city.ask(publicKeys, {})).status, 422, 'what is still in memory answers nobody');
  await assert.rejects(startAgain(), /This system was ended on 2026-11-23/);
  assert.deepEqual(await readdir(city.keyFolder), ['sunset'], 'no new key is made');
});

test('an end that is killed between the certificate and the commit is gone on with at the next start', async () => {
  await city.register(identity(1));
  await begin();
  await approve(first);
  await approve(second);
  const { database } = city.vault;
  const transaction = database.transaction.bind(database);
  database.transaction = (work) => transaction(async (queries) => {
    const done = await work(queries);
    if ((await readdir(city.keyFolder)).includes('sunset')) throw new Error('killed');
    return done;
  });
  try {
    assert.equal(await complete(), 'status 500');
  } finally {
    database.transaction = transaction;
  }
  assert.ok((await rowsLeft()).includes('vault.person'), 'the database has forgotten that anything happened');
  assert.equal((await city.ask(publicKeys, {})).status, 422, 'and yet there is no way back');
  await assert.rejects(startAgain(), /This system was ended/);
  assert.deepEqual(await personalRowsLeft(), []);
  assert.deepEqual(await readdir(city.keyFolder), ['sunset']);
  assert.deepEqual(await readdir(join(city.keyFolder, 'sunset')), ['certificate.json']);
  await assert.rejects(startAgain(), /This system was ended/);
});
