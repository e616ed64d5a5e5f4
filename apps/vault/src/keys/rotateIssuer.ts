import { cardLifeDays } from '@health-kit/api';
import type { KeyUse } from '@health-kit/pass';
import { firstRow, type Queries } from '../database.ts';
import { listsInForce } from '../passes/statusListIndex.ts';
import { nowOf, type Vault } from '../vault.ts';
import { endFormerVersions, makeNextVersion, revokeFormerVersions, settleMs } from './replaceVersion.ts';
import type { RotationPlan } from './rotationPlans.ts';

const hourMs = 3_600_000;
/**
 * How long what a key signs is relied upon, ms. A pass is good until two hours after its day, and one on paper for half
 * a year, and a gate that was offline hands its scans in for as long as visits are kept; a status list is good for twelve hours. Null for venue
 * codes: they hang on walls for as long as the key is in force.
 */
const relianceMs: Readonly<Record<KeyUse, (vault: Vault) => number | null>> = {
  pass: ({ limits }) => (cardLifeDays + limits.visitTermDays + 2) * 24 * hourMs, 'status-list': () => 24 * hourMs, venue: () => null,
};
/** Passes that are called back in one transaction. */
const batch = 2_000;

/**
 * Replaces a signing key. Announced in the trust list first, and used once whoever verifies can have fetched it
 * (`limits.keyAnnouncementMinutes`); the old key is trusted for as long as what it signed is relied upon.
 *
 * Revoking, the new key is used and the old one out of the trust list at once. Passes of the old one are marked
 * invalid in their status lists, in batches, and once more after all processes know: no pass that a process signed
 * in between with the old key stays valid.
 */
export function rotateIssuer(use: KeyUse): RotationPlan {
  const base = `issuer/${use}`;
  return {
    async begin(vault, queries, revokes) {
      const now = vault.clock.now();
      const usedFrom = revokes ? now : now + vault.limits.keyAnnouncementMinutes * 60_000;
      const version = await makeNextVersion(vault, queries, base, usedFrom);
      const reliance = relianceMs[use](vault);
      if (revokes) await revokeFormerVersions(vault, queries, base, version);
      else if (reliance !== null) await endFormerVersions(queries, base, version, usedFrom + reliance);
      return { version, total: revokes && use === 'pass' ? await countFormerPasses(vault, queries, version) : 0 };
    },
    async advance(vault, queries, { version, revokes, startedAtMs }) {
      const now = vault.clock.now();
      if (!revokes) return { done: 0, state: now >= startedAtMs + vault.limits.keyAnnouncementMinutes * 60_000 ? 'finished' : 'waiting' };
      const done = use === 'pass' ? await callBackPasses(vault, queries, version) : 0;
      if (done > 0) return { done, state: 'more' };
      const isOver = now >= startedAtMs + settleMs && (use !== 'pass' || (await countFormerPasses(vault, queries, version)) === 0);
      return { done, state: isOver ? 'finished' : 'waiting' };
    },
  };
}

const formerPasses = 'FROM vault.pass WHERE list_id = ANY($1) AND key_version < $2 AND NOT invalid AND expires_at > $3';

async function countFormerPasses(vault: Vault, queries: Queries, version: number): Promise<number> {
  const row = firstRow(await queries.query<{ left: number }>(`SELECT count(*)::int AS left ${formerPasses}`, [listsInForce(vault), version, nowOf(vault)]));
  return row?.left ?? 0;
}

/** Marks a batch of passes invalid. Rows that somebody else holds are left for the next look: nobody waits for nobody, and so nobody deadlocks. */
async function callBackPasses(vault: Vault, queries: Queries, version: number): Promise<number> {
  const marked = await queries.query(
    `WITH batch AS (SELECT list_id, list_index ${formerPasses} LIMIT ${batch} FOR UPDATE SKIP LOCKED)
     UPDATE vault.pass p SET invalid = true FROM batch WHERE p.list_id = batch.list_id AND p.list_index = batch.list_index`,
    [listsInForce(vault), version, nowOf(vault)],
  );
  return marked.rowCount;
}
