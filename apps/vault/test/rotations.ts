import assert from 'node:assert/strict';
import type { KeyEntry, KeyRotation, RotatedKind } from '@health-kit/api';
import { operatorListKeys, operatorRotateKey, type VaultOperation } from '@health-kit/api/vault';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { advanceRotations } from '../src/keys/rotation.ts';
import { buildOperatorSurface } from '../src/operatorSocket.ts';
import type { Vault } from '../src/vault.ts';
import type { City } from './city.ts';

/** Keys of a city, as its operator replaces them. */
export interface Rotations {
  rotate(kind: RotatedKind, revoke?: boolean): Promise<KeyRotation>;
  last(): Promise<KeyRotation>;
  entries(kind: RotatedKind): Promise<KeyEntry[]>;
  /** State by name. */
  states(kind: RotatedKind): Promise<Readonly<Record<string, string>>>;
}

/** Asks over the operator's socket of the city's first process. */
export function rotationsOf(city: City): Rotations {
  async function operator<Request extends TSchema, Response extends TSchema>(operation: VaultOperation<Request, Response>, request: Static<Request>): Promise<Static<Response>> {
    const failures: unknown[] = [];
    const app = buildOperatorSurface(city.vault, (_where, error) => failures.push(error));
    try {
      const answer = await app.inject({ method: 'POST', url: `/${operation.name}`, payload: JSON.stringify(request), headers: { 'content-type': 'application/json' } });
      if (failures.length > 0) throw new Error(`${operation.name} failed`, { cause: failures[0] });
      const body: unknown = answer.json();
      return Value.Check(operation.response, body) ? body : assert.fail(`${operation.name}: ${answer.statusCode} ${answer.body}`);
    } finally {
      await app.close();
    }
  }
  const entries = async (kind: RotatedKind) => (await operator(operatorListKeys, {})).keys.filter((key) => key.kind === kind);
  return {
    rotate: (kind, revoke = false) => operator(operatorRotateKey, { kind, revoke }),
    last: async () => (await operator(operatorListKeys, {})).rotations[0] ?? assert.fail('no rotation'),
    entries,
    states: async (kind) => Object.fromEntries((await entries(kind)).map(({ name, state }) => [name, state])),
  };
}

/** Takes rotations as far as they go at this moment, in every process at once. */
export async function advanceAll(vaults: readonly Vault[]): Promise<void> {
  await Promise.all(vaults.map(async (vault) => {
    while (await advanceRotations(vault)) { /* the next batch */ }
  }));
  // Once more: what one left to another that is done by now.
  for (const vault of vaults) while (await advanceRotations(vault)) { /* the next batch */ }
}
/** Lets a rotation that has begun come to its end, minute by minute. */
export async function finishRotation(city: City, rotations: Rotations): Promise<KeyRotation> {
  for (let minute = 0; minute < 5; minute += 1) {
    await advanceAll(city.vaults);
    const rotation = await rotations.last();
    if (rotation.finishedAt !== null) return rotation;
    city.clock.set(city.clock.now() + 60_000);
  }
  return assert.fail(`not over: ${JSON.stringify(await rotations.last())}`);
}
