/** The server process. Started by the healthkit command, which it talks to as `@health-kit/api/process-settings` says. */
import { randomBytes } from 'node:crypto';
import { parseServerSettings, processClock, SettingsError, type ChildMessage } from '@health-kit/api/process-settings';
import { buildServer } from './buildServer.ts';
import { openDatabase } from './database.ts';
import { openVaultClient } from './vault/index.ts';

/** A clean end takes as long as the longest request; what hangs beyond this many ms is let go. */
const stopDeadlineMs = 8_000;

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message, () => undefined);
}

async function start(): Promise<void> {
  const settings = parseServerSettings(process.env['HK_SETTINGS']);
  delete process.env['HK_SETTINGS'];
  const time = processClock(settings.controlledClock);
  const database = openDatabase(settings.databaseUrl);
  const vault = openVaultClient(settings.vault);
  const { app, sweeps } = await buildServer({ settings, clock: time.clock, randomBytes, database, vault, log: true });

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    await app.close();
    await sweeps.stop();
    await database.close();
    vault.close();
    process.exit(0);
  }
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  process.on('disconnect', () => void stop());
  process.on('message', (message) => {
    const answer = time.receive(message);
    // The time is set once what follows from it is done: a new day has its partition and its keys.
    if (answer !== null) void sweeps.runAll().then(() => tell(answer));
  });

  await sweeps.runAll();
  sweeps.start();
  await app.listen({ host: settings.host, port: settings.port });
  tell({ type: 'ready' });
}

start().catch((error: unknown) => {
  // The sentence names what is wrong with the settings or the address, never a value of theirs.
  tell({ type: 'failed', sentence: sentenceOf(error) });
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  setTimeout(() => process.exit(1), 100);
});

function sentenceOf(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return 'The server cannot listen: another program uses its port.';
  return 'The server could not start; its log says why.';
}
