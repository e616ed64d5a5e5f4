import { Type, type Static } from 'typebox';
import { Instant, Strict } from '../identifiers.ts';
import { operation, type Authority } from '../operation.ts';
import { MaskedHolder } from './residents.ts';
import { Assertion, StatementToSign } from '../webAuthn.ts';

// Whoever has an account on another device and stands at a desk: the account moves after a delay, or at once by a second registrar.

export const DeskMoveId = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', maxLength: 36 });
/** A move that waits. */
export const DeskMove = Strict({
  moveId: DeskMoveId,
  /** When the account moves, unless its owner objects. */
  movesAt: Instant,
  /** The registrar who saw the document first. */
  askedBy: Strict({ name: Type.String(), office: Type.String(), unit: Type.String() }),
  /** Whether that is the caller: then another registrar confirms. */
  own: Type.Boolean(),
  /** Whether the account's owner has stopped another device within the last days. */
  ownerObjected: Type.Boolean(),
});
export type DeskMove = Static<typeof DeskMove>;

const registrar: Authority = { kind: 'staff', roles: ['registrar'] };

export const beginDeskMoveConfirmation = operation({
  id: 'beginDeskMoveConfirmation', capability: 'residents', method: 'POST', path: '/v1/desk/moves/:moveId/confirmation/options', authority: registrar, status: 200,
  summary: 'Options for confirming a move by passkey, for a second registrar who has just seen the document; the challenge stands for the very move',
  params: Strict({ moveId: DeskMoveId }), body: Strict({}),
  response: StatementToSign,
});
export const confirmDeskMove = operation({
  id: 'confirmDeskMove', capability: 'residents', method: 'POST', path: '/v1/desk/moves/:moveId/confirmation', authority: registrar, status: 200,
  summary: 'Confirm a move that another registrar asked for: the account moves at once',
  params: Strict({ moveId: DeskMoveId }), body: Assertion,
  response: Strict({ holder: MaskedHolder }),
});
