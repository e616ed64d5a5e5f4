import type { Clock, IdentityProvider } from '@health-kit/api/process-settings';
import type { DiseaseProfile } from '@health-kit/policy';
import type { UsedProofs } from './authority/usedProofs.ts';
import type { Database, Queries } from './database.ts';
import { defaultDisclosureLimits, type DisclosureLimits } from './disclosure/disclosureLimits.ts';
import type { KeyProvider } from './keys/keyProvider.ts';
import type { VaultKeys } from './keys/vaultKeys.ts';
import type { CosignerKey } from '@health-kit/tlog';
import type { LedgerSigner } from './ledger/checkpoints.ts';
import { appendEvent, type LedgerEvent } from './ledger/ledger.ts';
import type { LedgerRestoration } from './ledger/restoreLedger.ts';
import type { LocalCalendar } from './localDay.ts';
import type { SignedCardList } from './cards/signCardList.ts';
import type { StatusListCache } from './passes/signStatusList.ts';
import type { MessageGateway } from './messages/messageGateway.ts';
import type { Randomness } from './randomness.ts';
import { defaultBudgets, defaultContactsPerCase, type SubjectBudget, type SubjectKind } from './stops/budgets.ts';

/** Bounds that an operator may narrow. */
export interface VaultLimits {
  /** Days for which visits can be traced; at most 30, by default 14. */
  readonly visitTermDays: number;
  /** One-time codes to one phone number within an hour, whoever asks. */
  readonly codesPerPhonePerHour: number;
  /** One-time codes to one phone number that one network asks for within an hour: so many one stranger uses up. */
  readonly codesPerPhoneAndNetworkPerHour: number;
  /** One-time codes to one phone number within an hour, besides, to devices whose account has it. */
  readonly codesPerOwnPhonePerHour: number;
  /** One-time codes that one device key asks for within an hour. */
  readonly codesPerDevicePerHour: number;
  /** One-time codes to one range of numbers (first seven digits and length) within an hour. */
  readonly codesPerRangePerHour: number;
  /** One-time codes to everybody together within an hour. */
  readonly codesPerHour: number;
  /**
   * Wrong one-time codes of all callers together within an hour; beyond it nobody's code is compared. So high that
   * strangers do not easily stop everybody's registration: at eight digits, 50,000 guesses hit one code with a
   * probability of 5e-4 an hour.
   */
  readonly failedCodesPerHour: number;
  /** Passes that one device has issued for one person in a day. */
  readonly passesPerDevicePerDay: number;
  /** Passes of one dependant that one guardian has issued in a day, on all devices. */
  readonly guardianPassesPerDay: number;
  /** Wrong guardian codes of one person within an hour. */
  readonly guardianGuessesPerHour: number;
  /** Exports of their account that one device asks for within an hour. */
  readonly exportsPerDevicePerHour: number;
  /** Distinct people whom officers may touch, by what for. */
  readonly subjects: Readonly<Record<SubjectKind, SubjectBudget>>;
  /** Distinct people who may become contacts of one case. */
  readonly contactsPerCase: number;
  /** Hours between asking for one's account on a new device and getting it: the time its owner has to stop somebody else. */
  readonly recoveryDelayHours: number;
  /** Days for which nobody asks again for an account whose owner stopped it. */
  readonly recoveryBlockDays: number;
  readonly disclosure: DisclosureLimits;
  /** Minutes for which a new signing key stands in the trust list before it signs: longer than gates and apps go between two looks at the list. */
  readonly keyAnnouncementMinutes: number;
  /** Registrations begun within a minute from which on privacy officers are told. */
  readonly registrationsPerMinute: number;
}
export const defaultLimits: VaultLimits = {
  visitTermDays: 14, codesPerPhonePerHour: 15, codesPerPhoneAndNetworkPerHour: 5, codesPerOwnPhonePerHour: 5, codesPerDevicePerHour: 10, codesPerRangePerHour: 5_000, codesPerHour: 100_000, failedCodesPerHour: 50_000,
  exportsPerDevicePerHour: 6, guardianGuessesPerHour: 10, passesPerDevicePerDay: 60, guardianPassesPerDay: 20, recoveryDelayHours: 24, recoveryBlockDays: 7, subjects: defaultBudgets, contactsPerCase: defaultContactsPerCase,
  disclosure: defaultDisclosureLimits, keyAnnouncementMinutes: 60, registrationsPerMinute: 3_000,
};

/** Whether the system is being ended, and what is to be done then. */
export interface SunsetState {
  /** Past the point of no return: nothing is served any more. */
  begun: boolean;
  /** Stops the process; told when the system was ended, or null where its end failed. */
  ended: (endedAt: string | null) => void;
}

/** What every operation of the vault works with. */
export interface Vault {
  readonly origin: string;
  /** WebAuthn relying party: the origin's host name. */
  readonly relyingParty: { readonly id: string; readonly name: string };
  readonly issuer: { readonly id: string; readonly name: string };
  readonly cityName: { readonly zh: string; readonly en: string };
  readonly limits: VaultLimits;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly calendar: LocalCalendar;
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly keys: VaultKeys;
  /** Where the key provider's files and the journals lie that must outlive a restored database. */
  readonly keyFolder: string;
  readonly ledger: LedgerSigner;
  /** Witnesses whose cosignatures are stored. */
  readonly witnesses: readonly CosignerKey[];
  readonly messages: MessageGateway;
  /** Where the privacy officer on call is told of alarms, E.164; null where nobody is. */
  readonly privacyPhone: string | null;
  /** By whom residents prove who they are besides the desk; null where by nobody. */
  readonly identityProvider: IdentityProvider | null;
  readonly profile: DiseaseProfile;
  readonly usedProofs: UsedProofs;
  readonly statusLists: StatusListCache;
  readonly cardList: { last: SignedCardList | null };
  readonly sunset: SunsetState;
  /** What was appended to the ledger again; null unless the vault was opened to restore. */
  readonly restoration: LedgerRestoration | null;
}

/** The vault's time as a Date, for the database. */
export function nowOf(vault: Vault): Date {
  return new Date(vault.clock.now());
}

/** An instant of the wire from epoch ms. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Appends an event that concerns no single person, at the vault's time. Call it last in the transaction of the deed. */
export async function recordEvent(vault: Vault, queries: Queries, type: string, members: Omit<LedgerEvent, 'type' | 'at'>): Promise<void> {
  await appendEvent(queries, vault.random, vault.keys.ledgerEvent, { ...members, type, at: instant(vault.clock.now()) });
}
