/** The ledger over HTTP, as monitors and witnesses meet it, with a witness that runs as a process of its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { readOversight } from '@health-kit/api';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { ledgerCommand } from '../../apps/healthkit/src/ledgerCommand.ts';
import { StaffMember, invitationCode, openWorld, perform, seededRandom } from '@health-kit/simulate';
import {
  encodeVerifierKey, hashLeaf, makeConsistencyProof, parseCosignerKey, parseEntryBundle, parseVerifierKey, readRoot, subtreesFromTiles, tilePath, verifyCheckpoint,
  verifyConsistency, verifyCosignatures, type Checkpoint, type CosignerKey, type ReadTile, type VerifierKey,
} from '@health-kit/tlog';

let folder: string;
let system: System;
let logKey: VerifierKey;
let witnessKey: CosignerKey;
let witness: ReturnType<typeof spawn> | null = null;
let witnessPort = 0;

/** Starts a witness and returns what it prints. */
async function startWitness(port: number, log: string): Promise<{ readonly key: string; readonly port: number }> {
  witness = spawn(process.execPath, [
    join(import.meta.dirname, '..', '..', 'apps', 'witness', 'src', 'main.ts'), '--port', String(port), '--data', join(folder, 'w'), '--name', 'witness.example.net/w1', '--log', log,
  ], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let output = '';
  witness.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  for (;;) {
    const match = /Key: (\S+)\nListening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(output);
    if (match !== null) return { key: match[1] ?? '', port: Number(match[2]) };
    await delay(20);
  }
}
async function stopWitness(): Promise<void> {
  if (witness === null) return;
  witness.kill('SIGKILL');
  await once(witness, 'exit');
  witness = null;
}
const get = (path: string) => fetch(`${system.origin}/ledger/${path}`);
async function readCheckpoint(): Promise<{ readonly checkpoint: Checkpoint; readonly note: string }> {
  const note = await (await get('checkpoint')).text();
  const verdict = await verifyCheckpoint(note, { origin: logKey.name, logKey });
  assert.ok(verdict.ok);
  return { checkpoint: verdict.checkpoint, note };
}
const fetchTile: ReadTile = async (tile) => new Uint8Array(await (await get(tilePath(tile))).arrayBuffer());
/** Waits until the witness has cosigned the latest checkpoint. */
async function cosigned(): Promise<Checkpoint> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { checkpoint, note } = await readCheckpoint();
    const verdict = await verifyCosignatures(note, [witnessKey]);
    if (verdict.ok && verdict.cosignatures.length === 1) return checkpoint;
    await delay(200);
  }
  return assert.fail('the witness did not cosign');
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-ledger-'));
  const options = { dataDir: join(folder, 'data'), timeZone: 'Asia/Shanghai', demo: false, log: () => undefined };
  const first = await startSystem({ ...options, port: 0 });
  const { ledger } = await openWorld({ origin: first.origin, outboxOrigin: null, clock: systemClock, random: seededRandom('first') }).trust();
  logKey = parseVerifierKey(ledger.key) ?? assert.fail();
  const { key, port } = await startWitness(0, `${logKey.name}=${ledger.key}`);
  witnessKey = parseCosignerKey(key) ?? assert.fail();
  witnessPort = port;
  await first.stop();
  system = await startSystem({ ...options, port: 0, witnesses: [{ url: `http://127.0.0.1:${port}`, key }] });
});
after(async () => {
  await system.stop();
  await stopWitness();
  await rm(folder, { recursive: true });
});

test('the log keeps its identity when the system moves to another address, and its checkpoint is cosigned', async () => {
  assert.match(logKey.name, /^localhost:\d+\/ledger$/);
  const response = await get('checkpoint');
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(response.headers.get('cache-control') ?? '', /^public, max-age=[1-5]$/);
  assert.ok((await cosigned()).size > 0);
});

test('its tiles give the root that was signed, and its entries hash to the tiles', async () => {
  const { size, root } = await cosigned();
  assert.deepEqual(await readRoot(subtreesFromTiles(fetchTile, size), size), root);
  const width = Math.min(size, 256);
  const suffix = width === 256 ? '' : `.p/${width}`;
  const response = await get(`tile/entries/000${suffix}`);
  assert.equal(response.headers.get('content-type'), 'application/octet-stream');
  assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  const entries = parseEntryBundle(new Uint8Array(await response.arrayBuffer())) ?? assert.fail();
  const tile = await fetchTile({ level: 0, index: 0, width });
  assert.deepEqual(Buffer.concat(entries.map((entry) => hashLeaf(entry))), Buffer.from(tile));
});

test('what is no tile, or not covered by a checkpoint, is not found and not kept', async () => {
  // Far beyond the end: the log may have grown by an entry since a witness cosigned it.
  assert.ok((await cosigned()).size < 200);
  for (const path of ['tile/', 'tile/0', 'tile/0/0', 'tile/0/x000/000', 'tile/0/000.p/255', 'tile/0/999', 'tile/64/000', 'tile/entries/999', 'tile/0/000.p/0', `tile/0/${'0'.repeat(300)}`, 'checkpoint/1']) {
    const response = await get(path);
    assert.ok(response.status === 404 || response.status === 414, `${path}: ${response.status}`);
    assert.equal(response.headers.get('cache-control'), 'no-store', path);
  }
});

test('the log grows while a witness is away, and is cosigned to its end when the witness is back', async () => {
  const before = await cosigned();
  await stopWitness();
  const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock: systemClock, random: seededRandom('ledger') });
  const administrator = await StaffMember.enrol(world, invitationCode(system.invitation ?? ''));
  const { code } = await administrator.invite({ name: 'Watcher', office: 'Privacy office', unit: 'Privacy', roles: ['privacy-officer'], institutionId: null });
  const watcher = await StaffMember.enrol(world, code);
  const vouched = async () => (await perform(watcher.connection, readOversight, {})).ledger;
  const behind = await vouched();
  assert.equal(behind.witnesses[0]?.cosigned?.size, before.size, 'the privacy officer sees where the witness has stopped');
  await startWitness(witnessPort, `${logKey.name}=${encodeVerifierKey(logKey)}`);
  for (let attempt = 0; (await readCheckpoint()).checkpoint.size === before.size; attempt += 1) {
    assert.ok(attempt < 100, 'no checkpoint over the new entry');
    await delay(200);
  }
  const after = await cosigned();
  assert.ok(after.size > before.size);
  const { checkpoint, witnesses } = await vouched();
  assert.ok(checkpoint !== null && checkpoint.size >= after.size && Date.parse(checkpoint.signedAt) > 0);
  assert.deepEqual(witnesses.map(({ name }) => name), [witnessKey.name]);
  assert.ok((witnesses[0]?.cosigned?.size ?? 0) >= after.size, 'and that it has caught up');
  const proof = await makeConsistencyProof(subtreesFromTiles(fetchTile, after.size), before.size, after.size);
  assert.deepEqual(verifyConsistency({ firstSize: before.size, firstRoot: before.root, secondSize: after.size, secondRoot: after.root, proof }), { ok: true });
});

test('healthkit ledger verify has the running vault open every event, and names the one that was edited or deleted', async () => {
  async function verify(): Promise<{ readonly code: number; readonly text: string }> {
    const lines: string[] = [];
    const code = await ledgerCommand.run(['verify', '--data', system.dataDir], { environment: {}, signal: new AbortController().signal, print: (line) => void lines.push(line) });
    return { code, text: lines.join('\n') };
  }
  const whole = await verify();
  assert.equal(whole.code, 0, whole.text);
  assert.match(whole.text, /^Events {7}\d+ opened to their entries$/m);
  const database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    const { rows: [kept] } = await database.query<{ seq: string; sealed: Buffer }>('SELECT seq, sealed FROM ledger.event ORDER BY seq DESC LIMIT 1');
    assert.ok(kept !== undefined);
    await database.query('UPDATE ledger.event SET sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) WHERE seq = $1', [kept.seq]);
    const edited = await verify();
    assert.deepEqual([edited.code, edited.text.includes(`The event of entry ${kept.seq} is not the one that was entered`)], [1, true], edited.text);
    await database.query('DELETE FROM ledger.event WHERE seq = $1', [kept.seq]);
    const deleted = await verify();
    assert.deepEqual([deleted.code, deleted.text.includes(`The event of entry ${kept.seq} is missing`)], [1, true], deleted.text);
    await database.query('INSERT INTO ledger.event (seq, sealed) VALUES ($1, $2)', [kept.seq, kept.sealed]);
    assert.equal((await verify()).code, 0);
  } finally {
    await database.end();
  }
});

test('a database that was rolled back behind the vault keeps it from starting, with a sentence that says what to do', async () => {
  const { size } = await cosigned();
  await system.kill('vault');
  const database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  for (const [table, column] of [['cosignature', 'size'], ['checkpoint', 'size'], ['event', 'seq'], ['leaf', 'seq']] as const) {
    await database.query(`DELETE FROM ledger.${table} WHERE ${column} >= $1`, [size - 2]);
  }
  await database.end();
  await assert.rejects(system.restart('vault'), /The database was rolled back: .* run npm run healthkit -- restore --data DIR/);
  assert.match(await readFile(join(system.dataDir, 'log', 'vault.log'), 'utf8'), /"error":"LedgerError","message":"The database was rolled back/);
});
