/** What each table's COMMENT promises, compared with what the daily destruction does. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startCity, startMs, type City } from '../test/city.ts';
import { expired, runDestruction, tableOf } from './retention.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const unitMs: Readonly<Record<string, number>> = { minute: minuteMs, hour: hourMs, day: dayMs };
const tens: Readonly<Record<string, number>> = { thirty: 30, sixty: 60, ninety: 90 };
const numberWords = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

/** What a comment says after "Retention:", by table; partitions are part of their table. */
async function promises(): Promise<ReadonlyMap<string, string>> {
  const rows = await city.database.sql<{ name: string; text: string | null }>(
    `SELECT format('%s.%s', n.nspname, c.relname) AS name, substring(obj_description(c.oid) FROM 'Retention: (.*)$') AS text
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger')`,
  );
  return new Map(rows.map(({ name, text }) => [name, text ?? assert.fail(`${name} does not say for how long its rows are kept`)]));
}

/** The term that a text names, ms; the first if it names several, null if none. */
function termOf(text: string): number | null {
  const found = /\b(\d+|[a-z]+) (minute|hour|day)s?\b/g;
  for (const [, amount = '', unit = ''] of text.matchAll(found)) {
    const number = tens[amount] ?? (numberWords.includes(amount) ? numberWords.indexOf(amount) : Number(amount));
    if (Number.isInteger(number)) return number * (unitMs[unit] ?? 0);
  }
  return null;
}

/** Terms that are no number: the row goes with another, stays as long as what it is about, or goes when it has been used. */
const withoutTerm = /^(as long as|for ever|as the|with its|with the|until )/;

interface Aged { readonly table: string; readonly insert: (at: Date) => Promise<unknown> }
const sql = (text: string, ...values: readonly unknown[]) => city.database.sql(text, values);
const epoch = new Date(0);

async function institution(): Promise<string> {
  const id = randomUUID();
  await sql("INSERT INTO health.institution VALUES ($1, 'Laboratory', 'laboratory', $2)", id, epoch);
  return id;
}
async function specimen(at: Date): Promise<string> {
  const id = randomUUID();
  const laboratory = await institution();
  await sql('INSERT INTO health.specimen VALUES ($1, $2, $1, $3, $4, $1, $4)', id, id.toUpperCase().slice(0, 30), laboratory, at);
  return id;
}
async function caseWithEverything(closedAt: Date): Promise<void> {
  const [id, proposal, contact] = [randomUUID(), randomUUID(), randomUUID()];
  await sql(
    `INSERT INTO trace.case_file (case_id, result_id, index_person, state, profile, collected_at, reported_at, window_from, window_to, registered_at, closed_at)
     VALUES ($1, $1, $1, 'closed', 'covid-19', $2, $2, $2, $3, $2, $3)`, id, epoch, closedAt,
  );
  await sql('INSERT INTO trace.index_visit VALUES ($1, $1, $2, $2, true, $1, 1)', id, epoch);
  await sql("INSERT INTO trace.contact VALUES ($1, $2, 1, 'close', 1, '[]', $3)", id, contact, epoch);
  await sql('INSERT INTO trace.exposure VALUES ($1, $2, $1, $1, $1, $3, $3)', id, contact, epoch);
  await sql("INSERT INTO trace.order_proposal VALUES ($1, $2, 'test', 'law', 'reason', $3, $4, $1, 'Li', 'Tracing', $3, 'proposed')", proposal, id, epoch, closedAt);
  await sql('INSERT INTO trace.order_proposal_contact VALUES ($1, $2, $3)', proposal, id, contact);
}

/** Rows of the schemas outside the vault's, whose term began at a moment. */
const aged: readonly Aged[] = [
  { table: 'venue.gate', insert: async (at) => {
    const id = randomUUID();
    await sql("INSERT INTO venue.venue VALUES ($1, $1, 'Venue', 'shop', 'Street', NULL, NULL, 60, NULL, $2)", id, epoch);
    await sql("INSERT INTO venue.gate VALUES ($1, $1, 'Gate', decode(replace($1::uuid::text, '-', ''), 'hex'), $2::timestamptz + interval '24 hours', NULL, $2, NULL)", id, at);
  } },
  { table: 'health.institution_key', insert: async (at) => sql("INSERT INTO health.institution_key VALUES ($1, 'kid', 'Key', '{}', $2, $3)", await institution(), epoch, at) },
  { table: 'health.specimen', insert: (at) => specimen(at) },
  { table: 'health.result', insert: async (at) => {
    const id = await specimen(at);
    await sql("INSERT INTO health.result VALUES ($1, $1, 1, $1, $2, '94500-6', 'negative', $3, $3, $3)", id, await institution(), at);
  } },
  { table: 'health.observation_order', insert: (at) => sql("INSERT INTO health.observation_order VALUES ($1, $1, $1, 'test', 'law', 'reason', $2::timestamptz - interval '1 day', $2, NULL, $2)", randomUUID(), at) },
  { table: 'health.exposure', insert: (at) => sql("INSERT INTO health.exposure VALUES ($1, $1, $1, '2026-01-01', 'close', $2)", randomUUID(), at) },
  { table: 'notify.notice', insert: (at) => sql("INSERT INTO notify.notice (notice_id, subject, kind, cause_id, what_to_do, sent_at) VALUES ($1, $1, 'order', $1, 'stay', $2)", randomUUID(), at) },
  { table: 'trace.case_file', insert: (at) => caseWithEverything(at) },
];

test('every table is cleared after the term that its comment says, or stays as long as what it is about', async () => {
  const jobs = new Map(expired.map(({ sql: text, afterMs }) => [tableOf(text), { afterMs, byExpiry: /WHERE (?:\w+\.)?(expires_at|until|ends_at) </.test(text) }]));
  const unkept: string[] = [];
  for (const [table, text] of await promises()) {
    const term = termOf(text);
    const job = jobs.get(table);
    if (job === undefined) {
      const otherwise = aged.some((each) => each.table === table) || ['vault.former_person', 'vault.day_key', 'visit.visit', 'health.used_assertion'].includes(table);
      if (!otherwise && !withoutTerm.test(text)) unkept.push(`${table}: nothing clears it, but "${text}"`);
    } else if (job.byExpiry ? job.afterMs !== (/after (its )?expiry|after the expiry/.test(text) ? term : 0) : job.afterMs !== (term ?? 0)) {
      unkept.push(`${table}: cleared after ${job.afterMs / dayMs} days, but "${text}"`);
    }
  }
  assert.deepEqual(unkept, []);
  for (const table of jobs.keys()) assert.ok((await promises()).has(table), table);
});

test('a row of another schema stays until the last minute of its comment\'s term and is gone with the first after it', async () => {
  const terms = await promises();
  const now = startMs + 400 * dayMs;
  city.clock.set(now);
  await runDestruction(city.vault);
  const count = async (table: string) => (await city.database.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count;
  for (const { table, insert } of aged) {
    const term = termOf(terms.get(table) ?? '') ?? assert.fail(`${table} has no term`);
    assert.equal(await count(table), 0, table);
    await insert(new Date(now - term + minuteMs));
    await runDestruction(city.vault);
    assert.equal(await count(table), 1, `${table} before its term is over`);
    city.clock.set(now + 2 * minuteMs);
    const { rows } = await runDestruction(city.vault);
    assert.equal(await count(table), 0, `${table} after its term`);
    assert.equal(rows.get(table), 1, `${table} is counted`);
    city.clock.set(now);
    // What was only needed for the row.
    await sql('TRUNCATE health.institution, venue.venue CASCADE');
  }
  for (const child of ['index_visit', 'contact', 'exposure', 'order_proposal', 'order_proposal_contact']) assert.equal(await count(`trace.${child}`), 0, child);
});

test('a case that nobody closed closes by itself, but not while an order of it runs', async () => {
  const now = city.clock.now();
  const insert = (id: string) => sql(
    `INSERT INTO trace.case_file (case_id, result_id, index_person, state, profile, collected_at, reported_at, window_from, window_to, registered_at)
     VALUES ($1, $1, $1, 'open', 'covid-19', $2, $2, $2, $3, $2)`, id, new Date(now - 61 * dayMs), new Date(now),
  );
  const [forgotten, running] = [randomUUID(), randomUUID()];
  for (const id of [forgotten, running]) await insert(id);
  await sql(
    `INSERT INTO trace.order_proposal VALUES ($1, $1, 'test', 'law', 'reason', $2, $3, $1, 'Li', 'Tracing', $2, 'approved', 'Wang', $2)`, running, new Date(now), new Date(now + dayMs),
  );
  await runDestruction(city.vault);
  assert.deepEqual(await city.database.sql('SELECT case_id, state FROM trace.case_file ORDER BY state'), [{ case_id: forgotten, state: 'closed' }, { case_id: running, state: 'open' }]);
});

test('the server\'s login can delete no fact and drop no day, however it asks', async () => {
  const statements = [
    "SELECT visit.drop_partitions_before('2100-01-01')", "SELECT health.clear_expired('2100-01-01')", "SELECT notify.clear_expired('2100-01-01')",
    "SELECT trace.clear_expired('2100-01-01')", 'DELETE FROM health.result', 'DELETE FROM health.specimen', 'DELETE FROM health.observation_order',
    'DELETE FROM notify.notice', 'DELETE FROM trace.case_file', 'DELETE FROM trace.order_proposal', 'DELETE FROM visit.visit', 'DROP TABLE visit.visit', 'TRUNCATE visit.visit',
  ];
  const refusedAs = async (role: string) => {
    const refused: string[] = [];
    for (const statement of statements) {
      try {
        await city.database.sql(`DO $do$ BEGIN SET LOCAL ROLE ${role}; EXECUTE $ex$${statement}$ex$; RAISE EXCEPTION 'allowed'; END $do$`);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === '42501') refused.push(statement);
      }
    }
    return refused;
  };
  assert.deepEqual(await refusedAs('hk_server'), statements);
  // The control: a planted grant is noticed.
  await sql('GRANT EXECUTE ON FUNCTION visit.drop_partitions_before(date) TO hk_server');
  assert.deepEqual(await refusedAs('hk_server'), statements.slice(1));
  await sql('REVOKE EXECUTE ON FUNCTION visit.drop_partitions_before(date) FROM hk_server');
});
