import { chmod, rename, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { System } from '@health-kit/healthkit';
import { vaultSocketOf } from './vaultSocket.ts';

/** A request as the server sent it to the vault, and what it was answered. */
export interface Captured {
  readonly name: string;
  readonly body: string;
  readonly status: number;
}
/** Somebody between server and vault who writes everything down: what a taken-over server knows. */
export interface VaultRelay {
  readonly captured: readonly Captured[];
  /** The vault's own socket, behind the relay. */
  readonly socketPath: string;
  /** Takes the relay out again. */
  remove(): Promise<void>;
}

/**
 * Puts a relay into the place of the vault's socket and restarts the server, which then speaks to the relay.
 *
 * @param swallowed an operation that the relay answers with `{}` itself, so that the vault never hears of it
 */
export async function relayVault(system: System, swallowed: string | null = null): Promise<VaultRelay> {
  const place = vaultSocketOf(system);
  const socketPath = `${place}.behind`;
  await rename(place, socketPath);
  const captured: Captured[] = [];
  const relay = createServer((incoming, outgoing) => {
    const pass = async () => {
      const body = await bytesOf(incoming);
      const answer = incoming.url === `/${swallowed ?? ''}` ? { status: 200, body: Buffer.from('{}') } : await post(socketPath, incoming.url ?? '/', body);
      captured.push({ name: (incoming.url ?? '/').slice(1), body: body.toString('utf8'), status: answer.status });
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    };
    pass().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(place, resolve));
  // The server may be a user of its own; who can get to the socket at all, its folder says.
  await chmod(place, 0o666);
  await system.restart('server');
  return {
    captured, socketPath,
    async remove() {
      relay.closeAllConnections();
      await new Promise((resolve) => relay.close(resolve));
      await rm(place, { force: true });
      await rename(socketPath, place);
      await system.restart('server');
    },
  };
}

function post(socketPath: string, path: string, body: Buffer): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ socketPath, path, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length } }, (incoming) => {
      bytesOf(incoming).then((answer) => resolve({ status: incoming.statusCode ?? 0, body: answer }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
