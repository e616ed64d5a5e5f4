import type { Vault } from '../vault.ts';
import { nowOf } from '../vault.ts';
import { makeCheckpoint } from './checkpoints.ts';
import { ledgerSize } from './compareWithJournal.ts';

/** A leaf waits at most about this long for a checkpoint over it, ms. */
const everyMs = 2_000;

/** Signs a checkpoint a moment after leaves were appended. Returns how to stop. */
export function scheduleCheckpoints(vault: Vault, failed: (error: unknown) => void): { readonly stop: () => void } {
  let signedSize = -1;
  let running = false;
  async function look(): Promise<void> {
    if (running) return;
    running = true;
    try {
      // One read of the index's end while nothing happens.
      if ((await ledgerSize(vault.database)) === signedSize) return;
      signedSize = (await makeCheckpoint(vault.database, vault.ledger, nowOf(vault)))?.checkpoint.size ?? 0;
    } catch (error) {
      failed(error);
    } finally {
      running = false;
    }
  }
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
