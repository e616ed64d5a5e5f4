/**
 * The vault process: identities, keys, proofs, pseudonyms. Started by the healthkit command, which hands its
 * settings over in HK_SETTINGS and talks to it over the IPC channel (packages/api, processSettings.ts).
 */
import { parseFoundingInvitation, parseVaultSettings, processClock, SettingsError, type ChildMessage } from '@health-kit/api/process-settings';
import { scheduleRotations } from './keys/rotation.ts';
import { replayEndedLinks } from './journal/replayEndedLinks.ts';
import { replayShredded } from './journal/replayShredded.ts';
import { JournalError } from './journal/shredded.ts';
import { guardMemory, MemoryGuardError } from './guardMemory.ts';
import { KeyFolderError } from './keys/fileKeyProvider.ts';
import { Pkcs11Error } from './keys/pkcs11Module.ts';
import { SealError } from './keys/sealing.ts';
import { LedgerError } from './ledger/ledgerError.ts';
import type { LedgerRestoration } from './ledger/restoreLedger.ts';
import { recordRules } from './ledger/recordRules.ts';
import { scheduleCheckpoints } from './ledger/scheduleCheckpoints.ts';
import { noteEarlierUnlinked } from './ledger/unlinkedEntries.ts';
import { openVault, VaultStartError } from './openVault.ts';
import { buildOperatorSurface, operatorSocketBeside } from './operatorSocket.ts';
import { systemRandomness } from './randomness.ts';
import { restoreVault } from './restore.ts';
import { scheduleClearing } from './retention.ts';
import { raiseSystemAlarm } from './stops/alarms.ts';
import { scheduleDecoys } from './stops/placeDecoys.ts';
import { scheduleWatch } from './stops/watch.ts';
import { buildSurface, listenOnSocket, listenOnTls } from './socketServer.ts';
import { hasAdministrator, inviteFoundingOfficers } from './staff/invitations.ts';
import { SocketError } from './tlsServer.ts';
import type { Vault } from './vault.ts';

/** Seconds that messages under way get at the end. */
const settleMs = 5_000;

/** Nothing of a request is ever written: the operation, and of an error its kind and code alone. What is wrong with the ledger is said: numbers of entries, and what to do. */
function report(where: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : 'unknown';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  process.stderr.write(`${JSON.stringify({ level: 'error', part: 'vault', where, error: `${kind}${code}`, ...(error instanceof LedgerError ? { message: error.message } : {}) })}\n`);
}

/** What an operator must know of and mend, in one line. */
function notice(line: string): void {
  process.stderr.write(`${JSON.stringify({ level: 'warn', part: 'vault', notice: line })}\n`);
}

function say(message: ChildMessage): void {
  process.send?.(message);
}

async function run(): Promise<void> {
  // Before anything is read that should stay here.
  guardMemory();
  const settings = parseVaultSettings(process.env['HK_SETTINGS']);
  delete process.env['HK_SETTINGS'];
  // Whatever this process makes is its owner's alone.
  process.umask(0o077);

  const time = processClock(settings.controlledClock);
  const vault = await openVault(settings, { clock: time.clock, random: systemRandomness, report: notice, ...(settings.limits === undefined ? {} : { limits: settings.limits }) });
  // Goes with every invitation: whoever enrols knows the system by it, whatever the server says.
  const trustRoot = vault.keys.trustRoot.fingerprint;
  if (vault.restoration !== null) return restore(vault, vault.restoration);
  // Before anybody can ask: whoever was erased stays erased, whatever backup the database came back from.
  await replayShredded(vault);
  await replayEndedLinks(vault);
  await noteEarlierUnlinked(vault);
  await recordRules(vault);
  const clearing = scheduleClearing(vault, (error) => report('clearing', error));
  await clearing.look();
  const checkpoints = scheduleCheckpoints(vault, (error) => {
    report('ledger', error);
    // The database is no longer the one that was signed: the next start says so and refuses.
    if (error instanceof LedgerError && !vault.sunset.begun) void raiseSystemAlarm(vault, 'ledger').catch((failure: unknown) => report('alarm', failure)).finally(() => process.exit(1));
  });
  const watching = scheduleWatch(vault, (error) => report('watch', error));
  const decoys = scheduleDecoys(vault, (error) => report('decoys', error));
  const rotations = scheduleRotations(vault, (error) => report('rotation', error));
  const app = buildSurface(vault, report, { tls: settings.tls });
  if (settings.tls === undefined) await listenOnSocket(app, settings.socketPath, settings.socketGroup);
  else await listenOnTls(app, settings.tls);
  const operatorApp = buildOperatorSurface(vault, report);
  await listenOnSocket(operatorApp, operatorSocketBeside(settings.socketPath));

  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      clearing.stop();
      checkpoints.stop();
      watching.stop();
      decoys.stop();
      rotations.stop();
      await app.close();
      await operatorApp.close();
      await vault.messages.settle(settleMs);
      await vault.messages.close();
      await vault.database.close();
      process.exit(0);
    })();
  };
  // What has been answered has left by then.
  vault.sunset.ended = (endedAt) => {
    // Otherwise the command would take the end for a crash, and start this process again.
    if (endedAt !== null) say({ type: 'ended', sentence: `This system was ended on ${vault.calendar.dayOf(Date.parse(endedAt))}, as its operator and officers decided: everything in it is destroyed, and nothing can start on it again.` });
    setTimeout(stop, 200);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  process.on('message', (message) => {
    const answer = time.receive(message);
    if (answer !== null) {
      // On a new day the clearing comes first: whoever set the clock finds what that day would find.
      void clearing.look().then(() => watching.look()).then(() => decoys.look()).then(() => rotations.look()).then(() => say(answer));
      return;
    }
    const founding = parseFoundingInvitation(message);
    if (founding === null) return;
    inviteFoundingOfficers(vault, founding.officers).then(
      (invitations) => say({ type: 'invitations', invitations: invitations.map(({ officer, code }) => ({ officer, code: `${code}.${trustRoot}` })) }),
      (error: unknown) => {
        report('invite-founding-officers', error);
        say({ type: 'invitations', invitations: [] });
      },
    );
  });

  if (await hasAdministrator(vault.database)) say({ type: 'ready', trustRoot });
  else {
    const [first] = await inviteFoundingOfficers(vault, [{
      name: 'Administrator', office: settings.cityName.en, unit: 'Administration', roles: ['administrator'], institutionId: null,
    }]);
    say(first === undefined ? { type: 'ready', trustRoot } : { type: 'ready', trustRoot, invitation: `${settings.origin}/console/enrol#${first.code}.${trustRoot}` });
  }
}

/** Makes the database whole, says what was done, and serves nobody. */
async function restore(vault: Vault, restoration: LedgerRestoration): Promise<void> {
  const restored = await restoreVault(vault, restoration);
  const stop = () => void vault.database.close().then(() => process.exit(0));
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  say({ type: 'ready', restored });
}

run().catch((error: unknown) => {
  const sentence = error instanceof SettingsError || error instanceof KeyFolderError || error instanceof SocketError || error instanceof MemoryGuardError || error instanceof Pkcs11Error || error instanceof JournalError || error instanceof LedgerError || error instanceof VaultStartError
    ? error.message
    : error instanceof SealError
      ? 'The key folder does not belong to this database: a stored key cannot be unwrapped with it.'
      : 'The vault could not start: its database does not answer or is not migrated.';
  report('start', error);
  if (process.send === undefined) process.exit(1);
  process.send({ type: 'failed', sentence } satisfies ChildMessage, () => process.exit(1));
});
