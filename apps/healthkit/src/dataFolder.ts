/**
 * The data folder: where things lie in it, whose it is, and that only one start uses it at a time.
 *
 *     installation.json   what the first start decided
 *     secrets/            database passwords (0700)
 *     keys/               the vault's keys (0700)
 *     postgres/           the embedded database
 *     run/                sockets and process numbers of the running system
 *     log/                what the processes wrote (0700)
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, open, readdir, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorText, StartError } from './startError.ts';

export type DataFolder = {
  readonly path: string;
  readonly installation: string;
  readonly secrets: string;
  readonly keys: string;
  readonly postgres: string;
  readonly run: string;
  readonly log: string;
};

/** Where things lie in the data folder at `path` (absolute). */
export function dataFolderAt(path: string): DataFolder {
  return {
    path,
    installation: join(path, 'installation.json'),
    secrets: join(path, 'secrets'),
    keys: join(path, 'keys'),
    postgres: join(path, 'postgres'),
    run: join(path, 'run'),
    log: join(path, 'log'),
  };
}

/**
 * The path with symbolic links resolved as far as it exists, so that two spellings of one folder are one folder.
 */
export async function canonicalPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw folderError(path, error);
    return join(await canonicalPath(dirname(path)), basename(path));
  }
}

/**
 * Makes sure, without making anything, that the folder can be used: it can be written, and it is new, empty or ours.
 *
 * @throws {StartError} when it cannot
 */
export async function checkDataFolder(path: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(path);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw folderError(path, error);
    return checkParent(path, dirname(path));
  }
  const isOurs = names.includes('secrets') || names.every((name) => name.startsWith('.') || name === 'lost+found');
  if (!isOurs) throw new StartError(`The folder ${path} holds other files: choose a new or empty one with --data.`);
}

async function checkParent(path: string, parent: string): Promise<void> {
  try {
    if (!(await stat(parent)).isDirectory()) throw new StartError(`The data folder ${path} cannot be made: ${parent} is not a folder.`);
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return checkParent(path, dirname(parent));
    throw error instanceof StartError ? error : folderError(path, error);
  }
}

function folderError(path: string, error: unknown): StartError {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'this user may not read and write it',
    EPERM: 'this user may not read and write it',
    EROFS: 'it lies on a read-only file system',
    ENOTDIR: 'it is not a folder',
    ENOENT: 'no folder can be made there',
    ENOSPC: 'the disk is full',
    ELOOP: 'its symbolic links go in circles',
  };
  return new StartError(`The data folder ${path} cannot be used: ${reasons[errorCode(error) ?? ''] ?? errorText(error)}.`);
}

/**
 * Makes the folders that are missing.
 *
 * The outer folder and `run` can be crossed by others (0711) because the database runs under a user number of its
 * own; what lies in them is closed to everybody else.
 */
export async function makeDataFolder(folder: DataFolder): Promise<void> {
  try {
    await makeFolderAndParents(folder.path);
    await chmod(folder.path, 0o711);
    for (const [path, mode] of [[folder.run, 0o711], [folder.keys, 0o700], [folder.log, 0o700], [folder.secrets, 0o700]] as const) {
      await mkdir(path, { recursive: true, mode });
      await chmod(path, mode);
    }
  } catch (error) {
    throw folderError(folder.path, error);
  }
}

/** Folder by folder: asked to do it in one, Node tries for ever where the system answers that a parent does not exist although it does (/proc). */
async function makeFolderAndParents(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path || (await stat(parent).catch(() => null)) !== null) throw error;
    await makeFolderAndParents(parent);
    await mkdir(path);
  }
}

export type FolderLock = { release(): Promise<void> };

/**
 * Takes the folder for this process, until it is released or the process dies by whatever cause.
 *
 * The lock is a listening Unix socket whose name is derived from the path: on Linux in the abstract namespace, where
 * the kernel frees it with its process, so that no file can be left behind and no two starts can both win.
 *
 * @throws {StartError} when another start has it
 */
export async function lockDataFolder(path: string): Promise<FolderLock> {
  const name = `health-kit-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
  const isAbstract = process.platform === 'linux';
  const server = createServer((socket) => socket.destroy());
  const address = isAbstract ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  try {
    await listenAt(server, address);
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') {
      throw new StartError(`Health Kit is already running on the data folder ${path}: stop it first, or choose another folder with --data.`);
    }
    throw new StartError(`The data folder ${path} cannot be locked: ${errorText(error)}.`);
  }
  server.unref();
  return {
    release: async () => {
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

async function listenAt(server: Server, path: string): Promise<void> {
  server.listen({ path, exclusive: true });
  await once(server, 'listening');
}

/** Longest path of a Unix socket in bytes, without the closing zero (`sun_path`, unix(7)). */
const longestSocketPath = 107;

/** Room for the longest name that is put into a socket folder. */
const longestSocketName = '/vault/.s.PGSQL.5432'.length;

/**
 * The folder for the sockets: `run` in the data folder, or a short one of the operating system's temporary folder
 * where the kernel's limit leaves no room.
 *
 * @returns its path, and how to remove it after use
 */
export async function makeSocketFolder(folder: DataFolder): Promise<{ readonly path: string; remove(): Promise<void> }> {
  if (Buffer.byteLength(folder.run) + longestSocketName <= longestSocketPath) {
    return { path: folder.run, remove: () => Promise.resolve() };
  }
  const path = await mkdtemp(join(tmpdir(), 'hk-'));
  await chmod(path, 0o711);
  return {
    path,
    remove: async () => {
      for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
      await rmdir(path);
    },
  };
}

/** Writes a file whole or not at all, also when the power fails (write, sync, rename, sync the folder); mode 0600. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
