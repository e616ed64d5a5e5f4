import { findCardVisits } from '@health-kit/api/vault';
import { openHandler } from '../authority/handlers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { instant, type Vault } from '../vault.ts';
import { openCard } from './cardCode.ts';

/** How far a gate's clock may be ahead of ours, ms. */
const aheadMs = 120_000;
const dayMs = 86_400_000;

/**
 * The visits that gates' scans of cards stand for: the pseudonym of the day that stands under the seal, and of no other,
 * so that whoever relays a scan learns of one visit what a phone's pass would have told, and nothing of other days.
 */
export const findCardVisitsHandler = openHandler(findCardVisits, async (vault, { scans }) => {
  const visits = [];
  for (const sealed of scans) visits.push(await visitOf(vault, sealed));
  return { visits };
});

async function visitOf(vault: Vault, sealed: string) {
  const opened = await openCard(vault, sealed, 'visit');
  if (opened === null) return null;
  const { card, atMs } = opened;
  const now = vault.clock.now();
  if (atMs > now + aheadMs || atMs < now - vault.limits.visitTermDays * dayMs) return null;
  const day = vault.calendar.dayOf(atMs);
  const key = await vault.keys.visit(day);
  return key === null ? null : { arrivedAt: instant(atMs), subject: pseudonymOf(key, card.person) };
}
