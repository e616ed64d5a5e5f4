import type { Queries } from '../database.ts';
import { nowOf, type Vault } from '../vault.ts';
import { issuerKeyYears, keyForms, yearMs } from './newKeys.ts';
import { newestVersion, storeKey } from './storedKeys.ts';

/** How long all vault processes together take at most to see what one of them changed, ms: each looks every second. */
export const settleMs = 30_000;

/** Makes the next version of a key, used from a moment on (epoch ms). Returns its number. */
export async function makeNextVersion(vault: Vault, queries: Queries, base: string, usedFromMs: number): Promise<number> {
  const form = keyForms.find((each) => each.base === base);
  if (form === undefined) throw new TypeError(`${base} is no key`);
  const version = (await newestVersion(queries, base)) + 1;
  const now = vault.clock.now();
  const stored = await storeKey(queries, { ...vault, now: () => now }, vault.keys.ledgerEvent, `${base}/${version}`, form.make(vault.random), {
    notBefore: form.signs ? new Date(now) : null, notAfter: form.signs ? new Date(now + issuerKeyYears * yearMs) : null, usedFrom: new Date(usedFromMs),
  });
  if (!stored) throw new Error('the next version of a key is there already');
  return version;
}

/** Versions before `version` read until a moment (epoch ms), unless they end before. */
export async function endFormerVersions(queries: Queries, base: string, version: number, untilMs: number): Promise<void> {
  await queries.query(
    'UPDATE vault.sealed_key SET read_until = $2 WHERE name = ANY($1) AND revoked_at IS NULL AND (read_until IS NULL OR read_until > $2)',
    [namesBefore(base, version), new Date(untilMs)],
  );
}

/**
 * Takes the versions before `version` out of trust now.
 *
 * @param rememberedMs for how long they are kept all the same, for what must be found by them although it counts no
 * more; null for no end
 */
export async function revokeFormerVersions(vault: Vault, queries: Queries, base: string, version: number, rememberedMs: number | null = 0): Promise<void> {
  const now = nowOf(vault);
  await queries.query('UPDATE vault.sealed_key SET revoked_at = $2, read_until = $3 WHERE name = ANY($1) AND revoked_at IS NULL', [
    namesBefore(base, version), now, rememberedMs === null ? null : new Date(now.getTime() + rememberedMs),
  ]);
}

function namesBefore(base: string, version: number): string[] {
  return [base, ...Array.from({ length: version - 1 }, (_, index) => `${base}/${index + 1}`)];
}
