import { createHash, createPrivateKey, hkdfSync, sign, type KeyObject } from 'node:crypto';
import type { Day, HealthPseudonym, NotifyPseudonym, TracePseudonym, VenuePseudonym, VisitPseudonym } from '@health-kit/api';
import { keyIdOf, keyUses, parseP256PublicJwk, type KeyUse, type P256PublicJwk, type Signer, type TrustedKey } from '@health-kit/pass';
import { calculateJwkThumbprint } from 'jose';
import { firstRow, type Queries } from '../database.ts';
import { appendEvent } from '../ledger/ledger.ts';
import { localDay, type PersonId } from '../identifiers.ts';
import type { LocalCalendar } from '../localDay.ts';
import { keyForms, issuerKeyYears, yearMs } from './newKeys.ts';
import { healthKey, notifyKey, shreddedKey, traceKey, venueKey, visitKey, type PseudonymKey } from './pseudonym.ts';
import { trustRootKey, type TrustRootKey } from './trustRoot.ts';
import { storedKeys, storeKey, type KeyStore, type KeyVersion } from './storedKeys.ts';

/** A key that signs passes, venue codes or status lists. */
export interface IssuerKey {
  readonly kid: string;
  /** Counts the keys of this use; a pass's row names the one that signed it. */
  readonly version: number;
  readonly signer: Signer;
  readonly trusted: TrustedKey;
}
/** A key that apps seal identities to. */
export interface SealingKey {
  readonly privateKey: KeyObject;
  readonly publicKey: P256PublicJwk & { readonly kid: string };
}

/** A version of an HMAC key; rows that were hashed with it name it. */
export interface HashKey {
  readonly version: number;
  readonly key: Uint8Array;
}

/** The key of one day's visit pseudonyms. */
export interface DayVisitKey {
  readonly day: Day;
  readonly key: PseudonymKey<VisitPseudonym>;
}

/**
 * The vault's keys, unwrapped. Nothing of this is ever in an answer but public halves and what `day-keys` names.
 * What can be replaced is read anew each time: the version in use changes while the vault runs.
 */
export interface VaultKeys {
  readonly health: PseudonymKey<HealthPseudonym>;
  readonly trace: PseudonymKey<TracePseudonym>;
  readonly notify: PseudonymKey<NotifyPseudonym>;
  readonly venue: PseudonymKey<VenuePseudonym>;
  /** Names erased people in the journal beside the keys. */
  readonly shredded: PseudonymKey<PersonId>;
  /** HMAC key of the blind index of document numbers. */
  readonly blindIndex: HashKey;
  /** The same, what it replaces, and what will replace it, newest first: a document is looked up under each. */
  readonly blindIndexes: readonly HashKey[];
  /** HMAC key of one-time codes and of phone numbers in the message budget. */
  readonly oneTimeCode: Uint8Array;
  /** The same and what it replaced a short while ago, newest first: what one of them hashed is looked up under each. */
  readonly oneTimeCodes: readonly Uint8Array[];
  /** The same and those that were revoked within the hour: whose codes count no more, and whose messages do. */
  readonly messageBudgets: readonly Uint8Array[];
  /** HMAC and sealing key of what stops officers: whom they touched, and who is a canary. */
  readonly stops: HashKey;
  /** The same, what it replaced within the day, and what will replace it, newest first. */
  readonly allStops: readonly HashKey[];
  /** Key of the ledger's events that concern no single person, and of what disclosures grant. */
  readonly ledgerEvent: Uint8Array;
  /** The same and what it replaced, also those that were revoked, newest first: what one of them sealed is opened with that one. */
  readonly ledgerEvents: readonly Uint8Array[];
  /** Those that were not revoked: a grant, or the proof of an invitation, that one of those sealed is worth nothing. */
  readonly grants: readonly Uint8Array[];
  /** Ed25519 key of the ledger's checkpoints (C2SP signed-note). */
  readonly ledger: { readonly publicKey: Uint8Array; readonly sign: (message: Uint8Array) => Promise<Uint8Array> };
  /** Signs what apps believe of this system. */
  readonly trustRoot: TrustRootKey;
  readonly sealing: SealingKey;
  /** The same and what it replaced a short while ago, newest first: apps keep the public half for a while. */
  readonly sealings: readonly SealingKey[];
  readonly issuer: Readonly<Record<KeyUse, IssuerKey>>;
  /** Public halves of every signing key that is trusted now: in use, not yet in use, and replaced but not revoked. */
  readonly trusted: readonly TrustedKey[];
  /** The newest version of the root of tickets that was revoked, 0 for none: tickets of it and of earlier ones are worth nothing. */
  readonly revokedTicketRoot: number;
  /** Which version of the root of tickets the day's ticket key is of. */
  ticketRootOf(day: Day): number;
  /** Seals the day's tickets. */
  ticketKey(day: Day): Uint8Array;
  /** Turns the day's visit pseudonyms into pass ids. */
  passIdKey(day: Day): Uint8Array;
  /** The key of the day's visit pseudonyms; null once it is destroyed, for days outside the term, and for past days that never had one. */
  visit(day: Day): Promise<PseudonymKey<VisitPseudonym> | null>;
  /**
   * The keys of all days of the term until today that have one. Like {@link VaultKeys.visit}, it may ask the pool:
   * never within a transaction, whose connection would wait for another that may wait for it.
   */
  visitsOfTerm(): Promise<readonly DayVisitKey[]>;
  /** Destroys the keys of all days before `day`, in the database, at the provider and in memory; returns those days. */
  destroyDaysBefore(day: Day, queries: Queries): Promise<readonly string[]>;
  /** Reads again what rotations have changed, here or in another process. */
  reload(): Promise<void>;
}

/** What {@link openVaultKeys} needs. */
export interface KeySurroundings extends KeyStore {
  readonly calendar: LocalCalendar;
  /** Issuer identifier and the issuer's name in the trust list. */
  readonly issuer: { readonly id: string; readonly name: string };
  /** Days for which visits, and so the keys of their pseudonyms, are kept. */
  readonly visitTermDays: number;
}

/**
 * Unwraps the keys, making those that do not exist yet. Several vault processes may start at once on an empty
 * database: each name gets one key, and all use that one.
 */
export async function openVaultKeys(surroundings: KeySurroundings): Promise<VaultKeys> {
  const { database, random, now } = surroundings;
  const issuerKeys = new Map<string, IssuerKey>();
  const sealingKeys = new Map<string, SealingKey>();
  const keys = storedKeys(surroundings, async (base, version) => {
    const use = keyUses.find((each) => base === `issuer/${each}`);
    if (use !== undefined && !issuerKeys.has(version.name)) issuerKeys.set(version.name, await issuerKey(surroundings, use, version));
    if (base === 'sealing' && !sealingKeys.has(version.name)) sealingKeys.set(version.name, await sealingKey(version));
  });
  await keys.reload();
  // `ledger-event` comes first, because the making of every other key is an event in the ledger.
  for (const { base, firstName, make, signs } of keyForms) {
    if (keys.has(base)) continue;
    const made = make(random);
    const times = { notBefore: signs ? new Date(now()) : null, notAfter: signs ? new Date(now() + issuerKeyYears * yearMs) : null, usedFrom: null };
    await database.transaction((queries) => storeKey(queries, surroundings, base === 'ledger-event' ? made : keys.usedAt('ledger-event').key, firstName, made, times));
    await keys.reload();
  }
  const secret = (base: string) => keys.usedAt(base).key;
  const ledgerKey = privateKey(secret('ledger'));
  const trustRoot = await trustRootKey(privateKey(secret('trust-root')));

  // By the day's version of the root: a root is replaced from a day on.
  const ticketKeys = derivedCache((root, day) => derived(root, `health-kit ticket ${day}`));
  const passIdKeys = derivedCache((root, day) => derived(root, `health-kit pass-id ${day}`));
  const rootOf = (base: string, day: Day) => keys.usedAt(base, surroundings.calendar.startOf(day));
  const visitKeys = new Map<Day, PseudonymKey<VisitPseudonym>>();
  // A day that is over and has no key never gets one.
  const daysWithout = new Set<Day>();
  const visit = async (day: Day): Promise<PseudonymKey<VisitPseudonym> | null> => {
    const { calendar, visitTermDays } = surroundings;
    const today = calendar.dayOf(now());
    if (day < calendar.addDays(today, -visitTermDays) || day > calendar.addDays(today, 1)) return null;
    const known = visitKeys.get(day);
    if (known !== undefined) return known;
    if (day < today && daysWithout.has(day)) return null;
    const dayKey = await openDayKey(surroundings, secret('ledger-event'), day, day >= today);
    if (dayKey === null) {
      if (daysWithout.size > 64) daysWithout.clear();
      daysWithout.add(day);
      return null;
    }
    const key = visitKey(secret('sector/visit'), dayKey, day);
    visitKeys.set(day, key);
    return key;
  };
  const issuerOf = (use: KeyUse) => found(issuerKeys, keys.usedAt(`issuer/${use}`).name);

  return {
    health: healthKey(secret('sector/health')),
    trace: traceKey(secret('sector/trace')),
    notify: notifyKey(secret('sector/notify')),
    venue: venueKey(secret('sector/venue')),
    shredded: shreddedKey(secret('sector/shredded')),
    get blindIndex() { return keys.usedAt('blind-index'); },
    get blindIndexes() { return keys.readable('blind-index'); },
    get oneTimeCode() { return secret('one-time-code'); },
    get oneTimeCodes() { return keys.readable('one-time-code').map(({ key }) => key); },
    get messageBudgets() { return keys.remembered('one-time-code').map(({ key }) => key); },
    get stops() { return keys.usedAt('stops'); },
    get allStops() { return keys.readable('stops'); },
    get ledgerEvent() { return secret('ledger-event'); },
    get ledgerEvents() { return keys.remembered('ledger-event').map(({ key }) => key); },
    get grants() { return keys.readable('ledger-event').map(({ key }) => key); },
    ledger: { publicKey: publicEd25519(ledgerKey), sign: (message) => Promise.resolve(sign(null, message, ledgerKey)) },
    trustRoot,
    get sealing() { return found(sealingKeys, keys.usedAt('sealing').name); },
    get sealings() { return keys.readable('sealing').map(({ name }) => found(sealingKeys, name)); },
    get issuer() { return { pass: issuerOf('pass'), venue: issuerOf('venue'), 'status-list': issuerOf('status-list') }; },
    get trusted() {
      return keyUses.flatMap((use) => keys.readable(`issuer/${use}`).map(({ name, readUntil }) => {
        const { trusted } = found(issuerKeys, name);
        // Who verifies without a network drops a replaced key by itself.
        return readUntil === null ? trusted : { ...trusted, notAfter: Math.min(trusted.notAfter, Math.floor(readUntil.getTime() / 1000)) };
      }));
    },
    get revokedTicketRoot() { return keys.revoked('ticket-root'); },
    ticketRootOf: (day) => rootOf('ticket-root', day).version,
    ticketKey: (day) => ticketKeys(rootOf('ticket-root', day), day),
    passIdKey: (day) => passIdKeys(rootOf('pass-id-root', day), day),
    visit,
    async visitsOfTerm() {
      const { calendar, visitTermDays } = surroundings;
      const today = calendar.dayOf(now());
      const ofTerm: DayVisitKey[] = [];
      for (const day of calendar.daysBetween(calendar.addDays(today, -visitTermDays), today)) {
        const key = await visit(day);
        if (key !== null) ofTerm.push({ day, key });
      }
      return ofTerm;
    },
    async destroyDaysBefore(day, queries) {
      for (const known of visitKeys.keys()) if (known < day) visitKeys.delete(known);
      const { rows } = await queries.query<{ day: string; wrapped: Buffer; kek_version: number }>('DELETE FROM vault.day_key WHERE day < $1 RETURNING day::text, wrapped, kek_version', [day]);
      // The provider's secret goes even when another process deleted the row: it may have been killed in between.
      await surroundings.provider.destroyDaysBefore(day);
      // What is recorded as destroyed has been tried once more.
      for (const row of rows) {
        const wrapped = { wrapped: row.wrapped, kekVersion: row.kek_version };
        if ((await surroundings.provider.unwrapForDay(localDay(row.day), wrapped)) !== null) throw new Error('the key of a day still opens after its destruction');
      }
      return rows.map((row) => row.day).sort();
    },
    reload: () => keys.reload(),
  };
}

async function openDayKey(surroundings: KeySurroundings, ledgerEventKey: Uint8Array, day: Day, create: boolean): Promise<Buffer | null> {
  const { database, provider, random, now } = surroundings;
  const select = 'SELECT wrapped, kek_version FROM vault.day_key WHERE day = $1';
  type Row = { wrapped: Buffer; kek_version: number };
  let row = firstRow(await database.query<Row>(select, [day]));
  if (row === null && create) {
    const { wrapped, kekVersion } = await provider.wrapForDay(day, random(32));
    await database.transaction(async (queries) => {
      const inserted = await queries.query('INSERT INTO vault.day_key (day, wrapped, kek_version, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [day, wrapped, kekVersion, new Date(now())]);
      if (inserted.rowCount === 1) await appendEvent(queries, random, ledgerEventKey, { type: 'key-created', at: new Date(now()).toISOString(), key: `day/${day}` });
    });
    row = firstRow(await database.query<Row>(select, [day]));
  }
  return row === null ? null : provider.unwrapForDay(day, { wrapped: row.wrapped, kekVersion: row.kek_version });
}

async function issuerKey({ issuer }: KeySurroundings, use: KeyUse, { name, version, key, notBefore, notAfter }: KeyVersion): Promise<IssuerKey> {
  if (notBefore === null || notAfter === null) throw new Error(`the signing key ${name} has no time in force`);
  const signing = privateKey(key);
  const publicKey = publicP256(signing);
  const kid = await keyIdOf(publicKey);
  return {
    kid, version,
    signer: (toBeSigned) => new Promise((resolve, reject) => {
      sign('sha256', toBeSigned, { key: signing, dsaEncoding: 'ieee-p1363' }, (error, signature) => (error === null ? resolve(signature) : reject(error)));
    }),
    trusted: {
      issuer: issuer.id, name: issuer.name, kid, use, publicKey,
      notBefore: Math.floor(notBefore.getTime() / 1000), notAfter: Math.floor(notAfter.getTime() / 1000),
    },
  };
}

async function sealingKey({ key }: KeyVersion): Promise<SealingKey> {
  const opening = privateKey(key);
  const publicKey = publicP256(opening);
  return { privateKey: opening, publicKey: { ...publicKey, kid: await calculateJwkThumbprint(publicKey, 'sha256') } };
}

function found<Key>(keys: ReadonlyMap<string, Key>, name: string): Key {
  const key = keys.get(name);
  if (key === undefined) throw new Error(`the key ${name} is missing`);
  return key;
}
function privateKey(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
function publicEd25519(key: KeyObject): Uint8Array {
  const { crv, x } = key.export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new Error('a key is not on Ed25519');
  return new Uint8Array(Buffer.from(x, 'base64url'));
}
function publicP256(key: KeyObject): P256PublicJwk {
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  const parsed = parseP256PublicJwk({ kty, crv, x, y });
  if (parsed === null) throw new Error('a key is not on P-256');
  return parsed;
}
function derived(root: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(), info, 32));
}
function derivedCache(derive: (root: Uint8Array, day: Day) => Uint8Array): (root: KeyVersion, day: Day) => Uint8Array {
  const cache = new Map<string, Uint8Array>();
  return (root, day) => {
    const name = `${root.name} ${day}`;
    const known = cache.get(name);
    if (known !== undefined) return known;
    const key = derive(root.key, day);
    if (cache.size > 64) cache.clear();
    cache.set(name, key);
    return key;
  };
}

/** SHA-256 of bytes or text. */
export function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest();
}
