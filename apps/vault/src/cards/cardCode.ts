import { SealedCard } from '@health-kit/api';
import { uuidFromBytes, verifyCode } from '@health-kit/pass';
import { trustedKeys } from '../passes/trust.ts';
import { unsealAs } from '../people/unsealParticulars.ts';
import type { Vault } from '../vault.ts';
import { findCard, wasGood, type Card } from './cards.ts';

/** Whether a text is something sealed (JWE, five parts), and no code as a screen shows it. */
export function isSealed(text: string): boolean {
  return /^[\w-]+(?:\.[\w-]*){4}$/.test(text);
}

/**
 * The card that a scanner has sealed to the vault, with the moment of the scan: its code is genuine, of this city, was
 * scanned for this use, and the card was good at that moment. Null for anything else. A code that comes without a seal
 * is none: whoever relays scans is to see no card.
 */
export async function openCard(vault: Vault, sealed: string, use: SealedCard['use']): Promise<{ readonly card: Card; readonly atMs: number } | null> {
  const scan = await unsealAs(vault, sealed, SealedCard);
  if (scan === null || scan.use !== use) return null;
  const atMs = Date.parse(scan.at);
  const verification = await verifyCode(scan.code, trustedKeys(vault), atMs);
  if (!verification.accepted || verification.kind !== 'printed' || verification.pass.issuer !== vault.issuer.id) return null;
  const card = await findCard(vault.database, uuidFromBytes(verification.pass.passId));
  return card !== null && wasGood(card, atMs) ? { card, atMs } : null;
}
