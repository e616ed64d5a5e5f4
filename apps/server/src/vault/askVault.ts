import type { Static, TSchema } from 'typebox';
import type { VaultOperation } from '@health-kit/api/vault';
import { ProblemError } from '../problems.ts';
import type { VaultClient } from './vaultClient.ts';

/**
 * Calls an operation of the vault where nothing is left to decide after a refusal: it becomes the problem of
 * the same name. Throws {@link ProblemError}, or `VaultUnavailableError`, which is answered as `unavailable`.
 */
export async function askVault<Request extends TSchema, Response extends TSchema>(
  vault: VaultClient, operation: VaultOperation<Request, Response>, request: Static<Request>,
): Promise<Static<Response>> {
  const outcome = await vault.call(operation, request);
  if (!outcome.ok) throw new ProblemError(outcome.refusal);
  return outcome.value;
}
