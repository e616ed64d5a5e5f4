/**
 * Under which user numbers vault and server run.
 *
 * Started by root, each has a number of its own that no account has (databaseUser.ts says why), so that the server
 * cannot read the key folder, the vault's memory or the operator's socket. Where the server's number cannot reach
 * the program, it runs as the program's owner, be it uid 0, but then without one capability: it reads what that
 * owner may read, and cannot cross the folders of the vault. It never gets a capability that looks past folder
 * permissions. Started by anybody but root, all run as that user.
 */
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { chmod, chown, stat } from 'node:fs/promises';
import { canCross, canReach, giveTo, ownUid, readingCapability } from './databaseUser.ts';
import { StartError } from './startError.ts';

/** Who runs a service. */
export type ServiceUser = {
  readonly uid: number;
  readonly gid: number;
  /** Groups besides `gid`. */
  readonly groups: readonly number[];
  /** Linux capabilities it keeps, by setpriv's names. */
  readonly capabilities: readonly string[];
};

/** `null`: the user who runs this process. */
export type ServiceUsers = { readonly vault: ServiceUser; readonly server: ServiceUser } | null;

/**
 * Decides who runs vault and server.
 *
 * @param keyOwner uid that owns the existing key folder, null when there is none yet
 * @param programs files and folders of the program that both must be able to read
 * @param dataFolder what both must be able to pass through
 * @param port the server's; below 1024 it needs a capability to listen
 * @throws {StartError} when there is nobody the server could run as
 */
export async function chooseServiceUsers(
  keyOwner: number | null, { programs, dataFolder, port }: { readonly programs: readonly string[]; readonly dataFolder: string; readonly port: number },
): Promise<ServiceUsers> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return null;
  const reaches = async (uid: number) => {
    for (const path of programs) if (!(await canReach(uid, path))) return false;
    return canCross(uid, dataFolder);
  };
  const vaultUid = keyOwner !== null && keyOwner !== 0 ? keyOwner : ownUid(1);
  const serverNumber = ownUid(2) === vaultUid ? ownUid(3) : ownUid(2);
  const programOwner = (await stat(programs[0] ?? '/')).uid;
  let serverUid: number | null = null;
  for (const uid of [serverNumber, programOwner, 0]) if (serverUid === null && uid !== vaultUid && (await reaches(uid))) serverUid = uid;
  if (serverUid === null) {
    throw new StartError('Started by root, Health Kit runs its server as a user that may do less, and none can read its folder: start it as the user who owns the folder, or from a folder that everybody may enter.');
  }
  return {
    vault: {
      uid: vaultUid, gid: vaultUid, groups: [serverNumber],
      capabilities: (await reaches(vaultUid)) ? [] : [readingCapability()],
    },
    server: { uid: serverUid, gid: serverNumber, groups: [], capabilities: port > 0 && port < 1024 ? ['net_bind_service'] : [] },
  };
}

/**
 * Hands the key folder, also one that an earlier start made as root, and the folder of the vault's sockets over to
 * the vault's user. The server's group may pass through the latter, to the one socket that is the group's.
 */
export async function giveVaultItsFolders(users: ServiceUsers, keyFolder: string, socketFolder: string): Promise<void> {
  if (users === null) return;
  await giveTo({ uid: users.vault.uid, capability: null }, keyFolder);
  await chown(socketFolder, users.vault.uid, users.server.gid);
  await chmod(socketFolder, 0o710);
}

/** Starts a Node program as `user`, with the channel of `child_process.fork`. */
export function forkAs(user: ServiceUser | null, program: string, options: ForkOptions & { readonly execArgv: readonly string[] }): ChildProcess {
  if (user === null) return fork(program, [], { ...options, execArgv: [...options.execArgv] });
  const kept = user.capabilities.map((name) => `+${name}`);
  const setpriv = [
    `--reuid=${user.uid}`, `--regid=${user.gid}`, user.groups.length === 0 ? '--clear-groups' : `--groups=${user.groups.join(',')}`, '--no-new-privs',
    // Without it uid 0 would get every capability back as soon as the program is executed.
    '--securebits=+noroot,+noroot_locked,+no_setuid_fixup',
    `--inh-caps=${['-all', ...kept].join(',')}`, `--ambient-caps=${['-all', ...kept].join(',')}`, `--bounding-set=${['-all', ...kept].join(',')}`,
  ];
  // setpriv becomes the program: its number, its channel and its signals are the program's.
  return fork(program, [], { ...options, execPath: 'setpriv', execArgv: [...setpriv, process.execPath, ...options.execArgv] });
}
