import { listKeys, type KeyEntry, type KeyInventory, type KeyState } from '@health-kit/api';
import { listVaultKeys, operatorListKeys } from '@health-kit/api/vault';
import { encodeVerifierKey } from '@health-kit/tlog';
import { officerHandler } from '../authority/handlers.ts';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { firstRow } from '../database.ts';
import type { Vault } from '../vault.ts';
import { keyOfName, splitName } from './keyNames.ts';
import { readRotations } from './rotation.ts';

/** The inventory for an administrator. */
export const listKeysHandler = officerHandler(listVaultKeys, listKeys, (vault) => inventory(vault));
/** The inventory for the operator of the machine. */
export const operatorListKeysHandler = operatorHandler(operatorListKeys, (vault) => inventory(vault));

/** Names, versions and times of all keys; nothing here unwraps one. */
async function inventory(vault: Vault): Promise<KeyInventory> {
  const { rows: keks } = await vault.database.query<{ version: number; created_at: Date }>('SELECT version, created_at FROM vault.kek ORDER BY version');
  const { rows: sealed } = await vault.database.query<{ name: string; kek_version: number; created_at: Date; not_before: Date | null; not_after: Date | null; used_from: Date | null; read_until: Date | null; revoked_at: Date | null }>(
    'SELECT name, kek_version, created_at, not_before, not_after, used_from, read_until, revoked_at FROM vault.sealed_key ORDER BY name',
  );
  const counts = firstRow(await vault.database.query<{ people: number; days: number }>(
    'SELECT (SELECT count(*)::int FROM vault.person) AS people, (SELECT count(*)::int FROM vault.day_key) AS days',
  ));
  const newestKek = keks.at(-1)?.version;
  const now = vault.clock.now();
  const isUsed = ({ used_from, revoked_at }: { used_from: Date | null; revoked_at: Date | null }) => revoked_at === null && (used_from === null || used_from.getTime() <= now);
  function stateOf(name: string, usedFrom: Date | null, revokedAt: Date | null): KeyState {
    if (revokedAt !== null) return 'revoked';
    if (usedFrom !== null && usedFrom.getTime() > now) return 'next';
    const { base, version } = splitName(name);
    return sealed.some((other) => isUsed(other) && splitName(other.name).base === base && splitName(other.name).version > version) ? 'former' : 'current';
  }
  return {
    provider: vault.provider.kind,
    trustRoot: vault.keys.trustRoot.fingerprint, ledgerKey: encodeVerifierKey(vault.ledger.signer.key),
    keys: [
      ...keks.map(({ version, created_at }): KeyEntry => ({
        name: `kek/${version}`, kind: 'kek', version, state: version === newestKek ? 'current' : 'former', createdAt: created_at.toISOString(), from: null, until: null, kekVersion: null,
      })),
      ...sealed.map(({ name, kek_version, created_at, not_before, not_after, used_from, read_until, revoked_at }): KeyEntry => ({
        name, ...keyOfName(name), state: stateOf(name, used_from, revoked_at), createdAt: created_at.toISOString(),
        from: (used_from ?? not_before)?.toISOString() ?? null, until: (read_until ?? not_after)?.toISOString() ?? null, kekVersion: kek_version,
      })),
    ],
    people: counts?.people ?? 0, days: counts?.days ?? 0,
    rotations: await readRotations(vault.database),
  };
}
