/** Requests that each come from an address of their own: all of 127.0.0.0/8 is this machine's. */
import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, PlainRequest } from './attempt.ts';

/** The n-th source address; the first million are all different, and none is 127.0.0.1, which stands for the machine itself. */
export function sourceAddress(index: number): string {
  return `127.${16 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`;
}

/** How often a source whose request was shed (503) asks again, and how long it waits, ms. */
const mostAttempts = 20;
const pauseMs = 500;

/** Sends a request from an address over a connection of its own. */
export async function sendFrom(via: string, source: string, method: string, request: PlainRequest): Promise<Answer> {
  let answer = await once(via, source, method, request);
  for (let attempts = 1; answer.status === 503 && attempts < mostAttempts; attempts += 1) {
    await delay(pauseMs);
    answer = await once(via, source, method, request);
  }
  return answer;
}

function once(via: string, source: string, method: string, { path, search, body, headers }: PlainRequest): Promise<Answer> {
  const { hostname, port, host } = new URL(via);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      agent: false, localAddress: source, host: hostname === 'localhost' ? '127.0.0.1' : hostname, port, path: path + search, method,
      headers: { ...Object.fromEntries(headers), host, ...(body === null ? {} : { 'content-length': body.length }) },
    }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({
        status: incoming.statusCode ?? 0,
        headers: Object.entries(incoming.headers).filter(([name]) => !changing.has(name)).map(([name, value]) => `${name}: ${String(value)}`).sort().join('\n'),
        body: Buffer.concat(chunks).toString('utf8'),
      }));
    });
    outgoing.on('error', reject);
    if (body === null) outgoing.end();
    else outgoing.end(body);
  });
}

/** Headers that differ between any two answers, whoever is asked about. */
const changing = new Set(['date', 'connection', 'keep-alive', 'retry-after']);
