import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestDatabase, type TestDatabase } from './testDatabase.ts';

let store: TestDatabase;
before(async () => {
  store = await startTestDatabase();
});
after(() => store.close());

test('what one server process does at a time is not begun by another, each for itself, and by the next when it has ended or failed', async () => {
  const { database } = store;
  const end = Promise.withResolvers<undefined>();
  const begun = Promise.withResolvers<undefined>();
  const first = database.inTurn('health.turn_fact_change', async () => {
    begun.resolve(undefined);
    await end.promise;
    return 'first';
  });
  await begun.promise;
  assert.equal(await database.inTurn('health.turn_fact_change', () => assert.fail('begun twice')), null);
  assert.equal(await database.inTurn('trace.turn_case_file', async () => 'another turn'), 'another turn');
  end.resolve(undefined);
  assert.equal(await first, 'first');
  await assert.rejects(database.inTurn('health.turn_fact_change', () => Promise.reject(new Error('fails'))), /fails/);
  assert.equal(await database.inTurn('health.turn_fact_change', async () => 'next'), 'next');
});

test('a specimen is held by its row, and nothing of it can be changed', async () => {
  for (const change of ["barcode = 'OTHER-1'", 'subject = gen_random_uuid()', 'collected_at = now()']) {
    await assert.rejects(store.database.query(`UPDATE health.specimen SET ${change}`), /permission denied/, change);
  }
  await store.admin.query("INSERT INTO health.institution VALUES (gen_random_uuid(), 'Laboratory', 'laboratory', now())");
  await store.admin.query(
    `INSERT INTO health.specimen (specimen_id, barcode, subject, test_site_id, collected_at, collected_by, registered_at)
     SELECT gen_random_uuid(), 'BARCODE-1', gen_random_uuid(), institution_id, now(), gen_random_uuid(), now() FROM health.institution`,
  );
  await assert.rejects(store.database.query('UPDATE health.specimen SET turn = false'), /specimen_turn_check/);
});
