import { canonicalJsonBytes, type JsonValue } from '@health-kit/tlog';
import type { DiseaseProfile } from '@health-kit/policy';
import { firstRow } from '../database.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { takeTurn } from '../turns.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';

/**
 * Records the rules that statuses are computed by, when they are not those of the last start: profiles come with the
 * program, so that whoever changes them changes the program. Run at every start, before anybody is served.
 */
export async function recordRules(vault: Vault, profile: DiseaseProfile = vault.profile): Promise<void> {
  const digest = rulesDigest(profile);
  await vault.database.transaction(async (queries) => {
    // Two processes that start at once record it once.
    await takeTurn(queries, 'clearing');
    const last = firstRow(await queries.query<{ digest: Buffer; profile: string; version: number }>('SELECT digest, profile, version FROM vault.rules_in_force ORDER BY since DESC LIMIT 1'));
    if (last !== null && last.digest.equals(digest)) return;
    await queries.query('INSERT INTO vault.rules_in_force (digest, profile, version, since) VALUES ($1, $2, $3, $4)', [digest, profile.id, profile.version, nowOf(vault)]);
    await recordEvent(vault, queries, 'rules-changed', {
      profile: profile.id, version: profile.version, digest: digest.toString('base64url'),
      before: last === null ? null : { profile: last.profile, version: last.version, digest: last.digest.toString('base64url') },
    });
  });
}

/** SHA-256 of the profile's canonical JSON (RFC 8785). */
function rulesDigest(profile: DiseaseProfile): Buffer {
  const plain: unknown = JSON.parse(JSON.stringify(profile));
  if (!isJson(plain)) throw new TypeError('a profile is data alone');
  return sha256(canonicalJsonBytes(plain));
}

function isJson(value: unknown): value is JsonValue {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return typeof value === 'object' && Object.values(value).every(isJson);
}
