import type { TSchema } from 'typebox';
import { Strict } from '../identifiers.ts';
import { KeyInventory } from '../operations/keys.ts';
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
