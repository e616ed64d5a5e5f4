import { alarmKinds, type Oversight } from '@health-kit/api';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { firstRow, type Queries } from '../database.ts';
import { officerId } from '../identifiers.ts';
import { openEvent } from '../ledger/ledger.ts';
import { instant, type Vault } from '../vault.ts';

type Stopped = Oversight['stopped'][number];

/** Leaves are appended one after another, but their moments were taken a little before that: as much is looked at on either side, ms. */
const slackMs = 30_000;
/** Events that are opened at most to find one freeze. */
const mostEvents = 2_000;

const Frozen = Type.Object({ type: Type.Literal('officer-frozen'), officer: Type.String(), by: Type.String(), reason: Type.Union([Type.String(), Type.Null()]) });

/** Frozen accounts, the last frozen first, with who froze each and why: the ledger's entry says so, and nothing else keeps it. */
export async function readStopped(vault: Vault): Promise<Stopped[]> {
  const { rows } = await vault.database.query<{ officer_id: string; name: string; office: string; unit: string; frozen_at: Date }>(
    'SELECT officer_id, name, office, unit, frozen_at FROM vault.officer WHERE frozen_at IS NOT NULL AND dismissed_at IS NULL ORDER BY frozen_at DESC',
  );
  const stopped: Stopped[] = [];
  for (const { officer_id, name, office, unit, frozen_at } of rows) {
    stopped.push({ officerId: officerId(officer_id), name, office, unit, frozenAt: instant(frozen_at.getTime()), ...(await readFreeze(vault, officer_id, frozen_at.getTime())) });
  }
  return stopped;
}

/** By whom and why; both null where the ledger's entry is not found. An alarm's name is the reason where the vault itself stopped the officer. */
async function readFreeze(vault: Vault, officer: string, frozenMs: number): Promise<Pick<Stopped, 'by' | 'reason' | 'alarm'>> {
  const { database } = vault;
  const first = await firstLeafSince(database, new Date(frozenMs - slackMs));
  const { rows } = await database.query<{ seq: string; sealed: Buffer }>(
    `SELECT e.seq, e.sealed FROM ledger.event e JOIN ledger.leaf l USING (seq) WHERE e.seq >= $1 AND l.appended_at <= $2 ORDER BY e.seq LIMIT ${mostEvents}`,
    [first, new Date(frozenMs + slackMs)],
  );
  // Backwards: of two freezes within the slack the later is the one in force.
  for (const { seq, sealed } of rows.reverse()) {
    const entry = openEvent(vault.keys.ledgerEvents, Number(seq), sealed);
    if (entry === null) continue;
    const event: unknown = JSON.parse(entry.event.toString('utf8'));
    if (!Value.Check(Frozen, event) || event.officer !== officer) continue;
    const { by, reason } = event;
    const alarm = by === 'vault' ? alarmKinds.find((kind) => kind === reason) ?? null : null;
    const watcher = by === 'vault' ? null : firstRow(await database.query<{ name: string }>('SELECT name FROM vault.officer WHERE officer_id = $1', [by]));
    return { by: watcher?.name ?? null, reason: by === 'vault' ? null : reason, alarm };
  }
  return { by: null, reason: null, alarm: null };
}

/** The first leaf of that moment or later, by halving: moments grow with positions, and are no index's. */
async function firstLeafSince(queries: Queries, since: Date): Promise<number> {
  const size = firstRow(await queries.query<{ size: string }>('SELECT coalesce(max(seq) + 1, 0) AS size FROM ledger.leaf'));
  let [low, high] = [0, Number(size?.size ?? 0)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const leaf = firstRow(await queries.query<{ appended_at: Date }>('SELECT appended_at FROM ledger.leaf WHERE seq = $1', [middle]));
    if (leaf !== null && leaf.appended_at < since) low = middle + 1;
    else high = middle;
  }
  return low;
}
