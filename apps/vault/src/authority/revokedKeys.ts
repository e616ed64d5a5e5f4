import { listRevokedKeys } from '@health-kit/api/vault';
import type { Queries } from '../database.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { openHandler } from './handlers.ts';

/** How long a ticket may outlive the revocation of its key, ms: a day ticket at most a day of 25 hours, a session twelve hours. */
const ticketLifeMs = 26 * 3_600_000;
/** Keys given at most; who gets as many asks again from the last moment. */
const mostKeys = 20_000;

/**
 * Notes keys whose tickets must die before their time, in the transaction that revokes them: a device that was
 * moved or given up, the session of an officer who may act no longer. Servers learn of them within seconds.
 */
export async function revokeKeys(vault: Vault, queries: Queries, thumbprints: readonly string[]): Promise<void> {
  if (thumbprints.length === 0) return;
  const now = nowOf(vault);
  await queries.query(
    `INSERT INTO vault.revoked_key (thumbprint, revoked_at, until) SELECT thumbprint, $2, $3 FROM unnest($1::text[]) AS thumbprint
     ON CONFLICT (thumbprint) DO UPDATE SET revoked_at = $2, until = $3`,
    [thumbprints, now, new Date(now.getTime() + ticketLifeMs)],
  );
}

/** Whether a key was revoked while a ticket of its may still be in force. */
export async function isRevokedKey(vault: Vault, queries: Queries, thumbprint: string): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.revoked_key WHERE thumbprint = $1 AND until > $2', [thumbprint, nowOf(vault)])).rowCount > 0;
}

/** Keys revoked at a moment or later, oldest first. A thumbprint tells nothing about whose key it was. */
export const listRevokedKeysHandler = openHandler(listRevokedKeys, async (vault, { since }) => {
  const now = nowOf(vault);
  const { rows } = await vault.database.query<{ thumbprint: string; revoked_at: Date; until: Date }>(
    `SELECT thumbprint, revoked_at, until FROM vault.revoked_key WHERE revoked_at >= $1 AND until > $2 ORDER BY revoked_at, thumbprint LIMIT ${mostKeys}`,
    [new Date(since), now],
  );
  const last = rows.length === mostKeys ? rows.at(-1) : undefined;
  return {
    keys: rows.map(({ thumbprint, until }) => ({ thumbprint, until: instant(until.getTime()) })),
    asOf: instant((last?.revoked_at ?? now).getTime()), complete: last === undefined,
    revokedTicketRoot: vault.keys.revokedTicketRoot,
  };
});
