/** Processes of the operating system: how they end, where they work, how they are asked to end. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type Exit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** For the middle of a sentence: ` (exit code 1)`. */
  readonly reason: string;
  /** What the process said before it ended because the system was ended for good; null for every other end. */
  readonly over: string | null;
};

/** How a child ended, or that it could not even be started. */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, reason: ` (${error.message})`, over: null }));
    child.once('exit', (code, signal) => resolve({ code, signal, reason: signal === null ? ` (exit code ${code})` : ` (${signal})`, over: null }));
  });
}

/** A log is set aside at a start when it has grown past this many bytes; one older log is kept. */
const largestLog = 10_000_000;

/** Opens a log file to hand over to a child: the file, not a pipe, so that nothing is lost or blocked when the parent dies. */
export function openLog(path: string): { readonly descriptor: number; close(): void } {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog) renameSync(path, `${path}.1`);
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, close: () => closeSync(descriptor) };
}

/**
 * Numbers of the running processes whose working folder is `folder`. Linux only; empty elsewhere, and without those
 * of other users when this is not root.
 */
export async function processesWorkingIn(folder: string): Promise<readonly number[]> {
  const wanted = await realpath(folder);
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => null);
    if (cwd === wanted) found.push(Number(name));
  }
  return found;
}

/** Asks a process to end; one that has ended already is as good. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or not ours: whoever waits for its end will see.
  }
}

/**
 * When a process began, in the kernel's ticks since the machine started; with the number it names one process for
 * good, as numbers are used again. Null when there is none (or no /proc).
 */
export async function processStart(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // proc_pid_stat(5): the name, in parentheses, may hold anything; "state" follows it, "starttime" is field 22.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : Number(fields[19]);
}

/** Waits until `condition` holds, at most `waitMs`; false when it never did. */
export async function waitUntil(condition: () => Promise<boolean>, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await delay(50);
  }
  return true;
}
