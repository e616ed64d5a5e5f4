import { verifyCode, type Pass } from '@health-kit/pass';
import { firstRow } from '../database.ts';
import { personId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import { trustedKeys } from '../passes/trust.ts';
import type { Vault } from '../vault.ts';
import { findPerson, type OpenPerson } from './people.ts';

/** How far back the code is tried, ms: with one slot of tolerance either way, up to 120 s at a counter where hands are full. */
const lookBackMs = [0, 45_000, 90_000];

/**
 * Whose pass a staff member scanned: the turning code is verified as a guard would, a little longer, and the row of
 * the pass says who it is. A status that changed since does not matter here; a device that was revoked does.
 */
export async function requirePresentedPerson(vault: Vault, code: string): Promise<OpenPerson & { readonly thumbprint: string }> {
  const pass = (await verifyRecentCode(vault, code)) ?? refuse('pass-refused');
  const row = firstRow(await vault.database.query<{ person_id: string; thumbprint: string }>(
    `SELECT p.person_id, p.thumbprint FROM vault.pass p JOIN vault.device d ON d.thumbprint = p.thumbprint AND d.person_id = p.person_id AND d.revoked_at IS NULL
     WHERE p.list_id = $1 AND p.list_index = $2 AND p.issued_at = $3`,
    [pass.statusListId, pass.statusListIndex, new Date(pass.issuedAt * 1000)],
  )) ?? refuse('pass-refused');
  const person = (await findPerson(vault, vault.database, personId(row.person_id))) ?? refuse('pass-refused');
  return { ...person, thumbprint: row.thumbprint };
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
