/** The city's identity provider, as an operator describes it in a file. */
import { readFile, stat } from 'node:fs/promises';
import { IdentityProvider, ProviderClient, type ServerSettings, type VaultSettings } from '@health-kit/api/process-settings';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { errorText, StartError } from './startError.ts';

/** What the file says: see docs/operations/identity-provider.md. */
export const IdentityProviderFile = Type.Object(
  { ...IdentityProvider.properties, clientKey: ProviderClient.properties.clientKey, scope: Type.Optional(ProviderClient.properties.scope) },
  { additionalProperties: false },
);
export type IdentityProviderFile = Static<typeof IdentityProviderFile>;

/**
 * Reads the file, at the start of the system.
 *
 * @throws {StartError} where it cannot be read, is wrong, or holds a private key that others may read
 */
export async function readIdentityProvider(path: string): Promise<IdentityProviderFile> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new StartError(`The identity provider's file ${path} cannot be read: ${errorText(error)}.`);
  }
  if (!Value.Check(IdentityProviderFile, value)) throw new StartError(`The identity provider's file ${path} is wrong at "${Value.Errors(IdentityProviderFile, value)[0]?.instancePath || '/'}".`);
  if (value.clientKey !== undefined && ((await stat(path)).mode & 0o077) !== 0) throw new StartError(`The client key in ${path} can be read by others: chmod 600 it.`);
  return value;
}

/** Each process gets its own part: the vault what it verifies, the server what it asks with. */
export function partsOf({ clientKey, scope, ...pinned }: IdentityProviderFile): { readonly vault: NonNullable<VaultSettings['identityProvider']>; readonly server: NonNullable<ServerSettings['identityProvider']> } {
  const { name, issuer, clientId } = pinned;
  return { vault: pinned, server: { name, issuer, clientId, scope: scope ?? 'openid profile', ...(clientKey === undefined ? {} : { clientKey }) } };
}
