/** The three processes of the system, started as children of this one and spoken to as `@health-kit/api/process-settings` says. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseChildMessage, type OutboxSettings, type ParentMessage, type ServerSettings, type VaultSettings } from '@health-kit/api/process-settings';
import { exitOf, openLog, type Exit } from './processes.ts';
import { forkAs, type ServiceUser } from './serviceUsers.ts';
import { StartError } from './startError.ts';

export type ServiceName = 'vault' | 'server' | 'outbox';

/** What to start, with which settings, and where its output goes. */
export type ServicePlan = {
  readonly logFile: string;
  /** Who runs it; null for the user who runs this process. */
  readonly user: ServiceUser | null;
} & (
  | { readonly name: 'vault'; readonly settings: VaultSettings }
  | { readonly name: 'server'; readonly settings: ServerSettings }
  | { readonly name: 'outbox'; readonly settings: OutboxSettings }
);

export type Service = {
  readonly name: ServiceName;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Where the first administrator enrols, if the process said so when it was ready. */
  readonly invitation: string | null;
  /** Fingerprint of the trust root, which the vault says. */
  readonly trustRoot: string | null;
  /** What a vault that was started to restore has done. */
  readonly restored: string | null;
  /** Sets the process's controlled clock, and returns when it has. */
  setTime(epochMs: number): Promise<void>;
  /** Asks the process to finish and waits for its end; forces it after ten seconds. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

const projectRoot = join(import.meta.dirname, '..', '..', '..');
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
const setTimeTimeoutMs = 10_000;

/**
 * Starts a process and waits until it listens.
 *
 * @throws {StartError} with the process's own sentence when it says why it cannot
 */
export async function startService(plan: ServicePlan, signal: AbortSignal): Promise<Service> {
  signal.throwIfAborted();
  const log = openLog(plan.logFile);
  const child = forkAs(plan.user, join(projectRoot, 'apps', plan.name, 'src', 'main.ts'), {
    cwd: '/',
    // A session of its own: a Ctrl-C in the terminal reaches this process, which then stops the others in order.
    detached: true,
    // SIGUSR1 would open the inspector, and with it everything that the process holds.
    execArgv: ['--disable-sigusr1'],
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HK_SETTINGS: JSON.stringify(plan.settings) },
    stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
  });
  log.close();
  let over: string | null = null;
  child.on('message', (raw) => {
    const message = parseChildMessage(raw);
    if (message?.type === 'ended') over = message.sentence;
  });
  const exited = exitOf(child).then((exit) => ({ ...exit, over }));
  // A message to a process that is just ending has nowhere to go; its end is what gets reported.
  child.on('error', () => undefined);

  const running = {
    name: plan.name,
    pid: child.pid ?? 0,
    exited,
    kill: (which: NodeJS.Signals) => void child.kill(which),
    stop: async () => {
      child.kill('SIGTERM');
      if (await Promise.race([exited.then(() => true), delay(stopTimeoutMs, false, { ref: false })])) return;
      child.kill('SIGKILL');
      await exited;
    },
    setTime: async (epochMs: number) => {
      const timeout = AbortSignal.timeout(setTimeTimeoutMs);
      const message: ParentMessage = { type: 'set-time', epochMs };
      child.send(message);
      await Promise.race([answerOf(timeout), exited]);
    },
  };

  async function answerOf(timeout: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const received: readonly unknown[] = await once(child, 'message', { signal: timeout });
        if (parseChildMessage(received[0])?.type === 'time-set') return;
      }
    } catch {
      throw new Error(`The ${plan.name} process did not set its clock.`);
    }
  }

  try {
    const said = await new Promise<Pick<Service, 'invitation' | 'trustRoot' | 'restored'>>((resolve, reject) => {
      child.on('message', (raw) => {
        const message = parseChildMessage(raw);
        if (message?.type === 'ready') resolve({ invitation: message.invitation ?? null, trustRoot: message.trustRoot ?? null, restored: message.restored ?? null });
        if (message?.type === 'failed') reject(new StartError(message.sentence));
      });
      void exited.then(async (exit) => {
        // A message that was sent just before the end may still be on its way.
        await delay(50);
        reject(new StartError(`The ${plan.name} process ended before it was ready${exit.reason}; its log is ${plan.logFile}.`));
      });
      signal.addEventListener('abort', () => reject(new StartError('The start was interrupted.')), { once: true });
      setTimeout(
        () => reject(new StartError(`The ${plan.name} process was not ready after ${readyTimeoutMs / 1000} seconds; its log is ${plan.logFile}.`)),
        readyTimeoutMs,
      ).unref();
    });
    return { ...running, ...said };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
