import { listKeys, type KeyEntry, type KeyInventory } from '@health-kit/api';
import { listVaultKeys, operatorListKeys } from '@health-kit/api/vault';
import { officerHandler } from '../authority/handlers.ts';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { firstRow } from '../database.ts';
import type { Vault } from '../vault.ts';
import { keyOfName } from './keyNames.ts';

/** The inventory for an administrator. */
export const listKeysHandler = officerHandler(listVaultKeys, listKeys, (vault) => inventory(vault));
/** The inventory for the operator of the machine. */
export const operatorListKeysHandler = operatorHandler(operatorListKeys, (vault) => inventory(vault));

/** Names, versions and times of all keys; nothing here unwraps one. */
async function inventory(vault: Vault): Promise<KeyInventory> {
  const { rows: keks } = await vault.database.query<{ version: number; created_at: Date }>('SELECT version, created_at FROM vault.kek ORDER BY version');
  const { rows: sealed } = await vault.database.query<{ name: string; kek_version: number; created_at: Date; not_before: Date | null; not_after: Date | null }>(
    'SELECT name, kek_version, created_at, not_before, not_after FROM vault.sealed_key ORDER BY name',
  );
  const counts = firstRow(await vault.database.query<{ people: number; days: number }>(
    'SELECT (SELECT count(*)::int FROM vault.person) AS people, (SELECT count(*)::int FROM vault.day_key) AS days',
  ));
  const newestKek = keks.at(-1)?.version;
  return {
    provider: vault.provider.kind,
    keys: [
      ...keks.map(({ version, created_at }): KeyEntry => ({
        name: `kek/${version}`, kind: 'kek', version, state: version === newestKek ? 'current' : 'former', createdAt: created_at.toISOString(), from: null, until: null, kekVersion: null,
      })),
      ...sealed.map(({ name, kek_version, created_at, not_before, not_after }): KeyEntry => ({
        name, ...keyOfName(name), state: 'current', createdAt: created_at.toISOString(), from: not_before?.toISOString() ?? null, until: not_after?.toISOString() ?? null, kekVersion: kek_version,
      })),
    ],
    people: counts?.people ?? 0, days: counts?.days ?? 0,
    rotations: [],
  };
}
