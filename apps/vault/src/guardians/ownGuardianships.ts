import type { OwnAccount } from '@health-kit/api';
import type { Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { maskHolder } from '../people/mask.ts';
import { findPerson } from '../people/people.ts';
import { nowOf, type Vault } from '../vault.ts';
import { inForce, waiting } from './guardianLinks.ts';

/**
 * Both sides of a person for their own export, as they see them in the app: the other one in the least view, and of a
 * request that this person made nobody, before the other one has confirmed it.
 */
export async function ownGuardianships(vault: Vault, queries: Queries, person: PersonId): Promise<OwnAccount['guardianships']> {
  const { rows } = await queries.query<{ guards: boolean; other_id: string; linked_at: Date; ends_at: Date | null; waits_until: Date | null }>(
    `SELECT guardian_id = $1 AS guards, CASE WHEN guardian_id = $1 THEN dependant_id ELSE guardian_id END AS other_id, linked_at, ends_at, waits_until
     FROM vault.guardian_link WHERE $1 IN (guardian_id, dependant_id) AND (${inForce('$2')} OR ${waiting('$2')}) ORDER BY linked_at, link_id`, [person, nowOf(vault)],
  );
  const found: OwnAccount['guardianships'] = [];
  for (const row of rows) {
    const other = row.guards && row.waits_until !== null ? null : await findPerson(vault, queries, personId(row.other_id));
    found.push({
      side: row.guards ? 'guardian' : 'dependant', other: other === null ? null : maskHolder(other.identity, other.provenAt !== null),
      linkedAt: row.linked_at.toISOString(), endsAt: row.ends_at?.toISOString() ?? null, waitsUntil: row.waits_until?.toISOString() ?? null,
    });
  }
  return found;
}
