import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { addCheckpoint, type Witness } from './addCheckpoint.ts';

/** Longest request: 63 hashes and a checkpoint with its signatures are far below. */
const longestBodyBytes = 65_536;
const text = 'text/plain; charset=utf-8';

/**
 * The witness over HTTP: `POST /add-checkpoint`, and for monitors `GET /<origin hash>/checkpoint` (C2SP tlog-witness).
 *
 * @param failed told of what nobody foresaw, such as a full disk; the client then gets no cosignature
 */
export function makeWitnessServer(witness: Witness, failed: (error: unknown) => void): Server {
  const server = createServer((request, response) => {
    answer(witness, request).then(
      ({ status, contentType, body }) => send(response, status, contentType, body),
      (error: unknown) => {
        failed(error);
        send(response, 500, text, 'the witness failed\n');
      },
    );
  });
  // A slow sender gives its connection back.
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return server;
}

async function answer(witness: Witness, request: IncomingMessage): Promise<{ readonly status: number; readonly contentType: string; readonly body: string }> {
  const { method, url = '' } = request;
  if (url === '/add-checkpoint') {
    if (method !== 'POST') return { status: 405, contentType: text, body: 'add-checkpoint is a POST\n' };
    const body = await readText(request);
    return body === null ? { status: 400, contentType: text, body: 'the request is malformed\n' } : addCheckpoint(witness, body);
  }
  const originHash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url)?.[1];
  const latest = method === 'GET' && originHash !== undefined ? witness.records.latest(originHash) : null;
  if (latest !== null) return { status: 200, contentType: text, body: latest.note };
  return { status: 404, contentType: text, body: 'there is nothing here\n' };
}

/** The body as text; null when it is too long or no UTF-8. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) return null;
    length += chunk.length;
    if (length > longestBodyBytes) return null;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.end(body);
}
