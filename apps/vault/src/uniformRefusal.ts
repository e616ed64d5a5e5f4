/**
 * The one answer to whatever is not a proven request of an operation: malformed, oversized, too slow, replayed, out of
 * order, expired, for another audience, or bound to another operation, path, body, ticket or key. Status, headers and
 * body are the same to the byte, and the connection ends with it, so that nothing can be told apart by asking.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VaultRefusal } from '@health-kit/api/vault';

/** The refusal's name: nobody has proven anything. */
export const uniformRefusal: VaultRefusal = 'not-authorized';
const status = 422;
const body = JSON.stringify({ refusal: uniformRefusal });
const headers = { connection: 'close', 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) } as const;

/** The whole answer as it goes over the socket; what the reply below comes to, which a test compares. */
export const uniformAnswer = `HTTP/1.1 ${status} Unprocessable Entity\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;

/** Longest head of a request in bytes; the server's own takes some two hundred. */
export const longestHead = 4_096;
/** Connections at a time; a server process keeps up to 64. */
export const mostConnections = 256;
/** What one connection may take to send a whole request, ms. */
export const slowestRequestMs = 10_000;

/** Answers a request that was read as HTTP. */
export function refuseUniformly(reply: FastifyReply): FastifyReply {
  reply.raw.sendDate = false;
  // Fastify has put some on its own refusals, in an order of its own.
  for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name);
  return reply.code(status).headers(headers).send(body);
}

/** Answers on a connection on which no reply can be made: what came over it is no HTTP, or may have no body. */
function refuseOn(socket: Duplex): void {
  if (socket.writable) socket.end(uniformAnswer, () => socket.destroy());
  else socket.destroy();
}

/** Sends everything that Node and Fastify would answer by themselves to the uniform refusal instead. */
export function refuseStrangeHttp(app: FastifyInstance): void {
  /** Requests under way, at most one a connection: whoever sends the next before the answer is refused. */
  const underWay = new WeakMap<Duplex, FastifyReply>();
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const { socket } = request.raw;
    // An answer to HEAD has no body, which would be a difference.
    if (request.raw.method === 'HEAD') {
      reply.hijack();
      refuseOn(socket);
      return;
    }
    if (underWay.has(socket)) return refuseUniformly(reply);
    underWay.set(socket, reply);
  });
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    if (underWay.get(request.raw.socket) === reply) underWay.delete(request.raw.socket);
  });

  const server: Server = app.server;
  server.maxConnections = mostConnections;
  const refuse = (request: IncomingMessage) => refuseOn(request.socket);
  // Without these, Node answers 100 or 417 to an expectation and closes on CONNECT without a word.
  server.on('checkContinue', refuse);
  server.on('checkExpectation', refuse);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuseOn(socket));
  server.removeAllListeners('clientError');
  server.on('clientError', (_error: Error, socket: Duplex) => {
    // An answer that has begun cannot be taken back; a second one in the middle of it would be nonsense.
    if (underWay.get(socket)?.raw.headersSent === true) socket.destroy();
    else refuseOn(socket);
  });
}
