import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { erasureConfirmation } from '@health-kit/api';
import { covid19 } from '@health-kit/policy';
import { eraseAccount, operatorVerifyEvents } from '@health-kit/api/vault';
import { Value } from 'typebox/value';
import { identity, startCity, type City, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { recordRules } from './recordRules.ts';
import { noteAllUnlinked, noteEarlierUnlinked } from './unlinkedEntries.ts';
import { operatorVerifyEventsHandler } from './verifyEvents.ts';

let city: City;
let living: Resident;
before(async () => {
  city = await startCity();
  await noteEarlierUnlinked(city.vault);
  living = await city.register(identity(1));
  await city.prove(living);
});
after(() => city.close());

async function verify(): Promise<{ readonly opened: number; readonly unlinked: number; readonly findings: readonly string[] }> {
  const [{ size } = { size: 0 }] = await city.database.sql<{ size: number }>('SELECT count(*)::int AS size FROM ledger.leaf');
  const answer: unknown = await operatorVerifyEventsHandler.run(city.vault, { from: 0, to: size });
  assert.ok(Value.Check(operatorVerifyEvents.response, answer));
  return { opened: answer.opened, unlinked: answer.unlinked, findings: answer.findings.map(({ entry, fault }) => `${fault} ${entry}`) };
}
const entryOf = async (sql: string) => Number((await city.database.sql<{ seq: string }>(sql))[0]?.seq ?? assert.fail('no entry'));

test('every event opens to its entry, and an erased person leaves entries without one', async () => {
  const before_ = await verify();
  assert.deepEqual([before_.findings, before_.unlinked], [[], 0]);
  assert.ok(before_.opened > 10);
  const gone = await city.register(identity(2));
  await city.prove(gone);
  assert.equal((await gone.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  const after_ = await verify();
  assert.deepEqual([after_.findings, after_.unlinked], [[], 3], 'the registration, the look at the desk and the proof');
});

test('a registration that another one of the same device replaces is no failure', async () => {
  const device = await city.stranger();
  await city.register(identity(3), device);
  await city.register(identity(4), device);
  const { findings, unlinked } = await verify();
  assert.deepEqual([findings, unlinked], [[], 4]);
});

test('an event that was edited in the database is found at its entry, about a person and about nobody', async () => {
  for (const table of ['ledger.event', 'vault.access_entry']) {
    const seq = await entryOf(`SELECT max(seq)::text AS seq FROM ${table}`);
    const [kept] = await city.database.sql<{ sealed: Buffer }>(`SELECT sealed FROM ${table} WHERE seq = $1`, [seq]);
    await city.database.sql(`UPDATE ${table} SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE seq = $1`, [seq]);
    assert.deepEqual((await verify()).findings, [`edited ${seq}`], table);
    // Another event, as it was sealed for its own place.
    await city.database.sql(`UPDATE ${table} SET sealed = (SELECT sealed FROM ${table} WHERE seq <> $1 ORDER BY seq LIMIT 1) WHERE seq = $1`, [seq]);
    assert.deepEqual((await verify()).findings, [`edited ${seq}`], table);
    await city.database.sql(`UPDATE ${table} SET sealed = $2 WHERE seq = $1`, [seq, kept?.sealed]);
  }
  assert.deepEqual((await verify()).findings, []);
});

test('an access that is put off in the database, so that its person does not see it, is found at its entry', async () => {
  const seq = await entryOf('SELECT max(seq)::text AS seq FROM vault.access_entry WHERE visible_from IS NOT NULL');
  const [kept] = await city.database.sql<{ visible_from: Date }>('SELECT visible_from FROM vault.access_entry WHERE seq = $1', [seq]);
  for (const putOff of ['infinity', '2027-06-01', null]) {
    await city.database.sql('UPDATE vault.access_entry SET visible_from = $2 WHERE seq = $1', [seq, putOff]);
    assert.deepEqual((await verify()).findings, [`hidden ${seq}`], String(putOff));
  }
  await city.database.sql('UPDATE vault.access_entry SET visible_from = $2 WHERE seq = $1', [seq, kept?.visible_from]);
  assert.deepEqual((await verify()).findings, []);
});

test('a deleted event of somebody who lives is found at its entry, and nothing in the database passes it off as erased', async () => {
  for (const table of ['ledger.event', 'vault.access_entry']) {
    const seq = await entryOf(`SELECT max(seq)::text AS seq FROM ${table}`);
    const [kept] = await city.database.sql<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${table} t WHERE seq = $1`, [seq]);
    await city.database.sql(`DELETE FROM ${table} WHERE seq = $1`, [seq]);
    assert.deepEqual((await verify()).findings, [`missing ${seq}`], table);
    const [noted] = await city.database.sql<{ sealed: Buffer }>('SELECT sealed FROM vault.unlinked_entry');
    // Whoever empties the notes, or writes into them, hides nothing: the erased ones are then findings, too.
    await city.database.sql('DELETE FROM vault.unlinked_entry');
    await noteEarlierUnlinked(city.vault);
    assert.ok((await verify()).findings.includes(`missing ${seq}`));
    await city.database.sql("INSERT INTO vault.unlinked_entry (block, sealed) VALUES (0, $1)", [Buffer.alloc(8_192 + 28, 0xff)]);
    assert.ok((await verify()).findings.includes(`missing ${seq}`));
    await city.database.sql('UPDATE vault.unlinked_entry SET sealed = $1', [noted?.sealed]);
    await city.database.sql(`INSERT INTO ${table} SELECT * FROM json_populate_record(NULL::${table}, $1::json)`, [kept?.row]);
    assert.deepEqual((await verify()).findings, [], 'put back, all is well');
  }
  // A restored backup lacks events rightfully: the restoration notes them, and is an event itself.
  const seq = await entryOf('SELECT max(seq)::text AS seq FROM ledger.event');
  await city.database.sql('DELETE FROM ledger.event WHERE seq = $1', [seq]);
  await noteAllUnlinked(city.vault);
  assert.deepEqual((await verify()).findings, []);
});

test('rules that changed since the last start are an event of the ledger, once', async () => {
  const changes = async () => (await ledgerEvents(city, 'rules-changed')).map((event) => JSON.stringify(event));
  await recordRules(city.vault);
  await recordRules(city.vault);
  const [first, ...more] = await changes();
  assert.deepEqual(more, []);
  assert.match(first ?? '', /"before":null,"digest":"[\w-]{43}","profile":"covid-19","type":"rules-changed","version":\d+/);
  city.clock.set(city.clock.now() + 1000);
  // Another number under the same version is another rule.
  await recordRules(city.vault, { ...covid19, isolation: { ...covid19.isolation, days: covid19.isolation.days + 1 } });
  const [, second] = await changes();
  assert.notEqual(/"digest":"([\w-]+)","profile":"covid-19","type"/.exec(second ?? '')?.[1], /"digest":"([\w-]+)"/.exec(first ?? '')?.[1]);
  assert.match(second ?? '', /"before":\{"digest"/);
  assert.deepEqual((await verify()).findings, []);
});
