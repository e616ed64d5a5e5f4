import type { VaultOperation } from '@health-kit/api/vault';
import type { Static, TSchema } from 'typebox';
import type { Vault } from '../vault.ts';
import { openHandler, type Handler } from './handlers.ts';

/** An operation for the operator of the machine. Its authority is the socket it is asked on (operatorSocket.ts). */
export interface OperatorHandler extends Handler {
  readonly audience: 'operator';
}

/** Serves an operation to the operator; list it in operatorOperations.ts. */
export function operatorHandler<Request extends TSchema, Response extends TSchema>(
  operation: VaultOperation<Request, Response>, act: (vault: Vault, request: Static<Request>) => Promise<Static<Response>>,
): OperatorHandler {
  return { ...openHandler(operation, act), audience: 'operator' };
}
