import { chmod, chown, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { TlsEnd } from '@health-kit/api/process-settings';
import Fastify, { type FastifyInstance } from 'fastify';
import { MalformedRequest, type Handler } from './authority/handlers.ts';
import { handlers as serverHandlers } from './operations.ts';
import { Refusal } from './refusal.ts';
import { SocketError, tlsServer } from './tlsServer.ts';
import { longestHead, refuseStrangeHttp, refuseUniformly, slowestRequestMs, uniformRefusal } from './uniformRefusal.ts';
import type { Vault } from './vault.ts';

const bodyLimit = 1024 * 1024;
/** Operations that take more than {@link bodyLimit}. */
const largerBodyLimits: Readonly<Record<string, number>> = { 'resolve-contacts': 2 * 1024 * 1024 };

/**
 * The vault's surface: one POST route per operation. What nobody has proven is refused in one way, to the byte
 * (uniformRefusal.ts); refusals that a proven caller needs are 422 with their name; what went wrong here is a 500
 * without a word.
 *
 * @param failed told which operation failed, and why; never anything of the request
 * @param options `slowestMs`: what a connection may take to send a whole request; `handlers`: what is served, the server's operations unless given; `tls`: for callers on other hosts, by {@link listenOnTls}
 */
export function buildSurface(
  vault: Vault, failed: (operation: string, error: unknown) => void, options: { readonly slowestMs?: number; readonly handlers?: readonly Handler[]; readonly tls?: TlsEnd | undefined } = {},
): FastifyInstance {
  const { slowestMs = slowestRequestMs, handlers = serverHandlers, tls } = options;
  const timing = { maxHeaderSize: longestHead, headersTimeout: slowestMs, connectionsCheckingInterval: Math.ceil(slowestMs / 10), requireHostHeader: false };
  const app = Fastify({
    logger: false, bodyLimit, forceCloseConnections: 'idle', exposeHeadRoutes: false, requestTimeout: slowestMs,
    http: timing, ...(tls === undefined ? {} : { serverFactory: tlsServer(tls, { ...timing, requestTimeout: slowestMs, handshakeTimeout: slowestMs }) }),
    frameworkErrors: (_error, _request, reply) => void refuseUniformly(reply),
  });
  refuseStrangeHttp(app);
  for (const handler of handlers) {
    const { name } = handler.operation;
    app.post(`/${name}`, { bodyLimit: largerBodyLimits[name] ?? bodyLimit }, async (request, reply) => {
      try {
        if (vault.sunset.begun) return await refuseUniformly(reply);
        return await handler.run(vault, request.body);
      } catch (error) {
        if (error instanceof MalformedRequest) return refuseUniformly(reply);
        if (error instanceof Refusal) return error.refusal === uniformRefusal ? refuseUniformly(reply) : reply.code(422).send({ refusal: error.refusal });
        failed(name, error);
        return reply.code(500).send({});
      }
    });
  }
  app.setNotFoundHandler((_request, reply) => refuseUniformly(reply));
  // Not JSON, too large, or of another media type: Fastify's own refusals.
  app.setErrorHandler((_error, _request, reply) => refuseUniformly(reply));
  return app;
}

/**
 * Listens on the socket, which its owner alone may connect to, and the users of `group` where one is given. A socket
 * that a killed process left behind is replaced.
 */
export async function listenOnSocket(app: FastifyInstance, path: string, group?: number): Promise<void> {
  if (await answers(path)) throw new SocketError(`Another vault already listens on ${path}.`);
  await rm(path, { force: true });
  const before = process.umask(0o177);
  try {
    await app.listen({ path });
  } catch {
    throw new SocketError(`The vault cannot listen on ${path}.`);
  } finally {
    process.umask(before);
  }
  if (group !== undefined) await chown(path, process.getuid?.() ?? -1, group);
  await chmod(path, group === undefined ? 0o600 : 0o660);
}

/** Listens for callers on other hosts, which {@link buildSurface} was given the certificates for. */
export async function listenOnTls(app: FastifyInstance, { host, port }: Pick<TlsEnd, 'host' | 'port'>): Promise<void> {
  try {
    // Of that name Fastify listens on every address, on the further ones without what refuses strange HTTP.
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw new SocketError(`The vault cannot listen on ${host}:${port}${isTaken ? ': another program does' : ''}.`);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
