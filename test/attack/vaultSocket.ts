import { request } from 'node:http';
import { join } from 'node:path';
import type { System } from '@health-kit/healthkit';

/** What the vault says to somebody who has got hold of its socket. */
export interface VaultAnswer {
  readonly status: number;
  readonly body: string;
}

/** The vault's socket in a data folder whose path is short enough to hold it. */
export function vaultSocketOf(system: System): string {
  return join(system.folder.run, 'vault', 'vault.sock');
}

/** Asks the vault, as a server would that was taken over: whatever name, whatever content. */
export function askSocket(socketPath: string, name: string, content: unknown): Promise<VaultAnswer> {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path: `/${name}`, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
