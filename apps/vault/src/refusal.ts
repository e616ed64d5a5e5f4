import type { VaultRefusal } from '@health-kit/api/vault';

/**
 * An expected refusal: becomes status 422 with its name and nothing more. Thrown, because no caller between the
 * rule and the socket could do anything else with it; a transaction it passes through is rolled back.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly refusal: VaultRefusal;

  constructor(refusal: VaultRefusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/** Throws the refusal. */
export function refuse(refusal: VaultRefusal): never {
  throw new Refusal(refusal);
}
