import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { randomSecret } from '../randomness.ts';
import { nowOf, type Vault } from '../vault.ts';

const presentationLifeMs = 10 * 60_000;

/** Whom an officer has before them: by a device's pass, by a card, or, without either, by the document. */
export interface Presentation {
  readonly officer: Pick<OfficerRecord, 'officerId'>;
  readonly person: PersonId;
  readonly thumbprint: string | null;
  readonly cardId: string | null;
}

/** Writes a presentation down; returns its name, good for ten minutes and for this officer alone. */
export async function storePresentation(vault: Vault, queries: Queries, { officer, person, thumbprint, cardId }: Presentation): Promise<string> {
  const presentationId = randomSecret(vault.random);
  await queries.query('INSERT INTO vault.presentation (presentation_id, officer_id, person_id, thumbprint, card_id, expires_at) VALUES ($1, $2, $3, $4, $5, $6)', [
    presentationId, officer.officerId, person, thumbprint, cardId, new Date(vault.clock.now() + presentationLifeMs),
  ]);
  return presentationId;
}

/** An officer's presentation that is still good; null where there is none. */
export async function findPresentation(vault: Vault, queries: Queries, presentationId: string, officer: Presentation['officer']): Promise<Presentation | null> {
  const row = firstRow(await queries.query<{ person_id: string; thumbprint: string | null; card_id: string | null }>(
    'SELECT person_id, thumbprint, card_id FROM vault.presentation WHERE presentation_id = $1 AND officer_id = $2 AND expires_at > $3', [presentationId, officer.officerId, nowOf(vault)],
  ));
  return row === null ? null : { officer, person: personId(row.person_id), thumbprint: row.thumbprint, cardId: row.card_id };
}
