import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { System } from '@health-kit/healthkit';

const Noted = Type.Array(Type.Object({ pid: Type.Integer() }));

/** The running processes of a started system by what they are; Linux only. */
export async function processesOf(system: System): Promise<{ readonly vault: number; readonly server: number; readonly outbox: number }> {
  const noted = Value.Parse(Noted, JSON.parse(await readFile(join(system.folder.run, 'processes.json'), 'utf8')));
  const byPart = new Map<string, number>();
  for (const { pid } of noted) {
    const part = /apps\/(\w+)\/src\/main\.ts/.exec(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))?.[1];
    if (part !== undefined) byPart.set(part, pid);
  }
  const of = (part: string) => {
    const pid = byPart.get(part);
    if (pid === undefined) throw new Error(`the ${part} process is not noted as running`);
    return pid;
  };
  return { vault: of('vault'), server: of('server'), outbox: of('outbox') };
}

/** The database's processes: the one that started first, and its children. */
export async function databaseProcesses(cluster: string): Promise<number[]> {
  const first = Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    if (Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) === first) children.push(Number(name));
  }
  return [first, ...children];
}

/** Memory of a process that is in use, bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
