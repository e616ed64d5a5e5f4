import { firstRow, type Queries } from '../database.ts';
import { canaryRow, openCanary } from '../stops/canaries.ts';
import type { Vault } from '../vault.ts';
import { endFormerVersions } from './replaceVersion.ts';
import { beginRecomputing, recomputingState } from './rotateSecret.ts';
import type { RotationPlan } from './rotationPlans.ts';

/** Canaries sealed anew in one transaction. */
const batch = 200;
/** Budgets of people count within a day, ms. */
const budgetMs = 24 * 3_600_000;

/**
 * Replaces the key of the stops. Canaries are looked up under both versions all the while, and hashed and sealed anew
 * once every process uses the new one. Whom an officer touched lapses within a day, and is found under the old one so
 * long.
 */
export const rotateStops: RotationPlan = {
  async begin(vault, queries) {
    const version = await beginRecomputing(vault, queries, 'stops');
    return { version, total: await countLeft(queries, version) };
  },
  async advance(vault, queries, { version, startedAtMs }) {
    const state = recomputingState(vault, startedAtMs);
    if (state === 'announced') return { done: 0, state: 'waiting' };
    const done = await resealSome(vault, queries, version);
    if (done > 0) return { done, state: 'more' };
    if (state !== 'settled' || (await countLeft(queries, version)) > 0) return { done, state: 'waiting' };
    await endFormerVersions(queries, 'stops', version, vault.clock.now() + budgetMs);
    return { done, state: 'finished' };
  },
};

async function countLeft(queries: Queries, version: number): Promise<number> {
  return firstRow(await queries.query<{ left: number }>('SELECT count(*)::int AS left FROM vault.canary WHERE key_version < $1', [version]))?.left ?? 0;
}

async function resealSome(vault: Vault, queries: Queries, version: number): Promise<number> {
  const { rows } = await queries.query<{ canary_hash: Buffer; sealed: Buffer; key_version: number }>(
    `SELECT canary_hash, sealed, key_version FROM vault.canary WHERE key_version < $1 LIMIT ${batch} FOR UPDATE SKIP LOCKED`, [version],
  );
  const { stops, allStops } = vault.keys;
  if (stops.version < version) throw new Error('this process does not use the new key of the stops yet');
  for (const { canary_hash: hash, sealed, key_version } of rows) {
    const former = allStops.find((each) => each.version === key_version);
    if (former === undefined) throw new Error('the key of a canary is missing');
    const anew = canaryRow(vault, stops, openCanary(former, { hash, sealed }));
    await queries.query('UPDATE vault.canary SET canary_hash = $2, sealed = $3, reference_hash = $4, key_version = $5 WHERE canary_hash = $1', [hash, anew.hash, anew.sealed, anew.referenceHash, stops.version]);
  }
  return rows.length;
}
