/** What the vault is measured against, in the same run: the database and the ciphers by themselves. */
import { createCipheriv, createVerify, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pgbenchFile } from '../check-ins/rawInserts.ts';
import { runProgram } from '../check-ins/runProgram.ts';

/** How often `work`, which does `units` at a time, can be done in a second, over about `forMs`. */
export function perSecond(units: number, forMs: number, work: () => void): number {
  work();
  const began = performance.now();
  let times = 0;
  while (performance.now() - began < forMs) {
    work();
    times += 1;
  }
  return (times * units * 1000) / (performance.now() - began);
}

/** AES-256 blocks a second by the cipher alone, many at a time. */
export function rawBlocks(blocks: number, forMs: number): number {
  const [key, plain] = [randomBytes(32), randomBytes(blocks * 16)];
  return perSecond(blocks, forMs, () => {
    const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
    cipher.update(plain);
    cipher.final();
  });
}

/** P-256 signatures verified a second on one thread: each day ticket needs one. */
export function rawVerifications(forMs: number): number {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = randomBytes(300);
  const signature = sign('sha256', message, privateKey);
  return perSecond(1, forMs, () => {
    if (!createVerify('sha256').update(message).verify(publicKey, signature)) throw new Error('not verified');
  });
}

/** Single-row reads a second of the query that a day ticket makes, by pgbench with prepared statements; null where it is not installed. */
export async function rawSelects(databaseUrl: string, thumbprints: readonly string[], clients: number, seconds: number): Promise<number | null> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-bench-'));
  try {
    const script = join(folder, 'select.sql');
    await writeFile(script, `\\set device random(1, ${thumbprints.length})
SELECT p.person_id, p.proven_at IS NOT NULL AS proven FROM vault.device d JOIN vault.person p USING (person_id)
WHERE d.thumbprint = (ARRAY[${thumbprints.map((each) => `'${each}'`).join(',')}])[:device];
`);
    const url = new URL(databaseUrl);
    const output = await runProgram(globSync(pgbenchFile).toSorted().at(-1) ?? 'pgbench', [
      '--no-vacuum', '--protocol=prepared', `--client=${clients}`, '--jobs=2', `--time=${seconds}`, `--file=${script}`,
      '--host', url.searchParams.get('host') ?? url.hostname, '--port', '5432', '--username', 'postgres', url.pathname.slice(1),
    ]);
    const tps = output === null ? undefined : /^tps = ([\d.]+)/m.exec(output)?.[1];
    return tps === undefined ? null : Number(tps);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds to insert so many rows into each of three plain tables in one transaction, one statement a table: what resolving contacts writes, without knowing anything. */
export async function rawInsertMs(databaseUrl: string, rows: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS public.bench_row (part integer, seq bigint, content bytea, PRIMARY KEY (part, seq))');
    await client.query('TRUNCATE public.bench_row');
    const seqs = Array.from({ length: rows }, (_, index) => index);
    const contents = [16, 64, 300].map((length) => seqs.map(() => randomBytes(length)));
    const began = performance.now();
    await client.query('BEGIN');
    for (const [part, content] of contents.entries()) await client.query('INSERT INTO public.bench_row (part, seq, content) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[])', [part, seqs, content]);
    await client.query('COMMIT');
    return performance.now() - began;
  } finally {
    await client.end();
  }
}
