import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { issueDayTicket } from '@health-kit/api/vault';
import { commitEntry, hashLeaf } from '@health-kit/tlog';
import { identity, startCity, type City } from '../../test/city.ts';
import { personId } from '../identifiers.ts';
import { openDataKeys } from '../people/dataKeys.ts';
import { recordEvent } from '../vault.ts';
import { openEvent, openPersonEntry } from './ledger.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

type Leaf = { seq: string; commitment: Buffer; leaf_hash: Buffer };

test('every leaf is the hash of the commitment to the event that the vault keeps sealed', async () => {
  await city.prove(await city.register(identity(1)));
  const events = await city.database.sql<Leaf & { sealed: Buffer }>('SELECT * FROM ledger.leaf JOIN ledger.event USING (seq)');
  const entries = await city.database.sql<Leaf & { sealed: Buffer; person_id: string }>(
    'SELECT l.*, a.sealed, a.person_id FROM ledger.leaf l JOIN vault.access_entry a USING (seq)',
  );
  const [leaves] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM ledger.leaf');
  assert.equal(events.length + entries.length, leaves?.count);
  assert.ok(entries.length >= 2);
  for (const { seq, sealed, commitment, leaf_hash } of events) {
    const { nonce, event } = openEvent([city.vault.keys.ledgerEvent], Number(seq), sealed) ?? assert.fail('it does not open');
    assert.deepEqual(Buffer.from(commitEntry(nonce, event)), commitment);
    assert.deepEqual(Buffer.from(hashLeaf(commitment)), leaf_hash);
  }
  for (const { seq, sealed, commitment, person_id } of entries) {
    const person = personId(person_id);
    const [key] = await openDataKeys(city.vault, city.vault.database, [person], 'access-log');
    assert.ok(key !== undefined);
    const { nonce, event } = openPersonEntry(key.key, Number(seq), sealed);
    assert.deepEqual(Buffer.from(commitEntry(nonce, event)), commitment);
  }
});

test('appending at once from many sides leaves no gap and no double', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, number) => city.vault.database.transaction(async (queries) => {
    await recordEvent(city.vault, queries, 'test', { number });
    // A deed that fails takes its leaf with it.
    if (number % 4 === 0) throw new Error('undone');
  }).catch((error: unknown) => assert.match(String(error), /undone/))));
  const [row] = await city.database.sql<{ count: number; last: string }>('SELECT count(*)::int AS count, max(seq) AS last FROM ledger.leaf');
  assert.equal(Number(row?.last), (row?.count ?? 0) - 1);
});

test('nobody who logs in can change or remove a leaf, the vault included', async () => {
  for (const statement of ['UPDATE ledger.leaf SET appended_at = now()', 'DELETE FROM ledger.leaf', 'UPDATE ledger.event SET sealed = sealed', 'TRUNCATE ledger.event']) {
    await assert.rejects(city.vault.database.query(statement), /permission denied/, statement);
  }
});

test('an erased account leaves the tree whole and its leaves without a meaning', async () => {
  const device = await city.stranger();
  await city.register(identity(2), device);
  const [before] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM ledger.leaf');
  await city.register(identity(3), device);
  const [after] = await city.database.sql<{ count: number; orphans: number }>(
    'SELECT count(*)::int AS count, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM ledger.event e WHERE e.seq = l.seq) AND NOT EXISTS (SELECT FROM vault.access_entry a WHERE a.seq = l.seq))::int AS orphans FROM ledger.leaf l',
  );
  assert.equal(after?.count, (before?.count ?? 0) + 1);
  assert.equal(after?.orphans, 1);
  assert.equal((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).status, 200);
});
