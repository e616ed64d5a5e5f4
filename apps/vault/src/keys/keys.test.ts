import assert from 'node:assert/strict';
import { chmod, chown, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { localDay } from '../identifiers.ts';
import { localCalendar } from '../localDay.ts';
import { openDatabase, type Database } from '../database.ts';
import { seededRandomness, startMs } from '../../test/city.ts';
import { startDatabase, temporaryFolder, type TestDatabase } from '../../test/startDatabase.ts';
import { fileKeyProvider } from './fileKeyProvider.ts';
import { open, seal, SealError } from './sealing.ts';
import { openVaultKeys } from './vaultKeys.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let server: TestDatabase;
let database: Database;
before(async () => {
  server = await startDatabase();
  database = openDatabase(server.urlOf('hk_vault'));
});
after(async () => {
  await database.close();
  await server.stop();
});

const random = seededRandomness('keys');
const [monday, tuesday] = [localDay('2026-11-23'), localDay('2026-11-24')];
const keysAt = (keyFolder: string, nowMs = startMs) => fileKeyProvider(keyFolder, random).then((provider) => openVaultKeys({
  database, provider, random, calendar: localCalendar('Asia/Shanghai'), now: () => nowMs, issuer: { id: 'HC', name: 'Haichuan' }, visitTermDays: 14,
}));

test('what is sealed opens in its own place only', () => {
  const key = random(32);
  const sealed = seal(key, 'table/column/1', Buffer.from('secret'), random);
  assert.equal(open(key, 'table/column/1', sealed).toString(), 'secret');
  assert.throws(() => open(key, 'table/column/2', sealed), SealError);
  assert.throws(() => open(random(32), 'table/column/1', sealed), SealError);
  for (let byte = 0; byte < sealed.length; byte += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(byte) ^ 1, byte);
    assert.throws(() => open(key, 'table/column/1', changed), SealError);
  }
  assert.throws(() => open(key, 'table/column/1', sealed.subarray(0, 20)), SealError);
});

test('the key-encryption key is made once, 32 bytes that its owner alone can read', async () => {
  await fileKeyProvider(folder, random);
  const first = await readFile(join(folder, 'kek'));
  await fileKeyProvider(folder, random);
  assert.equal(first.length, 32);
  assert.deepEqual(await readFile(join(folder, 'kek')), first);
  assert.equal((await stat(join(folder, 'kek'))).mode & 0o777, 0o600);
  assert.deepEqual((await readdir(folder)).sort(), ['day', 'kek'], 'no draft is left');
});

test('a key that others can read, or of another length, is refused with one sentence', async () => {
  await fileKeyProvider(folder, random);
  await chmod(join(folder, 'kek'), 0o640);
  await assert.rejects(fileKeyProvider(folder, random), { message: `The key ${join(folder, 'kek')} can be read by others than its owner: set its mode to 0600.` });
  await chmod(join(folder, 'kek'), 0o600);
  await writeFile(join(folder, 'kek'), 'short');
  await assert.rejects(fileKeyProvider(folder, random), /is damaged: it must have 32 bytes/);
});

test('a key folder that others can enter, a key of another owner, and a symbolic link in a key\'s place are refused with one sentence', async () => {
  await fileKeyProvider(folder, random);
  await chmod(folder, 0o711);
  await assert.rejects(fileKeyProvider(folder, random), { message: `The key folder ${folder} can be entered by others than its owner: set its mode to 0700.` });
  await chmod(folder, 0o700);
  const kek = join(folder, 'kek');
  if (process.getuid?.() === 0) {
    await chown(kek, 65534, 65534);
    await assert.rejects(fileKeyProvider(folder, random), { message: `The key ${kek} belongs to the user with number 65534, and the vault runs as 0: give it to the vault's user.` });
    await chown(kek, 0, 0);
  }
  await rename(kek, join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), kek);
  await assert.rejects(fileKeyProvider(folder, random), { message: `The key ${kek} is not a file: a symbolic link is not followed.` });
});

test('providers that start at once on an empty folder share one key', async () => {
  const providers = await Promise.all(Array.from({ length: 5 }, () => fileKeyProvider(folder, random)));
  const wrapped = await providers[0]?.wrap('name', Buffer.alloc(32, 7));
  assert.ok(wrapped !== undefined);
  for (const provider of providers) assert.deepEqual(await provider.unwrap('name', wrapped), Buffer.alloc(32, 7));
});

test('once a day\'s secret is destroyed, its wrapped key is blind in every copy; the next day\'s is not', async () => {
  const provider = await fileKeyProvider(folder, random);
  const [first, second] = [await provider.wrapForDay(monday, Buffer.alloc(32, 1)), await provider.wrapForDay(tuesday, Buffer.alloc(32, 2))];
  assert.deepEqual(await provider.unwrapForDay(monday, first), Buffer.alloc(32, 1));
  await provider.destroyDaysBefore(tuesday);
  assert.equal(await provider.unwrapForDay(monday, first), null);
  assert.deepEqual(await provider.unwrapForDay(tuesday, second), Buffer.alloc(32, 2));
  assert.deepEqual(await readdir(join(folder, 'day')), [tuesday]);
});

test('vaults that start at once on one database have the same keys, and the ledger has each key\'s making once', async () => {
  const all = await Promise.all([keysAt(folder), keysAt(folder), keysAt(folder)]);
  const [first] = all;
  assert.ok(first !== undefined);
  for (const keys of all) {
    assert.deepEqual([keys.health.key, keys.blindIndex, keys.ledgerEvent, keys.sealing.publicKey, keys.issuer.pass.kid], [first.health.key, first.blindIndex, first.ledgerEvent, first.sealing.publicKey, first.issuer.pass.kid]);
    assert.deepEqual((await keys.visit(monday))?.key, (await first.visit(monday))?.key);
  }
  const rows = await server.sql<{ keys: number; leaves: number; last: string }>(
    'SELECT (SELECT count(*) FROM vault.sealed_key)::int + (SELECT count(*) FROM vault.day_key)::int AS keys, count(*)::int AS leaves, max(seq) AS last FROM ledger.leaf',
  );
  assert.equal(rows[0]?.keys, rows[0]?.leaves);
  assert.equal(Number(rows[0]?.last), (rows[0]?.leaves ?? 0) - 1, 'positions have no gaps');
  await assert.rejects(keysAt(`${folder}/another`), SealError, 'another key folder opens nothing');
});

test('no key is stored in clear', async () => {
  const provider = await fileKeyProvider(join(folder, 'fresh'), random);
  const rows = await server.sql<{ wrapped: Buffer }>('SELECT wrapped FROM vault.sealed_key UNION ALL SELECT wrapped FROM vault.day_key');
  assert.ok(rows.length > 10);
  for (const { wrapped } of rows) await assert.rejects(async () => provider.unwrap('sector/health', { wrapped, kekVersion: 1 }), SealError);
});
