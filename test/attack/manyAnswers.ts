import { connect } from 'node:net';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | null;
}
/** An answer to the byte but for its date. */
export interface WireAnswer {
  readonly status: number;
  /** Head without the date, and body. */
  readonly text: string;
}

const connections = 4;
/** Requests under way on one connection. */
const depth = 16;

/** Asks very many times over few connections, several requests ahead of the answers (RFC 9112, 9.3.2); answers are handed over by the index of their request. */
export async function askMany(origin: string, count: number, request: (index: number) => WireRequest, answered: (index: number, answer: WireAnswer) => void): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: connections }, () => overOneConnection(origin, () => (next < count ? next++ : null), request, answered)));
}

function overOneConnection(origin: string, take: () => number | null, request: (index: number) => WireRequest, answered: (index: number, answer: WireAnswer) => void): Promise<void> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
    const underWay: number[] = [];
    let received: Buffer = Buffer.alloc(0);
    function send(): void {
      while (underWay.length < depth) {
        const index = take();
        if (index === null) break;
        underWay.push(index);
        socket.write(wire(request(index), `${hostname}:${port}`));
      }
      if (underWay.length === 0) socket.end();
    }
    socket.on('connect', send);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.subarray(0, end).toString('latin1');
        const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
        if (received.length < end + 4 + length) break;
        const body = received.subarray(end + 4, end + 4 + length).toString('utf8');
        received = received.subarray(end + 4 + length);
        const index = underWay.shift();
        if (index !== undefined) answered(index, { status: Number(head.slice(9, 12)), text: `${head.replace(/^date: .*$/im, '')}\n\n${body}` });
      }
      send();
    });
    socket.on('close', () => (underWay.length === 0 ? resolve() : reject(new Error(`${underWay.length} requests were not answered`))));
    socket.on('error', reject);
  });
}

function wire({ method, path, headers, body }: WireRequest, host: string): string {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, ...[...headers].map(([name, value]) => `${name}: ${value}`), ...(body === null ? [] : [`content-length: ${Buffer.byteLength(body)}`])];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
