import { mkdir } from 'node:fs/promises';
import type { Clock, VaultSettings } from '@health-kit/api/process-settings';
import { issuerPattern } from '@health-kit/pass';
import { covid19 } from '@health-kit/policy';
import { parseCosignerKey, verifierKey } from '@health-kit/tlog';
import { usedProofs } from './authority/usedProofs.ts';
import { openDatabase, type Database } from './database.ts';
import { prepareShreddedFile, requireShreddedFile } from './journal/shredded.ts';
import { fileKeyProvider, readPin } from './keys/fileKeyProvider.ts';
import type { KeyProvider } from './keys/keyProvider.ts';
import { destroyTokenKeys, pkcs11KeyProvider } from './keys/pkcs11KeyProvider.ts';
import { openVaultKeys } from './keys/vaultKeys.ts';
import { makeCheckpoint } from './ledger/checkpoints.ts';
import { compareWithJournal } from './ledger/compareWithJournal.ts';
import { openLedgerJournal } from './ledger/journal.ts';
import { restoreLedger } from './ledger/restoreLedger.ts';
import { localCalendar } from './localDay.ts';
import { httpProvider } from './messages/httpProvider.ts';
import { messageGateway, noMessageGateway, type MessageGateway } from './messages/messageGateway.ts';
import { smppProvider } from './messages/smppProvider.ts';
import type { Randomness } from './randomness.ts';
import { finishEnded } from './sunset/complete.ts';
import { takeTurn } from './turns.ts';
import { defaultLimits, type Vault, type VaultLimits } from './vault.ts';

/** Why the vault cannot work with its settings, as one sentence for the operator. */
export class VaultStartError extends Error {
  override readonly name = 'VaultStartError';
}

/** Days that no setting of the visit term exceeds. */
const longestVisitTermDays = 30;
/** Seven days. */
const longestRecoveryDelayHours = 168;

/** Limits as settings give them: what is not named is as usual. */
export type NarrowedLimits = Partial<Omit<VaultLimits, 'subjects'>> & { readonly subjects?: Partial<VaultLimits['subjects']> };

/** Opens database and keys, making on the first start what does not exist yet. Close with `vault.database.close()`. */
export async function openVault(settings: VaultSettings, surroundings: { readonly clock: Clock; readonly random: Randomness; readonly limits?: NarrowedLimits; readonly report?: (line: string) => void }): Promise<Vault> {
  const { clock, random } = surroundings;
  const limits = { ...defaultLimits, ...surroundings.limits, subjects: { ...defaultLimits.subjects, ...surroundings.limits?.subjects } };
  if (!Number.isInteger(limits.visitTermDays) || limits.visitTermDays < 1 || limits.visitTermDays > longestVisitTermDays) {
    throw new VaultStartError(`Visits are kept for 1 to ${longestVisitTermDays} days.`);
  }
  if (!Number.isInteger(limits.recoveryDelayHours) || limits.recoveryDelayHours < 1 || limits.recoveryDelayHours > longestRecoveryDelayHours) {
    throw new VaultStartError(`A recovery takes 1 to ${longestRecoveryDelayHours} hours.`);
  }
  if (!issuerPattern.test(settings.issuer)) throw new VaultStartError("The setting issuer must be 1 to 6 characters of A-Z, 0-9 and '-'.");
  const calendar = localCalendar(settings.timeZone);
  const issuer = { id: settings.issuer, name: settings.cityName.en.slice(0, 60) };
  const witnesses = (settings.witnessKeys ?? []).map((text) => parseCosignerKey(text) ?? refuseWitness());
  const database = openDatabase(settings.databaseUrl);
  try {
    // Before a key or a journal is made: an end that a crash cut off is gone on with, and one that is complete stays.
    const endedAt = await finishEnded(database, settings.keyFolder, async () => {
      if (settings.pkcs11 !== undefined) destroyTokenKeys({ ...settings.pkcs11, pin: await readPin(settings.keyFolder) });
    });
    if (endedAt !== null) throw new VaultStartError(`This system was ended on ${calendar.dayOf(Date.parse(endedAt))}, and everything in it was destroyed: nothing can start on it. Choose a new data folder with --data.`);
    const provider = await openProvider(settings, database, random);
    const journal = await openLedgerJournal(settings.keyFolder);
    // Before anything is written: a database that was rolled back stays as it is.
    const restoration = settings.restore === true ? await restoreLedger(database, journal, new Date(clock.now())) : null;
    await compareWithJournal(database, journal);
    await prepareShreddedFile(database, settings.keyFolder);
    const keys = await openVaultKeys({ database, provider, random, calendar, now: () => clock.now(), issuer, visitTermDays: limits.visitTermDays });
    await requireShreddedFile(settings.keyFolder);
    // A log is known by its origin for ever, also when the system moves to another host.
    const ledgerOrigin = (await journal.head())?.checkpoint.origin ?? `${new URL(settings.origin).host}/ledger`;
    const ledger = { origin: ledgerOrigin, signer: { key: verifierKey(ledgerOrigin, keys.ledger.publicKey), sign: keys.ledger.sign }, journal };
    await makeCheckpoint(database, ledger, new Date(clock.now()));
    return {
      origin: settings.origin, relyingParty: { id: new URL(settings.origin).hostname, name: `${settings.cityName.en} Health Kit` },
      issuer, cityName: settings.cityName, limits, clock, random, calendar, database, provider, keys, keyFolder: settings.keyFolder, ledger, witnesses,
      messages: openGateway(settings, random, surroundings.report ?? (() => undefined)),
      privacyPhone: settings.privacyPhone ?? null,
      identityProvider: settings.identityProvider ?? null,
      profile: covid19, usedProofs: usedProofs(() => clock.now()), statusLists: new Map(), cardList: { last: null }, sunset: { begun: false, ended: () => undefined }, restoration,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openGateway({ smpp, outboxUrl }: VaultSettings, random: Randomness, report: (line: string) => void): MessageGateway {
  if (smpp !== undefined) return messageGateway(smppProvider(smpp, random, report));
  return outboxUrl === null ? noMessageGateway : messageGateway(httpProvider(`${outboxUrl.replace(/\/+$/, '')}/messages`));
}

function refuseWitness(): never {
  throw new VaultStartError('A witness key must be a line such as witness.example/w1+7dee5d7e+BOWl…, as the witness prints it.');
}

async function openProvider(settings: VaultSettings, database: Database, random: Randomness): Promise<KeyProvider> {
  const { pkcs11, keyFolder } = settings;
  if (pkcs11 === undefined) return fileKeyProvider(keyFolder, random);
  await mkdir(keyFolder, { recursive: true, mode: 0o700 });
  const pin = await readPin(keyFolder);
  return database.transaction(async (queries) => {
    await takeTurn(queries, 'token');
    return pkcs11KeyProvider({ ...pkcs11, pin }, random);
  });
}
