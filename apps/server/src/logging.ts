/**
 * What is written down about requests: method, route pattern, status and duration, and nothing else. No query,
 * body, header, address or path parameter reaches a log.
 */
import { checkIn } from '@health-kit/api';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { VaultUnavailableError } from './vault/vaultClient.ts';

/** Options of Fastify's pino logger: no serialiser of requests, answers or errors. */
export const loggerOptions = {
  level: 'info',
  serializers: { req: () => ({}), res: () => ({}), err: describeError },
};

/**
 * An error without its message, which may quote a value: its name, code, and the places it went through. Causes
 * are followed, because an outage is told by its cause. An absent vault keeps its message: that is made of fixed words
 * and an operation's name alone.
 */
export function describeError(error: unknown): { type: string; message: string; stack: string; [member: string]: unknown } {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
  return {
    type: error.name,
    message: error instanceof VaultUnavailableError ? error.message : '',
    stack: frames.slice(0, 12).join('\n'),
    ...('code' in error ? { code: String(error.code) } : {}),
    ...('constraint' in error && typeof error.constraint === 'string' ? { constraint: error.constraint } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Logs each answered request. Recorded check-ins come by the ten thousand and are logged only when they failed. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    // By what costs least to ask: this runs for each of them.
    const isRecordedCheckIn = reply.statusCode === checkIn.status && request.url === checkIn.path;
    if (!isRecordedCheckIn) {
      request.log.info({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered');
    }
    done();
  });
}

export type Log = Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
