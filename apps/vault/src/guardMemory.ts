import { readFileSync, writeFileSync } from 'node:fs';
import koffi from 'koffi';

/** Why the memory cannot be closed to others, as one sentence for the operator. */
export class MemoryGuardError extends Error {
  override readonly name = 'MemoryGuardError';
}

// linux/prctl.h, asm-generic/resource.h.
const prSetDumpable = 4;
const prGetDumpable = 3;
const rlimitCore = 4;

/**
 * Closes this process's memory, where the keys lie, before the first key is opened: no core file (limit 0, and
 * nothing to put into one), no reading of /proc/<pid>/mem and no debugger even for the same user (PR_SET_DUMPABLE).
 * A process that could not does not start. Memory is not locked against swapping: V8 gives pages back in a way that
 * the kernel refuses for locked ones, and crashes; the start command says when the machine swaps.
 */
export function guardMemory(): void {
  if (process.platform !== 'linux') throw new MemoryGuardError('The vault runs on Linux only: elsewhere it cannot keep others from its memory.');
  const libc = koffi.load(null);
  const limit = koffi.struct({ soft: 'uint64_t', hard: 'uint64_t' });
  const setrlimit = libc.func('setrlimit', 'int', ['int', koffi.pointer(limit)]);
  const prctl = libc.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');

  const isLimited: unknown = setrlimit(rlimitCore, { soft: 0, hard: 0 });
  // What a dump of this process would hold: nothing. Before the next step, after which the file is root's.
  writeFileSync('/proc/self/coredump_filter', '0');
  const isClosed: unknown = prctl(prSetDumpable, 0, 0, 0, 0);
  const dumpable: unknown = prctl(prGetDumpable, 0, 0, 0, 0);
  if (isLimited !== 0 || isClosed !== 0 || dumpable !== 0 || !/^Max core file size +0 +0 /m.test(readFileSync('/proc/self/limits', 'utf8'))) {
    throw new MemoryGuardError('The vault could not keep others from its memory: this system refuses to switch core files off.');
  }
}
