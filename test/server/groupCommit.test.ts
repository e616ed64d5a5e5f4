import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { VenueId, VisitId, VisitPseudonym, GateId } from '@health-kit/api';
import { Value } from 'typebox/value';
import { DatabaseUnavailableError, type Database } from '../../apps/server/src/database.ts';
import { makeGroupCommit, usualGroupCommit, type NewVisit } from '../../apps/server/src/visits/groupCommit.ts';
import { startTestDatabase, type TestDatabase } from './testDatabase.ts';

const dayStartMs = Date.parse('2026-11-22T16:00:00Z');
let world: TestDatabase;
before(async () => {
  world = await startTestDatabase();
  await world.database.query('SELECT visit.ensure_partition($1::date, $2::timestamptz, $3::timestamptz)', ['2026-11-23', new Date(dayStartMs), new Date(dayStartMs + 86_400_000)]);
});
after(() => world.close());

function visit(overrides: Partial<NewVisit> = {}): NewVisit {
  return {
    venueId: Value.Parse(VenueId, crypto.randomUUID()), arrivedAtMs: dayStartMs + 3_600_000, leftAtMs: dayStartMs + 7_200_000,
    subject: Value.Parse(VisitPseudonym, crypto.randomUUID()), visitId: Value.Parse(VisitId, crypto.randomUUID()), gateId: null, ...overrides,
  };
}
async function stored(visits: readonly NewVisit[]): Promise<number> {
  const [row] = await world.database.query<{ stored: string }>('SELECT count(*) AS stored FROM visit.visit WHERE visit_id = ANY($1::uuid[])', [visits.map(({ visitId }) => visitId)]);
  return Number(row?.stored);
}
/** The same database, counting the statements that go through. */
function counting(database: Database): { readonly database: Database; statements(): number } {
  let statements = 0;
  return {
    statements: () => statements,
    database: { ...database, query: (text, values, options) => {
      statements += 1;
      return database.query(text, values, options);
    } },
  };
}

test('visits that arrive together are few statements, and each is durable when it is answered', async () => {
  const counted = counting(world.database);
  const commits = makeGroupCommit(counted.database);
  const visits = Array.from({ length: 1200 }, (_, index) => visit({ arrivedAtMs: dayStartMs + index }));
  const storedAtAnswer = await Promise.all(visits.map(async (each, index) => {
    await commits.commit(each);
    return index % 300 === 0 ? stored([each]) : 1;
  }));
  assert.ok(storedAtAnswer.every((count) => count === 1));
  assert.equal(await stored(visits), visits.length);
  assert.ok(counted.statements() <= 4, `${counted.statements()} statements`);
});

test('the same visit twice in one statement, and again later, is one row', async () => {
  const commits = makeGroupCommit(world.database);
  const one = visit();
  await Promise.all([commits.commit(one), commits.commit(one)]);
  await commits.commit(one);
  assert.equal(await stored([one]), 1);
});

test('a row that the database refuses is refused alone', async () => {
  const commits = makeGroupCommit(world.database);
  const good = [visit(), visit(), visit({ gateId: Value.Parse(GateId, crypto.randomUUID()) })];
  const noPartition = visit({ arrivedAtMs: dayStartMs - 1, leftAtMs: dayStartMs });
  const endsBeforeItBegins = visit({ leftAtMs: dayStartMs });
  const outcomes = await Promise.allSettled([noPartition, ...good, endsBeforeItBegins].map((each) => commits.commit(each)));
  assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  assert.equal(await stored(good), 3);
  assert.equal(await stored([noPartition, endsBeforeItBegins]), 0);
});

test('when the database does not answer in time every waiter is told so, and sending it again gives one row', async () => {
  const commits = makeGroupCommit(world.database, { ...usualGroupCommit, deadlineMs: 150 });
  const visits = [visit(), visit()];
  await world.admin.transaction(async (transaction) => {
    await transaction.query('LOCK TABLE visit.visit IN ACCESS EXCLUSIVE MODE');
    const outcomes = await Promise.allSettled(visits.map((each) => commits.commit(each)));
    assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason instanceof DatabaseUnavailableError));
  });
  await Promise.all(visits.map((each) => commits.commit(each)));
  assert.equal(await stored(visits), 2);
});

test('more than may wait are refused at once', async () => {
  const commits = makeGroupCommit(world.database, { ...usualGroupCommit, mostWaiting: 2, gatherMs: 20 });
  const outcomes = await Promise.allSettled([visit(), visit(), visit()].map((each) => commits.commit(each)));
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected']);
});

test('closing commits what waits', async () => {
  const commits = makeGroupCommit(world.database, { ...usualGroupCommit, gatherMs: 60_000 });
  const waiting = visit();
  const answered = commits.commit(waiting);
  await commits.close();
  await answered;
  assert.equal(await stored([waiting]), 1);
});
