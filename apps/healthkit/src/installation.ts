/** What the first start on a data folder decided, for every start after it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newPassword, serviceRoles, type ServiceRole } from './databaseAccess.ts';
import { writeWhole, type DataFolder } from './dataFolder.ts';
import { errorCode, StartError } from './startError.ts';

export type Installation = {
  /** `filling`: the first start was interrupted while it made the synthetic city. */
  readonly demo: 'none' | 'filling' | 'filled';
  /** How to sign in as each role of the synthetic city, as it is printed. */
  readonly signIn: readonly string[];
};

/** Reads the record of the first start; null when none has come to its end. */
export async function readInstallation(folder: DataFolder): Promise<Installation | null> {
  const value = await readJson(folder.installation);
  if (value === null) return null;
  if (typeof value === 'object' && 'demo' in value && 'signIn' in value) {
    const { demo, signIn } = value;
    if ((demo === 'none' || demo === 'filling' || demo === 'filled') && Array.isArray(signIn)) {
      return { demo, signIn: signIn.filter((line) => typeof line === 'string') };
    }
  }
  throw new StartError(`The file ${folder.installation} is damaged: restore it from a backup.`);
}

/** Records what the first start decided. */
export async function writeInstallation(folder: DataFolder, installation: Installation): Promise<void> {
  await writeWhole(folder.installation, `${JSON.stringify(installation, null, 2)}\n`);
}

export type DatabasePasswords = Readonly<Record<ServiceRole | 'postgres', string>>;

/** The passwords of the database roles: made at random on the first start, kept in `secrets`. */
export async function databasePasswords(folder: DataFolder): Promise<DatabasePasswords> {
  const path = join(folder.secrets, 'database.json');
  const stored = await readJson(path);
  if (stored === null) {
    const passwords: DatabasePasswords = { postgres: newPassword(), hk_server: newPassword(), hk_vault: newPassword() };
    await writeWhole(path, `${JSON.stringify(passwords, null, 2)}\n`);
    return passwords;
  }
  if (hasPasswords(stored)) return stored;
  throw new StartError(`The file ${path} is damaged: restore it from a backup.`);
}

function hasPasswords(value: unknown): value is DatabasePasswords {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map(Object.entries(value));
  return ['postgres', ...serviceRoles].every((role) => typeof entries.get(role) === 'string');
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new StartError(`The file ${path} cannot be read by this user.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new StartError(`The file ${path} is damaged: restore it from a backup.`);
  }
}
