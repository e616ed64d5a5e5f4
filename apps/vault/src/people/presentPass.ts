import type { SealedCard } from '@health-kit/api';
import { verifyCode, type Pass } from '@health-kit/pass';
import { isSealed, openCard } from '../cards/cardCode.ts';
import { firstRow } from '../database.ts';
import { personId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import { trustedKeys } from '../passes/trust.ts';
import type { Vault } from '../vault.ts';
import { findPerson, type OpenPerson } from './people.ts';

/** How far back the code is tried, ms: with one slot of tolerance either way, up to 120 s at a counter where hands are full. */
const lookBackMs = [0, 45_000, 90_000];

/** How long ago a card may have been scanned, ms: as long as a phone's code is taken at a counter. */
const cardScanLifeMs = 120_000;

/** Who was presented, and by what: a device's key, or a card. */
export type PresentedPerson = OpenPerson & { readonly thumbprint: string | null; readonly cardId: string | null };

/**
 * Whose pass a staff member scanned: the turning code is verified as a guard would, a little longer, and the row of
 * the pass says who it is. A status that changed since does not matter here; a device that was revoked does.
 */
export async function requirePresentedPerson(vault: Vault, code: string, use: Exclude<SealedCard['use'], 'visit'>): Promise<PresentedPerson> {
  if (isSealed(code)) return requireCardHolder(vault, code, use);
  const pass = (await verifyRecentCode(vault, code)) ?? refuse('pass-refused');
  const row = firstRow(await vault.database.query<{ person_id: string; thumbprint: string }>(
    `SELECT p.person_id, p.thumbprint FROM vault.pass p JOIN vault.device d ON d.thumbprint = p.thumbprint AND d.person_id = p.person_id AND d.revoked_at IS NULL
     WHERE p.list_id = $1 AND p.list_index = $2 AND p.issued_at = $3`,
    [pass.statusListId, pass.statusListIndex, new Date(pass.issuedAt * 1000)],
  )) ?? refuse('pass-refused');
  const person = (await findPerson(vault, vault.database, personId(row.person_id))) ?? refuse('pass-refused');
  return { ...person, thumbprint: row.thumbprint, cardId: null };
}

/** Whose card a staff member scanned just now. It proves no holder: the officer has compared the face. */
async function requireCardHolder(vault: Vault, sealed: string, use: SealedCard['use']): Promise<PresentedPerson> {
  const { card, atMs } = (await openCard(vault, sealed, use)) ?? refuse('pass-refused');
  if (Math.abs(vault.clock.now() - atMs) > cardScanLifeMs || card.endedAt !== null) refuse('pass-refused');
  const person = (await findPerson(vault, vault.database, card.person)) ?? refuse('pass-refused');
  return { ...person, thumbprint: null, cardId: card.cardId };
}

async function verifyRecentCode(vault: Vault, code: string): Promise<Pass | null> {
  const now = vault.clock.now();
  for (const back of lookBackMs) {
    const verification = await verifyCode(code, trustedKeys(vault), now - back);
    if (verification.accepted) {
      const { pass, kind } = verification;
      return kind === 'turning' && pass.issuer === vault.issuer.id && now < pass.expiresAt * 1000 ? pass : null;
    }
    if (verification.reason !== 'stale-code') return null;
  }
  return null;
}
