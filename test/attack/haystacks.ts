/** Where a thief would look: files, tables, the memory of processes. */
import { chmod, mkdtemp, open, readFile, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Hit, Search } from './canaryForms.ts';

/** Hits, each with where it was. */
export interface Found extends Hit {
  readonly where: string;
}
/** What was searched: how much, and what was found. */
export interface Searched {
  bytes: number;
  readonly found: Found[];
}

const pieceBytes = 8 * 1024 * 1024;

/** Searches one source in overlapping pieces. */
async function inPieces(search: Search, searched: Searched, where: string, length: number, read: (from: number, size: number) => Promise<Buffer | null>): Promise<void> {
  for (let from = 0; from < length; from += pieceBytes) {
    const piece = await read(from, Math.min(pieceBytes + search.longest, length - from));
    if (piece === null) continue;
    searched.bytes += Math.min(piece.length, pieceBytes);
    for (const hit of search.hits(piece)) searched.found.push({ ...hit, where });
  }
}

/** Searches a file, or all files under a folder, names too. */
export async function searchFiles(search: Search, path: string, searched: Searched = { bytes: 0, found: [] }): Promise<Searched> {
  const kind = await stat(path).catch(() => null);
  if (kind === null) return searched;
  for (const hit of search.hits(Buffer.from(path))) searched.found.push({ ...hit, where: `the name ${path}` });
  if (kind.isDirectory()) {
    for (const name of await readdir(path)) await searchFiles(search, join(path, name), searched);
  } else if (kind.isFile()) {
    const file = await open(path, 'r');
    try {
      await inPieces(search, searched, path, kind.size, async (from, size) => {
        const buffer = Buffer.alloc(size);
        const { bytesRead } = await file.read(buffer, 0, size, from);
        return buffer.subarray(0, bytesRead);
      });
    } finally {
      await file.close();
    }
  }
  return searched;
}

/** Searches bytes that are at hand. */
export function searchBytes(search: Search, where: string, bytes: Uint8Array): Searched {
  return { bytes: bytes.length, found: search.hits(bytes).map((hit) => ({ ...hit, where })) };
}

const pageBytes = 4_096;

/** The stretches of private memory that hold anything: pages that are present or swapped out (Documentation/admin-guide/mm/pagemap.rst, bits 63 and 62). All others read as zeros. */
async function usedRuns(pagemap: FileHandle, start: bigint, length: number): Promise<{ readonly from: number; readonly length: number }[]> {
  const entries = Buffer.alloc((length / pageBytes) * 8);
  const { bytesRead } = await pagemap.read(entries, 0, entries.length, (start / BigInt(pageBytes)) * 8n);
  if (bytesRead < entries.length) return [{ from: 0, length }];
  const runs: { from: number; length: number }[] = [];
  for (let page = 0; page < length / pageBytes; page += 1) {
    if (((entries[page * 8 + 7] ?? 0) & 0xc0) === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.from + last.length === page * pageBytes) last.length += pageBytes;
    else runs.push({ from: page * pageBytes, length: pageBytes });
  }
  return runs;
}

/** Searches what a process may write in its memory: heaps, stacks, buffers, shared memory. Shared memory that was searched before is left out. */
export async function searchMemory(search: Search, pid: number, searched: Searched = { bytes: 0, found: [] }, shared = new Set<string>()): Promise<Searched> {
  const maps = (await readFile(`/proc/${pid}/maps`, 'utf8')).trim().split('\n');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  const pagemap = await open(`/proc/${pid}/pagemap`, 'r');
  try {
    for (const line of maps) {
      const match = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ (\S+) (\d+)\s*(.*)$/.exec(line);
      const [, from = '', to = '', mode = '', device = '', inode = '', name = ''] = match ?? [];
      if (!mode.startsWith('rw') || name === '[vvar]') continue;
      if (mode.endsWith('s')) {
        const key = `${device}/${inode}`;
        if (shared.has(key)) continue;
        shared.add(key);
      }
      const start = BigInt(`0x${from}`);
      const length = Number(BigInt(`0x${to}`) - start);
      const runs = mode.endsWith('s') ? [{ from: 0, length }] : await usedRuns(pagemap, start, length);
      for (const run of runs) {
        await inPieces(search, searched, `memory of ${pid}${name === '' ? '' : ` (${name})`}`, run.length, async (offset, size) => {
          const buffer = Buffer.alloc(size);
          try {
            const { bytesRead } = await memory.read(buffer, 0, size, start + BigInt(run.from + offset));
            return buffer.subarray(0, bytesRead);
          } catch {
            // Guard pages, and what was unmapped since the map was read.
            return null;
          }
        });
      }
    }
    return searched;
  } finally {
    await memory.close();
    await pagemap.close();
  }
}

/** Dumps every table as text and in binary, and searches both: a full backup as a thief would take it. */
export async function searchDump(search: Search, databaseUrl: string): Promise<Searched & { readonly tables: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-dump-'));
  // The database writes the files, as a user of its own.
  await chmod(folder, 0o777);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname <> 'pg_toast' ORDER BY 1`,
    );
    let tables = 0;
    for (const { name } of rows) {
      for (const format of ['text', 'binary']) {
        const file = client.escapeLiteral(join(folder, `${tables}.${format}`));
        // Some of PostgreSQL's own views have types without a binary form, or want a setting that is off.
        await client.query(`COPY (SELECT * FROM ${name}) TO ${file} (FORMAT ${format})`).catch((error: unknown) => {
          if (!name.startsWith('pg_catalog.') && !name.startsWith('information_schema.')) throw error;
        });
      }
      tables += 1;
    }
    return { ...(await searchFiles(search, folder)), tables };
  } finally {
    await client.end();
    await rm(folder, { recursive: true, force: true });
  }
}
