/**
 * Under which user number the embedded database runs.
 *
 * PostgreSQL refuses to run as root. Started by root, it therefore runs under a number of its own that no account
 * has: nothing else on the machine shares it, nobody can sign in as it, and no account is added to the machine.
 * Where that number cannot reach the program or the data (a clone in /root), it is given one Linux capability that
 * lets it look past folder permissions, and nothing more.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartError } from './startError.ts';

/** Who runs the database; `null` is the user who runs this process. */
export type DatabaseUser = { readonly uid: number; readonly capability: string | null } | null;

/**
 * A number that Debian leaves to nobody (Debian Policy 9.2.2: 30000 to 59999 are reserved), so that an account made
 * later does not get it.
 */
const firstOwnUid = 58_432;

/**
 * Decides who runs the database.
 *
 * @param dataOwner uid that owns the existing cluster, null when there is none yet
 * @param programs files and folders of the program that the database must be able to read
 * @param folders what the database must be able to pass through; what lies in them is its own
 */
export async function chooseDatabaseUser(
  dataOwner: number | null, { programs, folders }: { readonly programs: readonly string[]; readonly folders: readonly string[] },
): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return null;
  const uid = dataOwner !== null && dataOwner !== 0 ? dataOwner : ownUid(0);
  const reaches = async () => {
    for (const path of programs) if (!(await canReach(uid, path))) return false;
    for (const path of folders) if (!(await canCross(uid, path))) return false;
    return true;
  };
  return { uid, capability: (await reaches()) ? null : readingCapability() };
}

/**
 * The account that creates the cluster: `initdb` insists on a user with a name, which {@link chooseDatabaseUser}'s
 * number has not. Its files are handed over to that number before the database ever starts.
 */
export function namedStandIn(user: DatabaseUser): DatabaseUser {
  if (user === null || accounts().has(user.uid)) return user;
  const nobody = [...accounts()].find(([, name]) => name === 'nobody')?.[0];
  if (nobody === undefined) throw new StartError('The embedded database cannot be created: started by root it needs the account "nobody", which this machine lacks.');
  return { uid: nobody, capability: user.capability };
}

/** Starts a program as `user`, in a session of its own so that a Ctrl-C in the terminal does not reach it directly. */
export function spawnAs(user: DatabaseUser, command: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const options = { stdio, detached: true, cwd: '/', env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' } };
  if (user === null) return spawn(command, [...args], options);
  if (user.capability === null) return spawn(command, [...args], { ...options, uid: user.uid, gid: user.uid });
  const setpriv = [
    `--reuid=${user.uid}`, `--regid=${user.uid}`, '--clear-groups', '--no-new-privs',
    // access(2) looks at the real user and forgets ambient capabilities unless this bit is set; initdb asks it.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${user.capability}`, `--ambient-caps=-all,+${user.capability}`,
  ];
  return spawn('setpriv', [...setpriv, command, ...args], options);
}

/** Hands a file or folder with all it holds over to `user`. */
export async function giveTo(user: DatabaseUser, path: string): Promise<void> {
  if (user === null) return;
  await chown(path, user.uid, user.uid);
  if (!(await stat(path)).isDirectory()) return;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(user, inner);
    else if (entry.isFile()) await chown(inner, user.uid, user.uid);
  }
}

/** Lets everybody run a program of ours, should a strict umask have installed it for its owner alone. */
export async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

/** Account names by uid; read from the file, as `getent` is not everywhere. */
function accounts(): ReadonlyMap<number, string> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  return new Map(lines.flatMap(([name, , uid]) => (name !== undefined && uid !== undefined ? [[Number(uid), name] as const] : [])));
}

/** The number of the `index`-th part of the system that has one of its own; the same at every start, as long as no account takes it. */
export function ownUid(index: number): number {
  const taken = accounts();
  const free: number[] = [];
  for (let uid = firstOwnUid; free.length <= index; uid += 1) if (!taken.has(uid)) free.push(uid);
  return free[index] ?? firstOwnUid;
}

/** Whether `uid`, being in no group, may read `path` and enter every folder above it. Access lists are not considered: without them the answer is only more careful. */
export async function canReach(uid: number, path: string): Promise<boolean> {
  const target = await stat(path);
  if (!isAllowed(uid, target, target.isDirectory() ? 0o5 : 0o4)) return false;
  return canCross(uid, dirname(path));
}

/** Whether `uid`, being in no group, may pass through a folder and every folder above it. */
export async function canCross(uid: number, path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!isAllowed(uid, await stat(folder), 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function isAllowed(uid: number, file: { readonly uid: number; readonly mode: number }, wanted: number): boolean {
  const granted = file.uid === uid ? file.mode >> 6 : file.mode;
  return (granted & wanted) === wanted;
}

/**
 * The least capability this process can pass on that lets database or vault reach closed folders: reading alone, or, in
 * containers that withhold that one, the one that overrides permissions.
 */
export function readingCapability(): string {
  if (mayPassOn(2)) return 'dac_read_search';
  if (mayPassOn(1)) return 'dac_override';
  throw new StartError('Database and vault may not run as root and cannot reach this folder otherwise: start Health Kit as an ordinary user, or from a folder that everybody may enter.');
}

/** Whether this process has the capability of that number (linux/capability.h), and so can pass it on. */
function mayPassOn(capability: number): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  return ((BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`) >> BigInt(capability)) & 1n) === 1n;
}
