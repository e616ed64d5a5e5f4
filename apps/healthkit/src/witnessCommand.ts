/** `npm run healthkit -- witness`: the witness is a program of its own, which this one only starts. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from './commands.ts';
import { exitOf } from './processes.ts';

const program = join(import.meta.dirname, '..', '..', 'witness', 'src', 'main.ts');

export const witnessCommand: Command = {
  name: 'witness',
  summary: 'run an independent witness that cosigns ledgers (elsewhere than the log)',
  async run(args, { signal, environment }) {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { PATH: environment['PATH'], LANG: 'C.UTF-8' } });
    const exited = exitOf(child);
    signal.addEventListener('abort', () => void child.kill('SIGTERM'), { once: true });
    const { code } = await exited;
    return code ?? 1;
  },
};
