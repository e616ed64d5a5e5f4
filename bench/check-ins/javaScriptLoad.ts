/** A closed-loop load of check-ins over raw keep-alive connections: each sends its next request when the last was answered. */
import { connect, type Socket } from 'node:net';

export interface LoadTarget {
  readonly host: string;
  readonly port: number;
  /** Day tickets of residents; requests go round among them. */
  readonly tickets: readonly string[];
  readonly venueCodes: readonly string[];
  readonly connections: number;
  readonly durationMs: number;
  /** Instant of arrival of the n-th check-in, epoch ms. */
  readonly arrivedAtMs: (index: number) => number;
}

/** What a generator saw. */
export interface LoadFigures {
  readonly sent: number;
  /** Check-ins that were answered with success. */
  readonly recorded: number;
  /** Other answers, and broken connections. */
  readonly refused: number;
  readonly elapsedMs: number;
  /** Milliseconds from request to answer: half, and 99 of a hundred, took at most so long. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadResult extends LoadFigures {
  /** Visit ids of the recorded check-ins. */
  readonly visitIds: readonly string[];
}

/** Runs the load and returns when every request that was sent is answered or its connection broke. */
export async function loadCheckIns(target: LoadTarget): Promise<LoadResult> {
  let refused = 0;
  const visitIds: string[] = [];
  const latencies: number[] = [];
  let sent = 0;
  const started = performance.now();
  const deadline = started + target.durationMs;

  function drive(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      let received = '';
      let sentAt = 0;
      let visitId = '';
      const next = () => {
        if (performance.now() >= deadline) {
          socket.end();
          resolve();
          return;
        }
        const index = sent;
        sent += 1;
        visitId = crypto.randomUUID();
        sentAt = performance.now();
        socket.write(checkInRequest(target, index, visitId));
      };
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      socket.on('data', (chunk: string) => {
        received += chunk;
        const answer = completeAnswer(received);
        if (answer === null) return;
        received = received.slice(answer.length);
        if (answer.status === 201) {
          visitIds.push(visitId);
          latencies.push(performance.now() - sentAt);
        } else {
          refused += 1;
        }
        next();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (performance.now() < deadline) refused += 1;
        resolve();
      });
      socket.on('connect', next);
    });
  }

  await Promise.all(Array.from({ length: target.connections }, () => drive(connect(target.port, target.host))));
  const elapsedMs = performance.now() - started;
  const ascending = Float64Array.from(latencies).sort();
  return { sent, recorded: visitIds.length, visitIds, refused, elapsedMs, p50Ms: quantile(ascending, 0.5), p99Ms: quantile(ascending, 0.99) };
}

function checkInRequest(target: LoadTarget, index: number, visitId: string): string {
  const ticket = target.tickets[index % target.tickets.length] ?? '';
  const venueCode = target.venueCodes[index % target.venueCodes.length] ?? '';
  const body = `{"visitId":"${visitId}","venueCode":"${venueCode}","arrivedAt":"${new Date(target.arrivedAtMs(index)).toISOString()}"}`;
  return `POST /v1/check-ins HTTP/1.1\r\nhost: ${target.host}:${target.port}\r\nauthorization: Bearer ${ticket}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** Status and length of the answer at the beginning of the text; null while it is incomplete. Our answers bear a content-length. */
function completeAnswer(text: string): { readonly status: number; readonly length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const contentLength = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd));
  const length = headEnd + 4 + Number(contentLength?.[1] ?? 0);
  return text.length < length ? null : { status: Number(text.slice(9, 12)), length };
}

/** The value below which so many parts of the ascending values lie. */
function quantile(ascending: Float64Array, part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(part * ascending.length))] ?? Number.NaN;
}
