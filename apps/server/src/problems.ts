/** RFC 9457 problem details: how every refusal of this server looks, and which errors become which. */
import type { FastifyError, FastifyReply } from 'fastify';
import { problemTypes, problemTypeUri, type Problem, type ProblemName } from '@health-kit/api';
import { DatabaseUnavailableError } from './database.ts';
import { VaultUnavailableError } from './vault/vaultClient.ts';

export interface ProblemExtras {
  /** Where a value was refused: JSON Pointer and reason, never the value. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly retryAfterSeconds?: number;
}

/** Thrown by a handler to refuse a request; turned into problem details in one place. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly extras: ProblemExtras;
  constructor(problem: ProblemName, extras: ProblemExtras = {}) {
    super(problem);
    this.problem = problem;
    this.extras = extras;
  }
}

/** Seconds after which a refused request may come again, where nothing better is known. */
const usualRetrySeconds = 5;

/** The problem document of a name. 429 and 503 always say when to come back. */
export function problemDocument(name: ProblemName, extras: ProblemExtras = {}): Problem {
  const { status, title, detail } = problemTypes[name];
  const comesBack = status === 429 || status === 503;
  return {
    type: problemTypeUri(name), title, status, detail,
    ...(extras.errors === undefined ? {} : { errors: [...extras.errors] }),
    ...(comesBack ? { retryAfterSeconds: extras.retryAfterSeconds ?? usualRetrySeconds } : {}),
  };
}

/** Answers with problem details. */
export function sendProblem(reply: FastifyReply, name: ProblemName, extras: ProblemExtras = {}): FastifyReply {
  const document = problemDocument(name, extras);
  if (document.retryAfterSeconds !== undefined) reply.header('retry-after', String(document.retryAfterSeconds));
  // RFC 9110, 15.5.2: a 401 names the scheme; the same for every failure.
  if (document.status === 401) reply.header('www-authenticate', 'DPoP algs="ES256"');
  return reply
    .code(document.status)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type('application/problem+json')
    // Serialised here: the answer's own schema is for successes.
    .serializer((text: string) => text)
    .send(JSON.stringify(document));
}

/** Which problem an error is. What nobody foresaw is `internal-error`, and says nothing of itself. */
export function problemOf(error: unknown): { readonly name: ProblemName; readonly extras: ProblemExtras } {
  if (error instanceof ProblemError) return { name: error.problem, extras: error.extras };
  if (error instanceof VaultUnavailableError || error instanceof DatabaseUnavailableError) return { name: 'unavailable', extras: {} };
  switch (statusOf(error)) {
    case 400: return { name: 'invalid-request', extras: {} };
    case 404: return { name: 'not-found', extras: {} };
    case 413: return { name: 'too-large', extras: {} };
    case 414: return { name: 'too-large', extras: {} };
    case 415: return { name: 'unsupported-media-type', extras: {} };
    case 429: return { name: 'too-many-requests', extras: {} };
    case 503: return { name: 'unavailable', extras: {} };
    default: return { name: 'internal-error', extras: {} };
  }
}

function statusOf(error: unknown): number | undefined {
  return isFastifyError(error) ? error.statusCode : undefined;
}
function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
