/** The peer of the check-in benchmark: single-row inserts into the same table, as fast as the database takes them. */
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runProgram } from './runProgram.ts';

export interface RawInserts {
  /** What sent them. */
  readonly peer: 'pgbench' | 'pg';
  readonly perSecond: number;
}

export interface RawInsertOptions {
  readonly databaseUrl: string;
  readonly venueIds: readonly string[];
  /** As many pseudonyms as the check-ins have residents. */
  readonly subjects: readonly string[];
  /** Arrivals lie between these instants, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly connections: number;
  readonly seconds: number;
}

/** Where Debian's packages have pgbench; of several versions the last. */
export const pgbenchFile = '/usr/lib/postgresql/*/bin/pgbench';

/** Inserts visits one a transaction over many connections, for so many seconds: by pgbench where it is installed, else by the pg driver. */
export async function insertSingleRows(options: RawInsertOptions): Promise<RawInserts> {
  const perSecond = await byPgbench(options);
  return perSecond === null ? { peer: 'pg', perSecond: await byDriver(options) } : { peer: 'pgbench', perSecond };
}

/** Prepared statements: by the simple protocol pgbench gets less than half as far. */
async function byPgbench(options: RawInsertOptions): Promise<number | null> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-bench-'));
  try {
    const arrayOf = (ids: readonly string[]) => `ARRAY[${ids.map((id) => `'${id}'`).join(',')}]::uuid[]`;
    const script = join(folder, 'insert.sql');
    await writeFile(script, `\\set venue random(1, ${options.venueIds.length})
\\set subject random(1, ${options.subjects.length})
\\set second random(0, ${Math.max(1, Math.floor((options.toMs - options.fromMs) / 1000))})
INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
VALUES ((${arrayOf(options.venueIds)})[:venue], to_timestamp(${options.fromMs / 1000} + :second), to_timestamp(${options.fromMs / 1000} + :second + 1800), true,
  (${arrayOf(options.subjects)})[:subject], gen_random_uuid(), 'resident', NULL)
ON CONFLICT DO NOTHING;
`);
    const url = new URL(options.databaseUrl);
    const output = await runProgram(globSync(pgbenchFile).toSorted().at(-1) ?? 'pgbench', [
      '--no-vacuum', '--protocol=prepared', `--client=${options.connections}`, '--jobs=2', `--time=${options.seconds}`, `--file=${script}`,
      '--host', url.searchParams.get('host') ?? url.hostname, '--port', url.port === '' ? '5432' : url.port, '--username', decodeURIComponent(url.username), url.pathname.slice(1),
    ], { PGPASSWORD: decodeURIComponent(url.password) });
    const tps = output === null ? undefined : /^tps = ([\d.]+)/m.exec(output)?.[1];
    return tps === undefined ? null : Number(tps);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function byDriver(options: RawInsertOptions): Promise<number> {
  const clients = await Promise.all(Array.from({ length: options.connections }, async () => {
    const client = new pg.Client({ connectionString: options.databaseUrl });
    await client.connect();
    return client;
  }));
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  let inserted = 0;
  await Promise.all(clients.map(async (client) => {
    while (performance.now() < deadline) {
      const arrivedAt = options.fromMs + Math.floor(Math.random() * (options.toMs - options.fromMs));
      await client.query({
        name: 'visit',
        text: `INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
          VALUES ($1, $2, $3, true, $4, $5, 'resident', NULL) ON CONFLICT DO NOTHING`,
        values: [
          options.venueIds[inserted % options.venueIds.length], new Date(arrivedAt), new Date(arrivedAt + 1_800_000),
          options.subjects[inserted % options.subjects.length], crypto.randomUUID(),
        ],
      });
      inserted += 1;
    }
  }));
  const perSecond = (inserted * 1000) / (performance.now() - started);
  await Promise.all(clients.map((client) => client.end()));
  return perSecond;
}
