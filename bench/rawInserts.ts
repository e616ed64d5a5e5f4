/** The peer of the check-in benchmark: single-row inserts into the same table, as fast as the database takes them. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface RawInserts {
  /** What sent them. */
  readonly peer: 'pgbench' | 'pg';
  readonly perSecond: number;
  readonly connections: number;
}

/**
 * Inserts visits one a transaction, with prepared statements over many connections, for so many seconds: by
 * pgbench where it is installed, else by the pg driver. `venueIds` and the instants are those of the check-ins.
 */
export async function insertSingleRows(options: {
  readonly databaseUrl: string; readonly venueIds: readonly string[]; readonly fromMs: number; readonly toMs: number; readonly connections: number; readonly seconds: number;
}): Promise<RawInserts> {
  const perSecond = await byPgbench(options);
  if (perSecond !== null) return { peer: 'pgbench', perSecond, connections: options.connections };
  return { peer: 'pg', perSecond: await byDriver(options), connections: options.connections };
}

async function byPgbench(options: Parameters<typeof insertSingleRows>[0]): Promise<number | null> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-bench-'));
  try {
    const venues = `ARRAY[${options.venueIds.map((id) => `'${id}'`).join(',')}]::uuid[]`;
    const span = Math.max(1, Math.floor((options.toMs - options.fromMs) / 1000));
    const script = join(folder, 'insert.sql');
    await writeFile(script, `\\set venue random(1, ${options.venueIds.length})
\\set second random(0, ${span})
INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
VALUES ((${venues})[:venue], to_timestamp(${options.fromMs / 1000} + :second), to_timestamp(${options.fromMs / 1000} + :second + 1800), true, gen_random_uuid(), gen_random_uuid(), 'resident', NULL)
ON CONFLICT DO NOTHING;
`);
    const url = new URL(options.databaseUrl);
    const output = await run('pgbench', [
      '--no-vacuum', '--protocol=prepared', `--client=${options.connections}`, '--jobs=2', `--time=${options.seconds}`, `--file=${script}`,
      '--host', url.searchParams.get('host') ?? url.hostname, '--port', url.port === '' ? '5432' : url.port, '--username', decodeURIComponent(url.username), url.pathname.slice(1),
    ], { PGPASSWORD: decodeURIComponent(url.password) });
    const tps = output === null ? null : /^tps = ([\d.]+)/m.exec(output)?.[1];
    return tps === null || tps === undefined ? null : Number(tps);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 ? output : null));
  });
}

async function byDriver(options: Parameters<typeof insertSingleRows>[0]): Promise<number> {
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
        values: [options.venueIds[inserted % options.venueIds.length], new Date(arrivedAt), new Date(arrivedAt + 1_800_000), crypto.randomUUID(), crypto.randomUUID()],
      });
      inserted += 1;
    }
  }));
  const perSecond = (inserted * 1000) / (performance.now() - started);
  await Promise.all(clients.map((client) => client.end()));
  return perSecond;
}
