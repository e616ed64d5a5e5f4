import { createHash, createSecretKey, hkdfSync } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, lstat, mkdir, open as openFile, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '@health-kit/api';
import type { Randomness } from '../randomness.ts';
import type { KeyProvider } from './keyProvider.ts';
import { loadedKeks } from './loadedKeks.ts';
import { open, seal } from './sealing.ts';

const keyLength = 32;
const kekFile = /^kek(?:-(\d+))?$/;
const dayFile = /^\d{4}-\d\d-\d\d$/;

/** Why the key folder cannot be used, as one sentence for the operator. */
export class KeyFolderError extends Error {
  override readonly name = 'KeyFolderError';
}

/**
 * Keys in a folder of one machine: `kek`, 32 random bytes made on the first start, its next versions `kek-2`,
 * `kek-3` …, and `day/<day>`, a secret per day. Several vault processes on the machine may share it.
 *
 * @throws {KeyFolderError} when a key has the wrong length or others than its owner can read it
 */
export async function fileKeyProvider(folder: string, random: Randomness): Promise<KeyProvider> {
  const dayFolder = join(folder, 'day');
  await mkdir(dayFolder, { recursive: true, mode: 0o700 });
  for (const each of [folder, dayFolder]) await refuseOpenFolder(each);
  const pathOf = (version: number) => join(folder, version === 1 ? 'kek' : `kek-${version}`);
  async function kekVersions(): Promise<readonly number[]> {
    const names = await readdir(folder);
    return names.flatMap((name) => {
      const found = kekFile.exec(name);
      return found === null ? [] : [found[1] === undefined ? 1 : Number(found[1])];
    }).sort((a, b) => a - b);
  }

  if ((await kekVersions()).length === 0) await createSecret(pathOf(1), random);
  const keks = loadedKeks(async (version) => {
    const kek = await readSecret(pathOf(version));
    // A key object is made once: for thousands of data keys at a time, handing the bytes over anew costs more than the cipher does.
    return kek === null ? null : createSecretKey(kek);
  });
  for (const version of await kekVersions()) await keks.find(version);

  /** Of a day's secret and a version of the key-encryption key: neither alone opens a day. */
  async function wrappingKey(day: Day, kekVersion: number, create: boolean): Promise<Buffer | null> {
    const path = join(dayFolder, day);
    const secret = (await readSecret(path)) ?? (create ? await createSecret(path, random) : null);
    return secret === null ? null : Buffer.from(hkdfSync('sha256', secret, (await keks.find(kekVersion)).export(), `day/${day}`, keyLength));
  }

  return {
    kind: 'file', kekVersions,
    async makeKek(version) {
      if ((await readSecret(pathOf(version))) === null) await createSecret(pathOf(version), random);
    },
    useKeks: keks.use,
    async destroyKeksBefore(version) {
      for (const each of await kekVersions()) if (each < version) await overwriteAndRemove(pathOf(each));
      const opened = await openFile(folder, 'r');
      await opened.sync().finally(() => opened.close());
    },
    async wrap(name, key) {
      const { version, kek } = await keks.used();
      return { wrapped: seal(kek, name, key, random), kekVersion: version };
    },
    unwrap: async (name, { wrapped, kekVersion }) => open(await keks.find(kekVersion), name, wrapped),
    async wrapForDay(day, key) {
      const { version } = await keks.used();
      const wrapping = await wrappingKey(day, version, true);
      if (wrapping === null) throw new KeyFolderError('The secret of a day could not be made.');
      return { wrapped: seal(wrapping, `day/${day}`, key, random), kekVersion: version };
    },
    async unwrapForDay(day, { wrapped, kekVersion }) {
      const wrapping = await wrappingKey(day, kekVersion, false);
      return wrapping === null ? null : open(wrapping, `day/${day}`, wrapped);
    },
    destroyOutsideFolder: () => Promise.resolve(),
    async destroyDaysBefore(day) {
      for (const name of await readdir(dayFolder)) if (dayFile.test(name) && name < day) await overwriteAndRemove(join(dayFolder, name));
    },
  };
}

/** Overwrites first: what the file system keeps of a removed file is then nothing, as far as it overwrites in place. */
async function overwriteAndRemove(path: string): Promise<void> {
  const file = await openFile(path, 'r+').catch(() => null);
  if (file !== null) {
    await file.write(Buffer.alloc(keyLength), 0, keyLength, 0);
    await file.sync();
    await file.close();
  }
  await rm(path, { force: true });
}

/** The folder must be a folder, and its owner's alone: who may write there could put a key of their own in its place. */
async function refuseOpenFolder(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink() || !found.isDirectory()) throw new KeyFolderError(`The key folder ${path} is not a folder: a symbolic link is not followed.`);
  refuseOtherOwner(path, found.uid);
  if ((found.mode & 0o077) !== 0) throw new KeyFolderError(`The key folder ${path} can be entered by others than its owner: set its mode to 0700.`);
}

function refuseOtherOwner(path: string, owner: number): void {
  const self = process.geteuid?.();
  if (self !== undefined && owner !== self) throw new KeyFolderError(`The key ${path} belongs to the user with number ${owner}, and the vault runs as ${self}: give it to the vault's user.`);
}

/** The PIN of a token, from a file in the key folder as safe as a key: read here, so that it is on no command line and in no setting. */
export async function readPin(folder: string): Promise<string> {
  await refuseOpenFolder(folder);
  const path = join(folder, 'pkcs11-pin');
  const found = await lstat(path).catch(() => null);
  if (found !== null) refuseOpenFile(path, found);
  const pin = found === null ? '' : (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  if (pin === '') throw new KeyFolderError(`The PIN of the token is expected in ${path}, with mode 0600.`);
  return pin;
}

function refuseOpenFile(path: string, found: Stats): void {
  if (!found.isFile()) throw new KeyFolderError(`The key ${path} is not a file: a symbolic link is not followed.`);
  refuseOtherOwner(path, found.uid);
  if ((found.mode & 0o077) !== 0) throw new KeyFolderError(`The key ${path} can be read by others than its owner: set its mode to 0600.`);
}

async function readSecret(path: string): Promise<Buffer | null> {
  const found = await lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new KeyFolderError(`The key ${path} cannot be read.`);
  });
  if (found === null) return null;
  refuseOpenFile(path, found);
  const secret = await readFile(path).catch(() => {
    throw new KeyFolderError(`The key ${path} cannot be read.`);
  });
  if (secret.length !== keyLength) throw new KeyFolderError(`The key ${path} is damaged: it must have ${keyLength} bytes.`);
  return secret;
}

/** Makes a secret that is whole or absent after a crash; of several processes that make it at once, one wins and all read that one. */
async function createSecret(path: string, random: Randomness): Promise<Buffer> {
  const secret = Buffer.from(random(keyLength));
  const draft = `${path}.${createHash('sha256').update(secret).update(String(process.pid)).digest('hex').slice(0, 16)}.draft`;
  await writeFile(draft, secret, { mode: 0o600, flush: true });
  try {
    // A link, unlike a rename, fails when the name is taken.
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // Some file systems have no links; there a single process is the rule.
    if (error.code === 'EPERM' || error.code === 'ENOTSUP') await rename(draft, path);
    else if (error.code !== 'EEXIST') throw new KeyFolderError(`The key ${path} cannot be written.`);
  } finally {
    await rm(draft, { force: true });
  }
  const folder = await openFile(join(path, '..'), 'r');
  await folder.sync().finally(() => folder.close());
  const made = await readSecret(path);
  if (made === null) throw new KeyFolderError(`The key ${path} cannot be written.`);
  return made;
}
