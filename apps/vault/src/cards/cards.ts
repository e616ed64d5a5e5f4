import { firstRow, type Queries } from '../database.ts';
import { personId, type PersonId } from '../identifiers.ts';
import { nowOf, type Vault } from '../vault.ts';

/** A pass on paper. */
export interface Card {
  readonly cardId: string;
  readonly person: PersonId;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}
type CardRow = { card_id: string; person_id: string; issued_at: Date; expires_at: Date; ended_at: Date | null };
const cardColumns = 'card_id, person_id, issued_at, expires_at, ended_at';

function cardOf(row: CardRow): Card {
  return { cardId: row.card_id, person: personId(row.person_id), issuedAt: row.issued_at, expiresAt: row.expires_at, endedAt: row.ended_at };
}

/** The card of an identifier, good or not; null where there is none. */
export async function findCard(queries: Queries, cardId: string): Promise<Card | null> {
  const row = firstRow(await queries.query<CardRow>(`SELECT ${cardColumns} FROM vault.card WHERE card_id = $1`, [cardId]));
  return row === null ? null : cardOf(row);
}

/** Whether a card was good at a moment. A scanner's clock may be a minute behind ours. */
export function wasGood(card: Card, atMs: number): boolean {
  return atMs >= card.issuedAt.getTime() - 60_000 && atMs < card.expiresAt.getTime() && (card.endedAt === null || atMs < card.endedAt.getTime());
}

/** Whether somebody has a card that is good. */
export async function hasCard(vault: Vault, queries: Queries, person: PersonId): Promise<boolean> {
  return (await queries.query('SELECT FROM vault.card WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2', [person, nowOf(vault)])).rowCount > 0;
}

/** Ends the card that a person has; returns whether one was good. Gates refuse it from their next list on. */
export async function endCards(vault: Vault, queries: Queries, person: PersonId): Promise<boolean> {
  const { rows } = await queries.query<{ expires_at: Date }>('UPDATE vault.card SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL RETURNING expires_at', [person, nowOf(vault)]);
  return rows.some(({ expires_at }) => expires_at > nowOf(vault));
}
