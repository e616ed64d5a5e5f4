import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject } from './targets.ts';

/** An operation as somebody might add it on a hurried day. */
export interface Hole {
  readonly path: string;
  /** The authority that it claims to ask for; anyone's unless said. */
  readonly authority?: string;
  /** Names of its parameters, in the query; `name` and `number` unless said. */
  readonly parameters?: readonly string[];
  /** Answers a query; what it says, or to whom, is the hole. */
  readonly answer: (query: URLSearchParams, headers: IncomingHttpHeaders) => HoleAnswer | Promise<HoleAnswer>;
}
interface HoleAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * A system with a hole: passes everything on to the real one, and serves one
 * operation more, which it also puts into the OpenAPI document. The attacks
 * are run against it to show that they would notice.
 */
export async function plantHole(origin: string, hole: Hole): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin);
    const reply = async () => {
      if (url.pathname === hole.path) {
        const { status, body } = await hole.answer(url.searchParams, request.headers);
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
        return;
      }
      const passed = await fetch(url);
      const text = await passed.text();
      response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' });
      response.end(url.pathname === '/openapi.json' ? withHole(text, hole) : text);
    };
    reply().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function withHole(document: string, hole: Hole): string {
  const parsed: unknown = JSON.parse(document);
  if (!isObject(parsed) || !isObject(parsed['paths'])) throw new TypeError('the OpenAPI document has no paths');
  const parameter = (name: string) => ({ name, in: 'query', required: true, schema: { type: 'string' } });
  parsed['paths'] = { [hole.path]: { get: { operationId: 'plantedHole', 'x-authority': { kind: hole.authority ?? 'anyone' }, parameters: (hole.parameters ?? ['name', 'number']).map(parameter) } } };
  return JSON.stringify(parsed);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('not listening on a port');
  return address.port;
}
