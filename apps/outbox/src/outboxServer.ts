/** The HTTP face of the development telephone network. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseNewMessage, type Messages } from './messages.ts';
import { page } from './page.ts';

const largestBody = 16_384;
const largestList = 1_000;

const headers = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types outbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/**
 * Makes the server; the caller lets it listen, on the loopback address.
 *
 * `POST /messages` `{to, text, kind}` answers 201 with the message; `GET /messages?to=&limit=` lists the newest first;
 * `GET /` is the page.
 */
export function outboxServer(messages: Messages, timeZone: string): Server {
  const folder = join(import.meta.dirname, '..', 'public');
  const files: ReadonlyMap<string, readonly [type: string, body: Buffer]> = new Map([
    ['/outbox.css', ['text/css; charset=utf-8', readFileSync(join(folder, 'outbox.css'))]],
    ['/outbox.js', ['text/javascript; charset=utf-8', readFileSync(join(folder, 'outbox.js'))]],
  ]);

  return createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) sendJson(response, 500, { error: 'The message could not be handled.' });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page on the internet can point a name of its own at this machine (DNS rebinding); codes are read by our names alone.
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '')) {
      return sendJson(response, 421, { error: 'This service answers on localhost only.' });
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'POST' && url.pathname === '/messages') return receive(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, { error: 'Only GET and POST /messages are served.' });

    const to = url.searchParams.get('to')?.trim() || undefined;
    if (url.pathname === '/messages') {
      const limit = Math.min(Math.max(Math.trunc(Number(url.searchParams.get('limit') ?? 50)) || 1, 1), largestList);
      return sendJson(response, 200, { messages: messages.newest({ to, limit }) });
    }
    if (url.pathname === '/') return send(response, 200, 'text/html; charset=utf-8', page(messages, to, timeZone));
    const file = files.get(url.pathname);
    if (file === undefined) return sendJson(response, 404, { error: 'There is nothing here.' });
    send(response, 200, ...file);
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Pages of other origins can send forms and plain text without asking, but not this type.
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      return sendJson(response, 415, { error: 'Messages are sent as application/json.' });
    }
    const body = await readBody(request);
    if (body === null) {
      response.setHeader('connection', 'close');
      return sendJson(response, 413, { error: 'The message is too long.' });
    }
    const message = parseNewMessage(parseJson(body));
    if (message === null) return sendJson(response, 400, { error: 'A message has "to", "text" and "kind".' });
    sendJson(response, 201, messages.add(message));
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return null;
    size += chunk.length;
    if (size > largestBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
