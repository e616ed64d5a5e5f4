import type { Operation, Problem } from '@health-kit/api';
import type { Clock } from '@health-kit/api/process-settings';
import { call, fetchTrust, memoryPins, type CallInput, type CallOptions, type CallValue, type CityTrust, type Connection } from '@health-kit/client';
import { Value } from 'typebox/value';
import type { Random } from './seededRandom.ts';

/** What actors share: the system they talk to, its telephone network, and where time and chance come from. */
export interface World {
  /** Where the system listens and what it calls itself in proofs. */
  readonly origin: string;
  /** The development telephone network; without it nobody can read a one-time code. */
  readonly outboxOrigin: string | null;
  readonly clock: Clock;
  readonly random: Random;
  /** The city's public facts, asked for once; believed as apps do, by the trust root that was met first. */
  trust(): Promise<CityTrust>;
  /** Asks for them anew. */
  renewTrust(): Promise<CityTrust>;
}

/** Opens a world on a running system. */
export function openWorld(options: { readonly origin: string; readonly outboxOrigin: string | null; readonly clock: Clock; readonly random: Random }): World {
  let trust: Promise<CityTrust> | null = null;
  const pins = memoryPins();
  const world: World = {
    ...options,
    trust: () => (trust ??= world.renewTrust()),
    async renewTrust() {
      const outcome = await fetchTrust(connect(world), pins);
      if (outcome.ok) return outcome.value;
      if (outcome.reason === 'untrusted') throw new TypeError(`the trust document is not believed: ${outcome.fault}`);
      throw outcome.reason === 'refused' ? new ProblemError('getTrust', outcome.problem) : new UnreachableError(`getTrust: ${world.origin} did not answer`);
    },
  };
  return world;
}

/** The system refused; `problem` says why. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly operation: string;
  constructor(operation: string, problem: Problem) {
    const errors = problem.errors?.map(({ pointer, detail }) => ` ${pointer}: ${detail}`).join(';') ?? '';
    super(`${operation}: ${problem.status} ${problem.type}: ${problem.detail}${errors}`);
    this.operation = operation;
    this.problem = problem;
  }
}

/** Nothing answered in time. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/**
 * A connection of an actor. Every answer is held against the contract. Nonces and ids are drawn from the
 * platform, not from the seed: a seed that is used twice on one system must not replay a proof.
 */
export function connect(world: World, credentials: { readonly key?: CryptoKeyPair; readonly ticket?: string } = {}): Connection {
  return {
    origin: world.origin,
    now: () => world.clock.now(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    key: credentials.key ?? null,
    ticket: credentials.ticket ?? null,
    checkAnswer: (operation, answer) => operation.response === undefined || Value.Check(operation.response, answer),
  };
}

/** Calls an operation and returns its answer. Throws {@link ProblemError} or {@link UnreachableError}. */
export async function perform<O extends Operation>(connection: Connection, operation: O, input: CallInput<O>, options?: CallOptions): Promise<CallValue<O>> {
  const outcome = await call(connection, operation, input, options);
  if (outcome.ok) return outcome.value;
  if (outcome.reason === 'refused') throw new ProblemError(operation.id, outcome.problem);
  const how = outcome.reason === 'malformed' ? `answered with status ${outcome.status} and ${outcome.contentType ?? 'no type'}` : 'did not answer';
  throw new UnreachableError(`${operation.id}: ${connection.origin} ${how}`);
}

/** An instant as the contract writes it. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
