import { useEffect, useState } from 'react';
import { tilePath, type TileId } from '@health-kit/tlog';
import { deviceState, keep } from '../device/deviceState.ts';
import { refreshTrust } from '../device/trust.ts';
import { checkAccessLog, type AccessLog, type LogCheck } from './checkAccessLog.ts';

/** Where the check of a log stands; `away` when nothing can be said now. */
export type CheckState = { readonly state: 'checking' } | { readonly state: 'away' } | LogCheck;

/** Checks a page of the log on this device, and remembers the tree head it was checked under. */
export function useLogCheck(log: AccessLog, before: number | null): CheckState {
  const [check, setCheck] = useState<CheckState>({ state: 'checking' });
  useEffect(() => {
    let over = false;
    checkAndRemember(log, before).then(
      (result) => over || setCheck(result),
      () => over || setCheck({ state: 'away' }),
    );
    return () => {
      over = true;
    };
  }, [log, before]);
  return check;
}

async function checkAndRemember(log: AccessLog, before: number | null): Promise<LogCheck> {
  const trust = await refreshTrust();
  if (!trust.ok) throw new Error('the ledger is not named now');
  const { origin, key } = trust.value.ledger;
  // Pinned at first use.
  const known = deviceState().ledger ?? { origin, key, checkpoint: null };
  const check = await checkAccessLog(log, known, { origin, key }, readTile, before);
  if (check.state === 'checked') await keep({ ledger: { ...known, checkpoint: check.checkpoint } });
  return check;
}

async function readTile(tile: TileId): Promise<Uint8Array> {
  const response = await fetch(`/ledger/${tilePath(tile)}`);
  if (!response.ok) throw new Error('the ledger did not answer');
  return new Uint8Array(await response.arrayBuffer());
}
