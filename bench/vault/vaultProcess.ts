/** The vault as a process of its own beside a test's city, on the same database and keys, so that its time and memory are its alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { origin, startMs, type City } from '../../apps/vault/test/city.ts';

export interface VaultProcess {
  readonly pid: number;
  /** Asks an operation over the socket; throws unless it is answered with 200. */
  ask(name: string, body: string): Promise<string>;
  /** Memory in use, MB. */
  memoryMb(): number;
  stop(): Promise<void>;
}

export async function startVaultProcess(city: City, connections: number): Promise<VaultProcess> {
  const socketPath = join(city.keyFolder, 'bench.sock');
  const settings = {
    databaseUrl: city.database.urlOf('hk_vault'), socketPath, keyFolder: city.keyFolder, outboxUrl: null, timeZone: 'Asia/Shanghai', origin,
    cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
  };
  const child = fork(join(import.meta.dirname, '..', '..', 'apps', 'vault', 'src', 'main.ts'), { execArgv: [], env: { PATH: process.env['PATH'], HK_SETTINGS: JSON.stringify(settings) }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(child, 'message');
  const pid = child.pid ?? 0;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    pid,
    ask: (name, body) => new Promise((resolve, reject) => {
      const outgoing = request({ agent, socketPath, path: `/${name}`, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (incoming.statusCode === 200) resolve(text);
          else reject(new Error(`${name}: ${incoming.statusCode ?? 0} ${text}`));
        });
        incoming.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    }),
    memoryMb: () => Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024),
    async stop() {
      agent.destroy();
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
