import type { BodyOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@health-kit/api';
import type { Connection } from './connection.ts';
import { readProblem, type Outcome } from './outcome.ts';
import { prepareRequest } from './request.ts';
import { parseRetryAfter, waitBeforeRetry } from './retryAfter.ts';

type Part<Name extends string, Value> = unknown extends Value ? unknown
  : Partial<Value> extends Value ? { readonly [N in Name]?: Value }
  : { readonly [N in Name]: Value };

/** What an operation is called with: `params`, `query` and `body`, each only where the operation has one; what has no required member may be left out. */
export type CallInput<O extends Operation> = Part<'params', ParamsOf<O>> & Part<'query', QueryOf<O>> & Part<'body', BodyOf<O>>;

/** What a successful call gives: the JSON answer, or the bytes where it is not JSON (none for status 204). */
export type CallValue<O extends Operation> = unknown extends ResponseOf<O> ? Uint8Array<ArrayBuffer> : ResponseOf<O>;

export interface CallOptions {
  /** Milliseconds that one attempt may take; 10 s unless said. */
  readonly deadlineMs?: number;
  /** How often the request is sent at most; 1 unless said. More is for {@link isRepeatable} operations only. */
  readonly attempts?: number;
  /** Ends the call from outside; it is then `unreachable`. */
  readonly signal?: AbortSignal;
}

/** Operations whose repetition changes nothing because the client made the id, or the state is set rather than added to. */
const repeatablePosts: ReadonlySet<string> = new Set(['checkIn', 'checkOut', 'gateCheckIn', 'readMyNotice', 'issueTicket', 'issuePass', 'renewGateTicket']);

/** Whether an operation may be sent again when its answer got lost. */
export function isRepeatable(operation: Operation): boolean {
  return operation.method !== 'POST' || repeatablePosts.has(operation.id);
}

/** Statuses that ask to come back later; any other refusal stays the same however often it is asked for. */
const passingStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/**
 * Calls an operation of the contract. Adds what its authority asks for (a request proof after RFC 9449, the
 * ticket as DPoP-bound or bearer token), sends exactly the bytes the proof covers, and returns the typed
 * answer, the problem document, or that nothing, or something else, answered. Throws only for mistakes of the caller:
 * {@link MissingCredentialError}, a missing path parameter, attempts on an operation that is not repeatable.
 */
export async function call<O extends Operation>(
  connection: Connection, operation: O, input: CallInput<O>, options?: CallOptions,
): Promise<Outcome<CallValue<O>>>;
export async function call(connection: Connection, operation: Operation, input: unknown, options: CallOptions = {}): Promise<Outcome<unknown>> {
  const attempts = options.attempts ?? 1;
  if (attempts > 1 && !isRepeatable(operation)) throw new TypeError(`${operation.id} must not be repeated`);
  for (let attempt = 1; ; attempt += 1) {
    const { outcome, retryAfterMs } = await attemptCall(connection, operation, input, options);
    const passing = !outcome.ok && (outcome.reason !== 'refused' || passingStatuses.has(outcome.problem.status));
    if (!passing || attempt >= attempts || options.signal?.aborted === true) return outcome;
    const waitMs = waitBeforeRetry(attempt, retryAfterMs, chance(connection));
    if (waitMs === null) return outcome;
    await (connection.wait ?? sleep)(waitMs);
  }
}

async function attemptCall(
  connection: Connection, operation: Operation, input: unknown, options: CallOptions,
): Promise<{ outcome: Outcome<unknown>; retryAfterMs: number | null }> {
  const request = await prepareRequest(connection, operation, input);
  const deadline = AbortSignal.timeout(options.deadlineMs ?? 10_000);
  let status: number, contentType: string | null, retryAfterMs: number | null, bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await (connection.fetch ?? globalThis.fetch)(request.url, {
      method: request.method, headers: request.headers, body: request.body,
      signal: options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]),
      // Authority travels in the headers above and nowhere else; answers about people stay out of every cache.
      credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
    });
    status = response.status;
    contentType = response.headers.get('content-type');
    retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), connection.now());
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    return { outcome: { ok: false, reason: 'unreachable' }, retryAfterMs: null };
  }
  const malformed = { outcome: { ok: false, reason: 'malformed', status, contentType }, retryAfterMs } as const;
  if (status < 200 || status > 299) {
    const problem = readProblem(status, new TextDecoder().decode(bytes), retryAfterMs);
    return problem === null ? malformed : { outcome: { ok: false, reason: 'refused', problem }, retryAfterMs };
  }
  if (operation.produces !== undefined || operation.response === undefined) return { outcome: { ok: true, value: bytes }, retryAfterMs };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // A success that is no JSON is not ours: a captive portal's page, for one.
    return malformed;
  }
  if (connection.checkAnswer?.(operation, value) === false) throw new TypeError(`the answer of ${operation.id} breaks the contract`);
  return { outcome: { ok: true, value }, retryAfterMs };
}

/** A number in [0, 1) with 24 bits. */
function chance(connection: Connection): number {
  return connection.randomBytes(3).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 24;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
