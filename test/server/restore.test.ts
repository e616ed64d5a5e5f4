import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import { startSystem, type System } from '@health-kit/healthkit';
import { MerkleTreeHasher, parseCheckpoint, parseSignedNote } from '@health-kit/tlog';
import { personId } from '../../apps/vault/src/identifiers.ts';
import { appendShredded } from '../../apps/vault/src/journal/shredded.ts';
import { openVault } from '../../apps/vault/src/openVault.ts';
import { shredPeople } from '../../apps/vault/src/accounts/shredPeople.ts';
import { startCity, type City } from './city.ts';

const dayMs = 86_400_000;
/** Copies a folder with its owners, as a backup does. */
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);

let city: City;
let folder: string;
before(async () => {
  city = await startCity();
  folder = await mkdtemp(join(tmpdir(), 'hk-restore-'));
});
after(async () => {
  await city.close().catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

/** Erases a person as the vault does: journal and rows in one transaction. */
async function erase(id: string): Promise<void> {
  const { folder: at, databaseUrl, origin } = city.system;
  await city.system.kill('vault', 'SIGTERM');
  // The vault has a user of its own when root starts it; for a moment this process is the vault.
  const { uid, gid } = await stat(at.keys);
  const give = (user: string) => promisify(execFile)('chown', ['-R', user, at.keys]);
  if (process.getuid?.() === 0) await give('0:0');
  const vault = await openVault(
    { databaseUrl, socketPath: '/tmp/unused', keyFolder: at.keys, outboxUrl: null, timeZone: 'Asia/Shanghai', origin, cityName: { zh: '海川市', en: 'Haichuan' }, issuer: 'HCHUAN', controlledClock: { startMs: city.now() } },
    { clock: { now: () => city.now() }, random: randomBytes },
  );
  const dayKeys = await vault.keys.visitsOfTerm();
  await vault.database.transaction(async (queries) => {
    await shredPeople(vault, queries, [personId(id)], dayKeys);
    await appendShredded(vault, queries, [personId(id)], vault.calendar.dayOf(city.now()));
  });
  await vault.database.close();
  if (process.getuid?.() === 0) await give(`${uid}:${gid}`);
  await city.system.restart('vault');
}

test('an older database is refused until the restore has run; then nobody erased is back, old days stay blind, and the tree is whole', async () => {
  const { venue } = await city.venue();
  const resident = await city.resident({ verified: true });
  await resident.checkIn(venue.venueCode);
  const { dataDir, folder: at } = city.system;
  const [person] = await city.rows<{ person_id: string }>('SELECT person_id FROM vault.person ORDER BY created_at DESC LIMIT 1');
  assert.ok(person !== undefined);

  await city.system.kill('database', 'SIGINT');
  const backup = join(folder, 'backup');
  await copy(at.postgres, backup);
  await city.system.restart('database');

  // After the backup a person erases the account, and the day's term ends.
  await erase(person.person_id);
  assert.deepEqual(await city.rows('SELECT 1 FROM vault.person WHERE person_id = $1', [person.person_id]), []);
  await city.advance(15 * dayMs);
  assert.ok(!(await readdir(join(at.keys, 'day'))).includes('2026-11-23'));
  await city.system.restart('vault');
  const nowMs = city.now();
  const [signed] = await city.rows<{ note: string; size: string }>('SELECT note, size FROM ledger.checkpoint ORDER BY size DESC LIMIT 1');
  assert.ok(signed !== undefined);
  await city.system.stop();

  await rm(at.postgres, { recursive: true });
  await copy(backup, at.postgres);
  const start = (restore = false): Promise<System> => startSystem({ dataDir, port: 0, timeZone: 'Asia/Shanghai', origin: city.system.origin, clock: 'controlled', startMs: nowMs, demo: false, restore, log: () => undefined });
  await assert.rejects(start(), /The database was rolled back.*healthkit -- restore/);

  const restoring = await start(true);
  assert.match(restoring.restored ?? '', /appended again [1-9]\d*; people erased again 1; guardianships ended again 0; days destroyed again [1-9]\d*\. All staff must sign in again; /);
  await restoring.stop();

  const system = await start();
  const database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    const rows = async (sql: string, values: readonly unknown[] = []) => (await database.query<Record<string, unknown>>(sql, [...values])).rows;
    assert.deepEqual(await rows('SELECT 1 FROM vault.person WHERE person_id = $1', [person.person_id]), [], 'nobody is back');
    assert.deepEqual(await rows('SELECT 1 FROM visit.visit'), []);
    assert.deepEqual(await rows("SELECT 1 FROM vault.day_key WHERE day = '2026-11-23'"), []);
    // The checkpoint that somebody outside may hold is the head of the tree as it stands, up to its size.
    const tree = new MerkleTreeHasher();
    for (const { leaf_hash } of (await database.query<{ leaf_hash: Buffer }>('SELECT leaf_hash FROM ledger.leaf WHERE seq < $1 ORDER BY seq', [signed.size])).rows) tree.append(new Uint8Array(leaf_hash));
    const note = parseSignedNote(signed.note);
    const head = note.ok ? parseCheckpoint(note.text) : null;
    assert.ok(head?.ok === true);
    assert.deepEqual([tree.size, Buffer.from(tree.root()).toString('hex')], [Number(signed.size), Buffer.from(head.checkpoint.root).toString('hex')]);
  } finally {
    await database.end();
    await system.stop();
  }
});
