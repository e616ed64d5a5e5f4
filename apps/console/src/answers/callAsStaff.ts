import { getTrust, problemTypes, problemTypeUri, type Operation, type ProblemName } from '@health-kit/api';
import { call, openConnection, problemName, type CallInput, type CallOptions, type CallValue, type CityTrust, type Outcome, type Refusal, type Untrusted } from '@health-kit/client';
import { expireSession, sessionState } from '../session/session.ts';
import { refreshTrust } from '../session/trust.ts';

/** Thrown where an answer is awaited and a refusal, or no answer at all, came. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal | Untrusted;
  constructor(operation: Operation, refusal: Refusal | Untrusted) {
    super(`${operation.id}: ${refusal.reason === 'refused' ? refusal.problem.type : refusal.reason === 'untrusted' ? refusal.fault : refusal.reason}`);
    this.refusal = refusal;
  }
}

/** Which problem of the catalogue an error is; null for anything else. */
export function problemOf(error: unknown): ProblemName | null {
  return error instanceof RefusedError && error.refusal.reason === 'refused' ? problemName(error.refusal.problem) : null;
}

const { title, status, detail } = problemTypes['not-authorized'];
const notSignedIn: Refusal = { ok: false, reason: 'refused', problem: { type: problemTypeUri('not-authorized'), title, status, detail } };

/** Calls an operation with the session's key and ticket, or with none where anyone may call it. A session that is refused is over. */
export async function callAsStaff<O extends Operation>(operation: O, input: CallInput<O>, options: CallOptions = {}): Promise<Outcome<CallValue<O>>> {
  const { origin } = window.location;
  if (operation.authority.kind === 'anyone') return call(openConnection(origin), operation, input, options);
  const state = sessionState();
  if (state.kind !== 'signed-in') return notSignedIn;
  const outcome = await call(openConnection(origin, { key: state.key, ticket: state.session.ticket }), operation, input, options);
  if (!outcome.ok && outcome.reason === 'refused' && problemName(outcome.problem) === 'not-authorized' && sessionState() === state) expireSession();
  return outcome;
}

/** As {@link callAsStaff}, for code that only goes on with an answer. Throws {@link RefusedError}. */
export async function ask<O extends Operation>(operation: O, input: CallInput<O>, options: CallOptions = {}): Promise<CallValue<O>> {
  const outcome = await callAsStaff(operation, input, options);
  if (outcome.ok) return outcome.value;
  throw new RefusedError(operation, outcome);
}

/** The city's keys of this moment, as this browser believes them (`session/trust.ts`). Throws {@link RefusedError}. */
export async function askTrust(expectedRoot: string | null = null): Promise<CityTrust> {
  const outcome = await refreshTrust(expectedRoot);
  if (outcome.ok) return outcome.value;
  throw new RefusedError(getTrust, outcome);
}
