/** Keeps one process running: starts it again when it ends by itself, and gives up when that does not help. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './processes.ts';
import { errorText, StartError, SystemEnded } from './startError.ts';

/** What a supervised process must offer. */
export type Running = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

export type Supervised<Process extends Running> = {
  /** The process, or null while it is down. */
  current(): Process | null;
  /** Sends a signal. If the process dies of it, it stays down until `restart`; waits for its death. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends the process if it runs, and starts it. */
  restart(): Promise<void>;
  /** Ends the process for good. */
  stop(): Promise<void>;
};

/** Six ends within a minute are not bad luck. */
const mostEnds = 6;
const withinMs = 60_000;

/** Signals that do not end a process. */
const harmless: ReadonlySet<NodeJS.Signals> = new Set(['SIGSTOP', 'SIGCONT', 'SIGTSTP']);

/**
 * Starts a process and watches over it.
 *
 * @param name for log lines and sentences
 * @param start starts the process and returns when it is ready
 * @param hooks `changed` is told after each start, `gaveUp` when the process does not stay up, or says that the system was ended
 * @throws what the first `start` throws
 */
export async function supervise<Process extends Running>(
  name: string,
  start: () => Promise<Process>,
  hooks: { log(line: string): void; changed(): Promise<void>; gaveUp(reason: StartError): void },
): Promise<Supervised<Process>> {
  let running: Process | null = null;
  let isWanted = true;
  let ends: number[] = [];
  let queue: Promise<void> = Promise.resolve();

  /** One start or stop at a time, in the order they were asked for. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  }

  async function launch(): Promise<void> {
    const process = await start();
    running = process;
    void process.exited.then((exit) => ended(process, exit));
    await hooks.changed();
  }

  function ended(process: Process, exit: Exit): void {
    if (running !== process) return;
    running = null;
    if (exit.over !== null) return hooks.gaveUp(new SystemEnded(exit.over));
    if (isWanted) void inTurn(() => revive(exit.reason));
  }

  async function revive(reason: string): Promise<void> {
    let why = reason;
    while (isWanted && running === null) {
      const now = performance.now();
      ends = [...ends.filter((end) => now - end < withinMs), now];
      if (ends.length >= mostEnds) return hooks.gaveUp(new StartError(`The ${name} process does not stay up${why}.`));
      hooks.log(`The ${name} process ended${why}; starting it again.`);
      await delay(100 * 2 ** (ends.length - 1));
      try {
        if (!isWanted) return;
        await launch();
        hooks.log(`The ${name} process is back.`);
      } catch (error) {
        why = ` (${errorText(error)})`;
      }
    }
  }

  async function end(): Promise<void> {
    const process = running;
    running = null;
    await process?.stop();
  }

  await launch();
  return {
    current: () => running,
    kill: async (signal) => {
      const process = running;
      if (process === null) return;
      if (!harmless.has(signal)) isWanted = false;
      process.kill(signal);
      if (!harmless.has(signal)) await process.exited;
    },
    restart: () => {
      isWanted = true;
      return inTurn(async () => {
        await end();
        await launch();
      });
    },
    stop: () => {
      isWanted = false;
      return inTurn(end);
    },
  };
}
