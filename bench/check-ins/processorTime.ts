/** Processor time of the processes under measurement: unlike a rate, it hardly changes when something else runs on the machine. Linux only. */
import { readFileSync } from 'node:fs';

/** A program that this process started, by a part of its command line; null where there is none, or no /proc. */
export function startedProgram(part: string): number | null {
  return childrenOf(process.pid).find((pid) => readOf(pid, 'cmdline').includes(part)) ?? null;
}

/** Milliseconds that a process and its children, living and ended, have had of a processor so far (proc(5)); NaN for null. */
export function processorTimeMs(pid: number | null): number {
  if (pid === null) return Number.NaN;
  // After the name in parentheses, which may hold spaces; the first field there is the third of the file. A tick is 10 ms.
  const fields = readOf(pid, 'stat').split(') ').at(-1)?.split(' ').map(Number) ?? [];
  const own = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] ?? Number.NaN), 0) * 10;
  return childrenOf(pid).reduce((sum, child) => sum + (processorTimeMs(child) || 0), own);
}

function childrenOf(pid: number): readonly number[] {
  return readOf(pid, `task/${pid}/children`).split(' ').filter((text) => text !== '').map(Number);
}

/** A file about a process; empty when the process has ended. */
function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
