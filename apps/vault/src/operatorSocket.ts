import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { operatorHandlers } from './operatorOperations.ts';
import { buildSurface } from './socketServer.ts';
import type { Vault } from './vault.ts';

/** The operator's socket lies beside the server's; mode 0600, so that the operator's user alone can connect (and root). */
export function operatorSocketBeside(socketPath: string): string {
  return join(dirname(socketPath), 'operator.sock');
}

/** The surface behind `operator.sock`: the operator's operations and nothing else. */
export function buildOperatorSurface(vault: Vault, failed: (operation: string, error: unknown) => void): FastifyInstance {
  return buildSurface(vault, failed, { handlers: operatorHandlers });
}
