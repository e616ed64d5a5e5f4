import { createHash, createPrivateKey, generateKeyPairSync, hkdfSync, sign, type KeyObject } from 'node:crypto';
import type { Day, HealthPseudonym, NotifyPseudonym, TracePseudonym, VenuePseudonym, VisitPseudonym } from '@health-kit/api';
import { keyIdOf, parseP256PublicJwk, type KeyUse, type P256PublicJwk, type Signer, type TrustedKey } from '@health-kit/pass';
import { calculateJwkThumbprint } from 'jose';
import { firstRow, type Database, type Queries } from '../database.ts';
import { appendEvent } from '../ledger/ledger.ts';
import { localDay } from '../identifiers.ts';
import type { LocalCalendar } from '../localDay.ts';
import type { PersonId } from '../identifiers.ts';
import type { Randomness } from '../randomness.ts';
import type { KeyProvider } from './keyProvider.ts';
import { healthKey, notifyKey, shreddedKey, traceKey, venueKey, visitKey, type PseudonymKey } from './pseudonym.ts';

/** A key that signs passes, venue codes or status lists. */
export interface IssuerKey {
  readonly kid: string;
  readonly signer: Signer;
  readonly trusted: TrustedKey;
}

/** The key of one day's visit pseudonyms. */
export interface DayVisitKey {
  readonly day: Day;
  readonly key: PseudonymKey<VisitPseudonym>;
}

/** The vault's keys, unwrapped. Nothing of this is ever in an answer but public halves and what `day-keys` names. */
export interface VaultKeys {
  readonly health: PseudonymKey<HealthPseudonym>;
  readonly trace: PseudonymKey<TracePseudonym>;
  readonly notify: PseudonymKey<NotifyPseudonym>;
  readonly venue: PseudonymKey<VenuePseudonym>;
  /** Names erased people in the journal beside the keys. */
  readonly shredded: PseudonymKey<PersonId>;
  /** HMAC key of the blind index of document numbers. */
  readonly blindIndex: Uint8Array;
  /** HMAC key of one-time codes and of phone numbers in the message budget. */
  readonly oneTimeCode: Uint8Array;
  /** HMAC and sealing key of what stops officers: whom they touched, and who is a canary. */
  readonly stops: Uint8Array;
  /** Key of the ledger's events that concern no single person. */
  readonly ledgerEvent: Uint8Array;
  /** Ed25519 key of the ledger's checkpoints (C2SP signed-note). */
  readonly ledger: { readonly publicKey: Uint8Array; readonly sign: (message: Uint8Array) => Promise<Uint8Array> };
  readonly sealing: { readonly privateKey: KeyObject; readonly publicKey: P256PublicJwk & { readonly kid: string } };
  readonly issuer: Readonly<Record<KeyUse, IssuerKey>>;
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
}

const secretNames = ['sector/health', 'sector/trace', 'sector/notify', 'sector/venue', 'sector/visit', 'sector/shredded', 'blind-index', 'one-time-code', 'stops', 'ticket-root', 'pass-id-root'] as const;
/** Years for which a signing key is in force. */
const issuerKeyYears = 2;
const yearMs = 365 * 86_400_000;

/** What {@link openVaultKeys} needs. */
export interface KeySurroundings {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly random: Randomness;
  readonly calendar: LocalCalendar;
  readonly now: () => number;
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
  // First, because the making of every other key is an event in the ledger.
  const { key: ledgerEvent } = await namedKey(surroundings, null, 'ledger-event', randomKey);
  const secrets = new Map<string, Buffer>();
  for (const name of secretNames) secrets.set(name, (await namedKey(surroundings, ledgerEvent, name, randomKey)).key);
  const secret = (name: (typeof secretNames)[number]): Buffer => {
    const found = secrets.get(name);
    if (found === undefined) throw new Error('a key is missing');
    return found;
  };
  // The ledger's checkpoint key (Ed25519, as C2SP asks) is made with the others, so that it exists from the first leaf on.
  const ledgerKey = privateKey((await namedKey(surroundings, ledgerEvent, 'ledger/1', newEd25519Key)).key);

  const sealingKey = privateKey((await namedKey(surroundings, ledgerEvent, 'sealing/1', newP256Key)).key);
  const sealingPublic = publicP256(sealingKey);
  const passIssuer = await issuerKey(surroundings, ledgerEvent, 'pass');
  const venueIssuer = await issuerKey(surroundings, ledgerEvent, 'venue');
  const statusListIssuer = await issuerKey(surroundings, ledgerEvent, 'status-list');

  const ticketKeys = dayCache((day) => derived(secret('ticket-root'), `health-kit ticket ${day}`));
  const passIdKeys = dayCache((day) => derived(secret('pass-id-root'), `health-kit pass-id ${day}`));
  const visitKeys = new Map<Day, PseudonymKey<VisitPseudonym>>();
  // A day that is over and has no key never gets one.
  const daysWithout = new Set<Day>();
  const visit = async (day: Day): Promise<PseudonymKey<VisitPseudonym> | null> => {
    const { calendar, now, visitTermDays } = surroundings;
    const today = calendar.dayOf(now());
    if (day < calendar.addDays(today, -visitTermDays) || day > calendar.addDays(today, 1)) return null;
    const known = visitKeys.get(day);
    if (known !== undefined) return known;
    if (day < today && daysWithout.has(day)) return null;
    const dayKey = await openDayKey(surroundings, ledgerEvent, day, day >= today);
    if (dayKey === null) {
      if (daysWithout.size > 64) daysWithout.clear();
      daysWithout.add(day);
      return null;
    }
    const key = visitKey(secret('sector/visit'), dayKey, day);
    visitKeys.set(day, key);
    return key;
  };

  return {
    health: healthKey(secret('sector/health')),
    trace: traceKey(secret('sector/trace')),
    notify: notifyKey(secret('sector/notify')),
    venue: venueKey(secret('sector/venue')),
    shredded: shreddedKey(secret('sector/shredded')),
    blindIndex: secret('blind-index'),
    oneTimeCode: secret('one-time-code'),
    stops: secret('stops'),
    ledgerEvent,
    ledger: { publicKey: publicEd25519(ledgerKey), sign: (message) => Promise.resolve(sign(null, message, ledgerKey)) },
    sealing: { privateKey: sealingKey, publicKey: { ...sealingPublic, kid: await calculateJwkThumbprint(sealingPublic, 'sha256') } },
    issuer: { pass: passIssuer, venue: venueIssuer, 'status-list': statusListIssuer },
    ticketKey: ticketKeys,
    passIdKey: passIdKeys,
    visit,
    async visitsOfTerm() {
      const { calendar, now, visitTermDays } = surroundings;
      const today = calendar.dayOf(now());
      const found: DayVisitKey[] = [];
      for (const day of calendar.daysBetween(calendar.addDays(today, -visitTermDays), today)) {
        const key = await visit(day);
        if (key !== null) found.push({ day, key });
      }
      return found;
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
  };
}

interface NamedKey {
  readonly key: Buffer;
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
}

async function namedKey(
  surroundings: KeySurroundings, ledgerEventKey: Uint8Array | null, name: string, make: (random: Randomness) => Buffer, validityMs: number | null = null,
): Promise<NamedKey> {
  const { database, provider, random, now } = surroundings;
  const select = 'SELECT wrapped, kek_version, not_before, not_after FROM vault.sealed_key WHERE name = $1';
  type Row = { wrapped: Buffer; kek_version: number; not_before: Date | null; not_after: Date | null };
  let row = firstRow(await database.query<Row>(select, [name]));
  if (row === null) {
    const made = make(random);
    const { wrapped, kekVersion } = await provider.wrap(name, made);
    const madeAt = now();
    const notBefore = validityMs === null ? null : new Date(madeAt);
    const notAfter = validityMs === null ? null : new Date(madeAt + validityMs);
    await database.transaction(async (queries) => {
      const inserted = await queries.query(
        'INSERT INTO vault.sealed_key (name, wrapped, kek_version, created_at, not_before, not_after) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
        [name, wrapped, kekVersion, new Date(madeAt), notBefore, notAfter],
      );
      if (inserted.rowCount === 1) await appendEvent(queries, random, ledgerEventKey ?? made, { type: 'key-created', at: new Date(madeAt).toISOString(), key: name });
    });
    row = firstRow(await database.query<Row>(select, [name]));
  }
  if (row === null) throw new Error('a key could not be stored');
  return { key: await provider.unwrap(name, { wrapped: row.wrapped, kekVersion: row.kek_version }), notBefore: row.not_before, notAfter: row.not_after };
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

async function issuerKey(surroundings: KeySurroundings, ledgerEventKey: Uint8Array, use: KeyUse): Promise<IssuerKey> {
  const { key, notBefore, notAfter } = await namedKey(surroundings, ledgerEventKey, `issuer/${use}/1`, newP256Key, issuerKeyYears * yearMs);
  if (notBefore === null || notAfter === null) throw new Error('a signing key has no time in force');
  const signing = privateKey(key);
  const publicKey = publicP256(signing);
  const kid = await keyIdOf(publicKey);
  return {
    kid,
    signer: (toBeSigned) => new Promise((resolve, reject) => {
      sign('sha256', toBeSigned, { key: signing, dsaEncoding: 'ieee-p1363' }, (error, signature) => (error === null ? resolve(signature) : reject(error)));
    }),
    trusted: {
      issuer: surroundings.issuer.id, name: surroundings.issuer.name, kid, use, publicKey,
      notBefore: Math.floor(notBefore.getTime() / 1000), notAfter: Math.floor(notAfter.getTime() / 1000),
    },
  };
}

function randomKey(random: Randomness): Buffer {
  return Buffer.from(random(32));
}
// Key pairs are made by OpenSSL's own generator, which takes no source of randomness.
function newP256Key(): Buffer {
  return generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'der' }, publicKeyEncoding: { type: 'spki', format: 'der' } }).privateKey;
}
function newEd25519Key(): Buffer {
  return generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'der' }, publicKeyEncoding: { type: 'spki', format: 'der' } }).privateKey;
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
function dayCache(derive: (day: Day) => Uint8Array): (day: Day) => Uint8Array {
  const cache = new Map<Day, Uint8Array>();
  return (day) => {
    const known = cache.get(day);
    if (known !== undefined) return known;
    const key = derive(day);
    if (cache.size > 64) cache.clear();
    cache.set(day, key);
    return key;
  };
}

/** SHA-256 of bytes or text. */
export function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest();
}
