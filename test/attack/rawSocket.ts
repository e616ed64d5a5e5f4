import { connect } from 'node:net';

/** What came back over a connection, to the byte. */
export interface RawAnswer {
  readonly bytes: Buffer;
  /** Whether the other side ended the connection; false where the wait was over first. */
  readonly ended: boolean;
  /** Whether there was no connection to begin with. */
  readonly refused: boolean;
}

/**
 * Sends bytes over a Unix socket as they are, in pieces where there are several, and collects what comes back until
 * the other side ends the connection, or until an answer has come and nothing more for a moment.
 *
 * @param mostMs how long is waited at all
 * @param quietMs how long is waited for more of an answer
 * @param silenceMs how long is waited for the first byte of one
 */
export function sendRaw(socketPath: string, pieces: readonly (Buffer | string)[], mostMs = 5_000, quietMs = 1_000, silenceMs = mostMs): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect(socketPath);
    let connected = false;
    const finish = (ended: boolean) => {
      clearTimeout(quiet);
      clearTimeout(deadline);
      socket.destroy();
      resolve({ bytes: Buffer.concat(received), ended, refused: !connected });
    };
    let quiet = setTimeout(() => finish(false), silenceMs);
    const deadline = setTimeout(() => finish(false), mostMs);
    socket.on('connect', () => (connected = true));
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      clearTimeout(quiet);
      quiet = setTimeout(() => finish(false), quietMs);
    });
    // A refusal that ends the connection breaks what is still being sent; what came before it counts.
    socket.on('error', () => undefined);
    socket.on('close', () => finish(true));
    for (const piece of pieces) socket.write(piece);
  });
}

/** A POST of JSON as the server sends it, with other or more header lines where given. */
export function rawPost(name: string, body: string | Buffer, lines: readonly string[] = []): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : body;
  const has = (header: string) => lines.some((line) => line.toLowerCase().startsWith(`${header}:`));
  const head = [
    `POST /${name} HTTP/1.1`, ...(has('host') ? [] : ['Host: localhost']), ...(has('content-type') ? [] : ['Content-Type: application/json']),
    ...(has('content-length') || has('transfer-encoding') ? [] : [`Content-Length: ${content.length}`]), ...lines,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}
