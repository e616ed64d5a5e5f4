import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { canonicalPath, checkDataFolder, dataFolderAt, lockDataFolder, makeDataFolder, makeSocketFolder, writeWhole } from './dataFolder.ts';
import { claimablePort } from './freePort.ts';
import { databasePasswords, readInstallation, writeInstallation } from './installation.ts';
import { StartError } from './startError.ts';

async function temporaryFolder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hk-folder-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('a folder that is new, empty or ours can be used, and looking at it makes nothing', async (context) => {
  const path = join(await temporaryFolder(context), 'a', 'b');
  await checkDataFolder(path);
  await assert.rejects(stat(path));
  await mkdir(path, { recursive: true });
  await checkDataFolder(path);
  await makeDataFolder(dataFolderAt(path));
  await checkDataFolder(path);
});

test('a folder with other files, a file, and a path below a file are refused', async (context) => {
  const path = await temporaryFolder(context);
  await writeFile(join(path, 'thesis.doc'), '');
  for (const bad of [path, join(path, 'thesis.doc'), join(path, 'thesis.doc', 'data')]) {
    await assert.rejects(checkDataFolder(bad), StartError);
  }
});

test('a place where no folder can be made is refused, not tried for ever', { skip: process.platform !== 'linux', timeout: 10_000 }, async () => {
  await assert.rejects(makeDataFolder(dataFolderAt('/proc/nope/data')), StartError);
});

test('secrets, keys and logs are closed to others', async (context) => {
  const folder = dataFolderAt(await temporaryFolder(context));
  await makeDataFolder(folder);
  for (const path of [folder.secrets, folder.keys, folder.log]) assert.equal((await stat(path)).mode & 0o777, 0o700);
  await databasePasswords(folder);
  assert.equal((await stat(join(folder.secrets, 'database.json'))).mode & 0o777, 0o600);
});

test('passwords are random, and the same on the next start', async (context) => {
  const [one, other] = [dataFolderAt(await temporaryFolder(context)), dataFolderAt(await temporaryFolder(context))];
  await makeDataFolder(one);
  await makeDataFolder(other);
  const passwords = await databasePasswords(one);
  assert.deepEqual(await databasePasswords(one), passwords);
  const all = [...Object.values(passwords), ...Object.values(await databasePasswords(other))];
  assert.equal(new Set(all).size, 6);
});

test('only one start has a folder, however its path is spelt, and the next one after it is released', async (context) => {
  const path = await temporaryFolder(context);
  const spelling = `${path}-link`;
  await symlink(path, spelling);
  context.after(() => rm(spelling));
  const lock = await lockDataFolder(await canonicalPath(path));
  await assert.rejects(lockDataFolder(await canonicalPath(spelling)), /already running on the data folder/);
  await lock.release();
  await (await lockDataFolder(await canonicalPath(spelling))).release();
});

test('sockets move to a short folder where the path would be too long for one', async (context) => {
  const base = await temporaryFolder(context);
  const near = await makeSocketFolder(dataFolderAt(base));
  assert.equal(near.path, join(base, 'run'));
  const far = await makeSocketFolder(dataFolderAt(join(base, 'x'.repeat(100))));
  assert.ok(far.path.length < 80);
  await writeFile(join(far.path, 'left-over'), '');
  await far.remove();
  await assert.rejects(stat(far.path));
});

test('what the first start decided is found by the next, and a damaged record is refused', async (context) => {
  const folder = dataFolderAt(await temporaryFolder(context));
  assert.equal(await readInstallation(folder), null);
  await writeInstallation(folder, { demo: 'filled', signIn: ['Tracer: http://localhost/1'] });
  assert.deepEqual(await readInstallation(folder), { demo: 'filled', signIn: ['Tracer: http://localhost/1'] });
  await writeWhole(folder.installation, '{"demo":"perhaps"}');
  await assert.rejects(readInstallation(folder), StartError);
  assert.equal(await readFile(folder.installation, 'utf8'), '{"demo":"perhaps"}');
});

test('a port that is taken is refused with a sentence, a free one is found', async () => {
  const { createServer } = await import('node:net');
  const taken = createServer();
  const port = await claimablePort(0);
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  await assert.rejects(claimablePort(port), (error: unknown) => error instanceof StartError && error.message.includes(`Port ${port} is already in use`));
  await new Promise((resolve) => taken.close(resolve));
  assert.equal(await claimablePort(port), port);
});
