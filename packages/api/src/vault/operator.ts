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
