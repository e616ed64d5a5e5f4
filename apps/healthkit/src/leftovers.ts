/**
 * Processes that outlived the command that started them. They stop by themselves when their parent dies; one that
 * hangs is found by its number and stopped before the next start, or it would hold the port.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processStart, signalProcess, waitUntil } from './processes.ts';

type Noted = { readonly pid: number; readonly start: number };

function noteFile(runFolder: string): string {
  return join(runFolder, 'processes.json');
}

/** Notes the processes that run now. */
export async function noteProcesses(runFolder: string, pids: readonly number[]): Promise<void> {
  const noted: Noted[] = [];
  for (const pid of pids) {
    const start = await processStart(pid);
    if (start !== null) noted.push({ pid, start });
  }
  await writeFile(noteFile(runFolder), JSON.stringify(noted));
}

/** Forgets them, after they were stopped. */
export async function forgetProcesses(runFolder: string): Promise<void> {
  await rm(noteFile(runFolder), { force: true });
}

/** Stops what an earlier start noted and still runs: politely for five seconds, then not. */
export async function stopLeftovers(runFolder: string): Promise<void> {
  const noted = parseNotes(await readFile(noteFile(runFolder), 'utf8').catch(() => '[]'));
  const alive = async () => {
    const starts = await Promise.all(noted.map(({ pid }) => processStart(pid)));
    return noted.filter(({ start }, index) => starts[index] === start);
  };
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const { pid } of await alive()) signalProcess(pid, signal);
    await waitUntil(async () => (await alive()).length === 0, 5_000);
  }
  await forgetProcesses(runFolder);
}

function parseNotes(text: string): readonly Noted[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(value) ? value.filter(isNoted) : [];
}

function isNoted(value: unknown): value is Noted {
  return typeof value === 'object' && value !== null
    && 'pid' in value && typeof value.pid === 'number' && value.pid > 1
    && 'start' in value && typeof value.start === 'number';
}
