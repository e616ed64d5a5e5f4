import { exportMyData, type OwnAccount } from '@health-kit/api';
import { exportAccount } from '@health-kit/api/vault';
import { ownAppeals } from '../appeals/storedAppeal.ts';
import { keyHandler } from '../authority/handlers.ts';
import { countPace, refuseBeyondPace } from '../authority/pace.ts';
import type { Queries } from '../database.ts';
import { personId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { sealerFor } from '../keys/sealToPage.ts';
import type { DayVisitKey } from '../keys/vaultKeys.ts';
import { ownGuardianships } from '../guardians/ownGuardianships.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { holdDataKeys } from '../people/dataKeys.ts';
import { requirePersonOfDevice, type OpenPerson } from '../people/people.ts';
import { instant, type Vault } from '../vault.ts';

/** Passes given at most, newest first; they are kept for a day. */
const mostPasses = 200;
/** More than anybody files before the first ones are gone. */
const mostAppeals = 150;

/**
 * Hands a person their own data, by the proof of their own device: identity, devices, passes and guardianships sealed to a key that
 * the app made for this export, so that the server relays and reads nothing; and the person's own daily pseudonyms to
 * the server, which reads the visits of them. That is as much as a trace of a case lets it see, and it is a leaf in
 * the ledger before the answer goes out.
 */
export const exportAccountHandler = keyHandler(exportAccount, exportMyData, async (vault, call) => {
  const sealToApp = await sealerFor(call.body.key);
  await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  // Before the costly part; counted with the deed.
  await refuseBeyondPace(vault, vault.database, 'export', call.thumbprint);
  const dayKeys = await vault.keys.visitsOfTerm();
  const { account, days } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await holdDataKeys(queries);
    const person = await requirePersonOfDevice(vault, queries, call.thumbprint);
    await countPace(vault, queries, 'export', call.thumbprint);
    const found = { account: await accountOf(vault, queries, person), days: await daysOf(vault, queries, person, dayKeys) };
    await appendPersonEvents(vault, queries, [{
      person: person.person, visibleFrom: null, caseId: null,
      event: { type: 'data-exported', at: instant(vault.clock.now()) },
    }]);
    return found;
  });
  return { sealed: await sealToApp(account), days };
});

async function accountOf(vault: Vault, queries: Queries, { person, identity, provenAt, accessLogKey }: OpenPerson): Promise<OwnAccount> {
  const { rows: [row] } = await queries.query<{ created_at: Date }>('SELECT created_at FROM vault.person WHERE person_id = $1', [person]);
  const { rows: devices } = await queries.query<{ thumbprint: string; registered_at: Date; revoked_at: Date | null }>(
    'SELECT thumbprint, registered_at, revoked_at FROM vault.device WHERE person_id = $1 ORDER BY registered_at, thumbprint', [person],
  );
  const { rows: passes } = await queries.query<{ issued_at: Date; expires_at: Date; status: string; invalid: boolean }>(
    `SELECT issued_at, expires_at, status, invalid FROM vault.pass WHERE person_id = $1 ORDER BY issued_at DESC LIMIT ${mostPasses}`, [person],
  );
  const { rows: cards } = await queries.query<{ issued_at: Date; expires_at: Date; ended_at: Date | null }>('SELECT issued_at, expires_at, ended_at FROM vault.card WHERE person_id = $1 ORDER BY issued_at DESC', [person]);
  if (row === undefined) throw new Error('a person has no row');
  return {
    identity, registeredAt: row.created_at.toISOString(), identityProvenAt: provenAt?.toISOString() ?? null,
    devices: devices.map((device) => ({ thumbprint: device.thumbprint, registeredAt: device.registered_at.toISOString(), revokedAt: device.revoked_at?.toISOString() ?? null })),
    passes: passes.map((pass) => ({ issuedAt: pass.issued_at.toISOString(), expiresAt: pass.expires_at.toISOString(), status: pass.status, invalid: pass.invalid })),
    cards: cards.map((card) => ({ issuedAt: card.issued_at.toISOString(), expiresAt: card.expires_at.toISOString(), endedAt: card.ended_at?.toISOString() ?? null })),
    guardianships: await ownGuardianships(vault, queries, person),
    appeals: await ownAppeals(queries, person, accessLogKey, mostAppeals),
  };
}

async function daysOf({ calendar }: Vault, queries: Queries, { person }: OpenPerson, dayKeys: readonly DayVisitKey[]) {
  const { rows: former } = await queries.query<{ former_id: string }>('SELECT former_id FROM vault.former_person WHERE person_id = $1', [person]);
  const accounts = [person, ...former.map(({ former_id }) => personId(former_id))];
  return dayKeys.flatMap(({ day, key }) => accounts.map((account) => (
    { day, dayStart: instant(calendar.startOf(day)), dayEnd: instant(calendar.endOf(day)), subject: pseudonymOf(key, account) }
  )));
}
