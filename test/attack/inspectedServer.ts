/**
 * The system's server process, started by the test in the place of the system's own with an inspector, over which a
 * heap snapshot can be taken. The system itself starts no process with one.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { parseServerSettings, type ServerSettings } from '@health-kit/api/process-settings';
import type { System } from '@health-kit/healthkit';
import { processesOf } from './processesOf.ts';

export interface InspectedServer {
  readonly pid: number;
  readonly settings: ServerSettings;
  /** What the process has printed. */
  output(): string;
  setTime(epochMs: number): Promise<void>;
  /** Runs an expression in the process. */
  evaluate(expression: string): Promise<void>;
  /** All that lives in the process's JavaScript heap, as V8 writes it down. */
  heapSnapshot(): Promise<Buffer>;
  stop(): Promise<void>;
}

const Message = Type.Object({
  id: Type.Optional(Type.Integer()), method: Type.Optional(Type.String()), params: Type.Optional(Type.Object({ chunk: Type.Optional(Type.String()) })),
  result: Type.Optional(Type.Object({ exceptionDetails: Type.Optional(Type.Unknown()) })), error: Type.Optional(Type.Unknown()),
});
const TimeSet = Type.Object({ type: Type.Literal('time-set') });
const serverMain = join(import.meta.dirname, '..', '..', 'apps', 'server', 'src', 'main.ts');

/** Takes the place of a started system's server: same settings, same port. */
export async function inspectServer(system: System): Promise<InspectedServer> {
  const { server } = await processesOf(system);
  // What a process was started with stays readable to its own user.
  const environment = (await readFile(`/proc/${server}/environ`, 'utf8')).split('\0');
  const settings = parseServerSettings(environment.find((entry) => entry.startsWith('HK_SETTINGS='))?.slice('HK_SETTINGS='.length));
  await system.kill('server');

  const child = fork(serverMain, [], {
    cwd: '/', execArgv: ['--inspect=127.0.0.1:0'], env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', HK_SETTINGS: JSON.stringify(settings) }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const address = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
      if (found !== undefined) address.resolve(found);
    });
  }
  const ready = once(child, 'message');
  const socket = new WebSocket(await address.promise);
  await once(socket, 'open');
  await ready;

  const chunks: string[] = [];
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  socket.addEventListener('message', ({ data }) => {
    const message: unknown = JSON.parse(String(data));
    if (!Value.Check(Message, message)) return;
    if (message.method === 'HeapProfiler.addHeapSnapshotChunk' && message.params?.chunk !== undefined) chunks.push(message.params.chunk);
    if (message.id === undefined) return;
    const asked = waiting.get(message.id);
    if (message.error !== undefined || message.result?.exceptionDetails !== undefined) asked?.reject(new Error(JSON.stringify(message)));
    else asked?.resolve();
  });
  async function ask(method: string, params: Record<string, unknown>): Promise<void> {
    const id = waiting.size + 1;
    const answer = Promise.withResolvers<void>();
    waiting.set(id, answer);
    socket.send(JSON.stringify({ id, method, params }));
    await answer.promise;
  }
  return {
    pid: child.pid ?? 0, settings, output: () => output,
    async setTime(epochMs) {
      child.send({ type: 'set-time', epochMs });
      for (;;) {
        const received: readonly unknown[] = await once(child, 'message');
        if (Value.Check(TimeSet, received[0])) return;
      }
    },
    evaluate: (expression) => ask('Runtime.evaluate', { expression }),
    async heapSnapshot() {
      chunks.length = 0;
      await ask('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
      return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk, 'utf8')));
    },
    async stop() {
      socket.close();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
