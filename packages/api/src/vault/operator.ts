import { Type, type TSchema } from 'typebox';
import { OneOf, Strict } from '../identifiers.ts';
import { KeyInventory, KeyRotation, rotatedKinds } from '../operations/keys.ts';
import type { VaultOperation } from './index.ts';

/**
 * What the operator of the machine can ask of the running vault: POST /<name> over `operator.sock`, a socket of its
 * own that the operator's operating-system user alone can reach. The server cannot, and the vault's other socket
 * knows none of these.
 */
export function operatorOperation<Request extends TSchema, Response extends TSchema>(name: string, request: Request, response: Response): VaultOperation<Request, Response> {
  return { name, callerOperation: null, request, response };
}

export const operatorListKeys = operatorOperation('operator-list-keys', Strict({}), KeyInventory);
/**
 * Begins to replace a key; the vault goes on by itself and `operator-list-keys` says how far it is. `revoke` takes the
 * replaced versions out of trust at once. Refused `conflict` while the kind is being replaced, `invalid-request` where
 * a kind cannot be revoked.
 */
export const operatorRotateKey = operatorOperation('operator-rotate-key', Strict({ kind: OneOf(rotatedKinds), revoke: Type.Boolean() }), KeyRotation);
/** Events opened at one request at most. */
export const maxVerifiedEntries = 5_000;
/** Opens the events of the entries [from, to) and compares each with its commitment. Of what is wrong it says where, and never what an event says. */
export const operatorVerifyEvents = operatorOperation('operator-verify-events', Strict({ from: Type.Integer({ minimum: 0 }), to: Type.Integer({ minimum: 0 }) }), Strict({
  opened: Type.Integer(),
  /** Entries without an event, rightfully: their person was erased, or a restored backup lacked them. */
  unlinked: Type.Integer(),
  /** `hidden`: an access that is not shown to its person, or later than the rules let one wait. */
  findings: Type.Array(Strict({ entry: Type.Integer(), fault: OneOf(['edited', 'hidden', 'missing']) })),
}));
