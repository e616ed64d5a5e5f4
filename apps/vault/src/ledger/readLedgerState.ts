import type { Oversight } from '@health-kit/api';
import { firstRow } from '../database.ts';
import { instant, type Vault } from '../vault.ts';

/** How far the ledger is: leaves, the last signed tree head, and what each configured witness has cosigned. */
export async function readLedgerState({ database, witnesses }: Vault): Promise<Oversight['ledger']> {
  const row = firstRow(await database.query<{ leaves: string; appended_at: Date | null }>(
    'SELECT (SELECT coalesce(max(seq) + 1, 0) FROM ledger.leaf)::text AS leaves, (SELECT appended_at FROM ledger.leaf ORDER BY seq DESC LIMIT 1) AS appended_at',
  ));
  const last = row?.appended_at ?? null;
  const head = firstRow(await database.query<{ size: string; signed_at: Date }>('SELECT size, signed_at FROM ledger.checkpoint ORDER BY size DESC LIMIT 1'));
  const cosigned: Oversight['ledger']['witnesses'] = [];
  for (const { name, keyId } of witnesses) {
    const latest = firstRow(await database.query<{ size: string; cosigned_at: Date }>(
      'SELECT size, cosigned_at FROM ledger.cosignature WHERE key_name = $1 AND key_id = $2 ORDER BY size DESC LIMIT 1', [name, keyId],
    ));
    cosigned.push({ name, cosigned: latest === null ? null : { size: Number(latest.size), at: instant(latest.cosigned_at.getTime()) } });
  }
  return {
    leaves: Number(row?.leaves ?? 0), lastLeafAt: last === null ? null : instant(last.getTime()),
    checkpoint: head === null ? null : { size: Number(head.size), signedAt: instant(head.signed_at.getTime()) }, witnesses: cosigned,
  };
}
