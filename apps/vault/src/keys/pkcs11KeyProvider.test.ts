import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { controlledClock } from '@health-kit/api/process-settings';
import { installDebianPackages } from '../../../../bin/debianPackages.ts';
import { seededRandomness, startMs } from '../../test/city.ts';
import { startDatabase, temporaryFolder } from '../../test/startDatabase.ts';
import { localDay } from '../identifiers.ts';
import { openVault } from '../openVault.ts';
import { destroyTokenKeys, pkcs11KeyProvider } from './pkcs11KeyProvider.ts';
import { openPkcs11Session, Pkcs11Error } from './pkcs11Module.ts';
import { SealError } from './sealing.ts';

const module = '/usr/lib/softhsm/libsofthsm2.so';
const random = seededRandomness('pkcs11');
const [monday, tuesday] = [localDay('2026-11-23'), localDay('2026-11-24')];

let folder: string;
before(async () => {
  const missing = installDebianPackages([{ package: 'softhsm2', file: module }]);
  assert.equal(missing, null, missing ?? '');
  folder = await temporaryFolder();
  await mkdir(join(folder, 'tokens'), { mode: 0o700 });
  await writeFile(join(folder, 'softhsm2.conf'), `directories.tokendir = ${folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`);
  // Read by the module itself, once, when it is loaded into this process.
  process.env['SOFTHSM2_CONF'] = join(folder, 'softhsm2.conf');
  for (const label of ['city', 'other', 'rotated', 'never opened']) {
    const made = spawnSync('softhsm2-util', ['--init-token', '--free', '--label', label, '--pin', '2468-1357', '--so-pin', '1357-2468'], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  }
});
after(() => rm(folder, { recursive: true, force: true }));

const provider = (token = 'city', pin = '2468-1357') => pkcs11KeyProvider({ module, token, pin }, random);

test('what one start wraps, the next unwraps; under another name or with another token nobody does', async () => {
  const wrapped = await (await provider()).wrap('name', Buffer.alloc(32, 7));
  assert.deepEqual(await (await provider()).unwrap('name', wrapped), Buffer.alloc(32, 7));
  await assert.rejects(async () => (await provider()).unwrap('another name', wrapped), SealError);
  await assert.rejects(async () => (await provider('other')).unwrap('name', wrapped), SealError);
});

test('the key-encryption key never leaves the token, and is made once', async () => {
  await provider();
  const session = openPkcs11Session(module, 'city', '2468-1357');
  const keys = session.findKeys('health-kit kek/1');
  assert.equal(keys.length, 1);
  for (const key of keys) assert.equal(session.isReadable(key), false);
  // What the token does give away is the intermediate key as the key-encryption key wraps it: nonce, 32 bytes, tag.
  assert.equal(session.readData('health-kit intermediate/1')?.length, 12 + 32 + 16);
});

test('a day\'s secret is destroyed in the token, and its wrapped key is blind; the next day\'s is not', async () => {
  const keys = await provider();
  const [first, second] = [await keys.wrapForDay(monday, Buffer.alloc(32, 1)), await keys.wrapForDay(tuesday, Buffer.alloc(32, 2))];
  assert.deepEqual(await (await provider()).unwrapForDay(monday, first), Buffer.alloc(32, 1));
  await assert.rejects(keys.unwrapForDay(tuesday, first), SealError, 'not as another day');
  await keys.destroyDaysBefore(tuesday);
  assert.equal(await keys.unwrapForDay(monday, first), null);
  assert.equal(await (await provider()).unwrapForDay(monday, first), null);
  assert.deepEqual(await keys.unwrapForDay(tuesday, second), Buffer.alloc(32, 2));
});

test('the next version of the key-encryption key is known to every process at once, and the old one is destroyed in the token', async () => {
  const [first, late] = [await provider('rotated'), await provider('rotated')];
  const [old, oldDay] = [await first.wrap('name', Buffer.alloc(32, 7)), await first.wrapForDay(monday, Buffer.alloc(32, 1))];
  await first.makeKek(2);
  await first.makeKek(2);
  assert.equal((await first.wrap('name', Buffer.alloc(32, 8))).kekVersion, 1, 'made, and not in use yet');
  first.useKeks([1, 2]);
  const anew = await first.wrap('name', Buffer.alloc(32, 7));
  const day = await first.wrapForDay(monday, await first.unwrapForDay(monday, oldDay) ?? assert.fail('no day'));
  assert.deepEqual([anew.kekVersion, day.kekVersion], [2, 2]);
  assert.deepEqual(await late.unwrap('name', anew), Buffer.alloc(32, 7), 'a process that has not looked yet');
  assert.deepEqual(await late.unwrapForDay(monday, day), Buffer.alloc(32, 1));

  await first.destroyKeksBefore(2);
  assert.deepEqual(await late.kekVersions(), [2]);
  const session = openPkcs11Session(module, 'rotated', '2468-1357');
  assert.deepEqual([session.findKeys('health-kit kek/1').length, session.readData('health-kit intermediate/1'), session.findKeys('health-kit kek/2').length], [0, null, 1]);
  const next = await provider('rotated');
  await assert.rejects(next.unwrap('name', old), SealError);
  await assert.rejects(next.unwrapForDay(monday, oldDay), SealError);
  assert.deepEqual([await next.unwrap('name', anew), await next.unwrapForDay(monday, day)], [Buffer.alloc(32, 7), Buffer.alloc(32, 1)]);
  assert.deepEqual(await late.unwrap('name', old), Buffer.alloc(32, 7), 'what was read a moment before still opens');
  late.useKeks([2]);
  late.useKeks([2]);
  await assert.rejects(late.unwrap('name', old), SealError, 'and is forgotten at the second look');
});

test('ten thousand data keys are unwrapped without a call to the token', async (context) => {
  const keys = await provider();
  const wrapped = await Promise.all(Array.from({ length: 10_000 }, (_, number) => keys.wrap(`person/${number}`, Buffer.alloc(32, number))));
  keys.close();
  const begun = performance.now();
  await Promise.all(wrapped.map((each, number) => keys.unwrap(`person/${number}`, each)));
  context.diagnostic(`${(performance.now() - begun).toFixed(0)} ms`);
  await assert.rejects(keys.destroyDaysBefore(tuesday), /^Pkcs11Error: .* refused C_FindObjectsInit/, 'the session was closed all the while');
});

test('a wrong PIN, another token and another module are refused with one sentence that names no PIN', async () => {
  await assert.rejects(provider('never opened', '0000-0000'), (error: unknown) => {
    assert.ok(error instanceof Pkcs11Error);
    assert.match(error.message, /refused C_Login \(0xa0\)/);
    assert.doesNotMatch(error.message, /0000/);
    return true;
  });
  await assert.rejects(provider('nowhere'), { message: `The PKCS#11 module ${module} has no token with the label "nowhere".` });
  await assert.rejects(pkcs11KeyProvider({ module: '/nowhere.so', token: 'city', pin: '1' }, random), { message: 'The PKCS#11 module /nowhere.so cannot be loaded.' });
});

test('a vault whose keys are in the token opens them again at the next start, and keeps no key in its folder', async () => {
  const database = await startDatabase();
  const keyFolder = join(folder, 'keys');
  const pinFile = join(keyFolder, 'pkcs11-pin');
  const settings = {
    databaseUrl: database.urlOf('hk_vault'), socketPath: join(folder, 'vault.sock'), keyFolder, pkcs11: { module, token: 'city' }, outboxUrl: null,
    timeZone: 'Asia/Shanghai', origin: 'http://localhost:8080', cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
  };
  const surroundings = { clock: controlledClock(startMs), random };
  try {
    await mkdir(keyFolder, { mode: 0o700 });
    await assert.rejects(openVault(settings, surroundings), /^KeyFolderError: The PIN of the token is expected in .*pkcs11-pin, with mode 0600\.$/);
    await writeFile(pinFile, '2468-1357\n', { mode: 0o644 });
    await assert.rejects(openVault(settings, surroundings), /can be read by others than its owner/);
    await chmod(pinFile, 0o600);
    const first = await openVault(settings, surroundings);
    await first.database.close();
    const second = await openVault(settings, surroundings);
    await second.database.close();
    assert.deepEqual([second.keys.health.key, second.keys.blindIndex, second.keys.issuer.pass.kid], [first.keys.health.key, first.keys.blindIndex, first.keys.issuer.pass.kid]);
    assert.ok(!(await readdir(keyFolder)).includes('kek'));
  } finally {
    await database.stop();
  }
});

test('at the end of the system nothing of it is left in the token, and nothing of others is touched', async () => {
  const wrapped = await (await provider()).wrap('name', Buffer.alloc(32, 7));
  const session = openPkcs11Session(module, 'city', '2468-1357');
  session.generateKey('another program');
  destroyTokenKeys({ module, token: 'city', pin: '2468-1357' });
  assert.deepEqual(session.keyLabels('').map(({ label }) => label), ['another program']);
  assert.equal(session.readData('health-kit intermediate/1'), null);
  await assert.rejects(async () => (await provider()).unwrap('name', wrapped), SealError, 'keys that are made anew open nothing of before');
});
