import type { Operation } from '@health-kit/api';

/** What a call needs to know of the world: where the system is, who calls, and where time and randomness come from. */
export interface Connection {
  /** Scheme, host and port as the system names itself in its settings, no trailing slash; request proofs are made over it. */
  readonly origin: string;
  /** The platform's own unless said. */
  readonly fetch?: typeof globalThis.fetch;
  /** Epoch ms; request proofs are dated by it and may be at most two minutes off. */
  now(): number;
  /** Bytes that nobody can guess. */
  randomBytes(length: number): Uint8Array;
  /** The key of the device, gate or staff session; null for callers that have none. */
  readonly key: CryptoKeyPair | null;
  /** Day ticket, gate ticket, staff ticket or access token; null for callers that have none. */
  readonly ticket: string | null;
  /** Sleeps for so many ms between attempts; a timer unless said. */
  readonly wait?: (ms: number) => Promise<void>;
  /**
   * Whether an answer has the shape the contract gives it. The apps leave it out: their answers come from the
   * server that delivered them, through the same schema. Simulations give one, so that every call they make
   * also tests the contract.
   */
  readonly checkAnswer?: (operation: Operation, answer: unknown) => boolean;
}

/** A connection of this machine, on its own clock and randomness. */
export function openConnection(origin: string, credentials: { key?: CryptoKeyPair | null; ticket?: string | null } = {}): Connection {
  return {
    origin,
    now: () => Date.now(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    key: credentials.key ?? null,
    ticket: credentials.ticket ?? null,
  };
}
