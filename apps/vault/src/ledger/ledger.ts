import { canonicalJsonBytes, commitEntry, commitSecret, hashLeaf, NONCE_BYTES, type JsonValue } from '@health-kit/tlog';
import { bigintRange, byteaArray, nullableUuidArray, timestamptzArray, uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { open, openWithAny, seal } from '../keys/sealing.ts';
import { inOneDraw, type Randomness } from '../randomness.ts';
import type { PersonId } from '../identifiers.ts';
import { holdDataKeys, openDataKeys, type OpenDataKey } from '../people/dataKeys.ts';
import { takeTurn } from '../turns.ts';
import type { Vault } from '../vault.ts';

/** What happened, as the ledger remembers it: a type, the moment, and members by type. */
export type LedgerEvent = { readonly type: string; readonly at: string } & { readonly [member: string]: JsonValue };

/** An event about a person, sealed under that person's data key of class `access-log`. Events of many people that say the same share `event` and `secret`. */
export interface PersonEvent {
  readonly person: PersonId;
  readonly event: LedgerEvent;
  /**
   * What the person does not read: who it was, for which case, and the moment. The event then carries a commitment
   * to it in place of its moment, so that the person can verify the leaf without learning it.
   */
  readonly secret?: { readonly [member: string]: JsonValue };
  /** From when the person sees it in their access log; null for what is no access to their data. */
  readonly visibleFrom: Date | null;
  readonly caseId: string | null;
}

/**
 * Appends events about people, who must all be there. Call it last in the transaction of the deed: it holds the
 * tree's lock until the commit, so that positions have no gaps and no leaf is visible whose deed did not happen. The
 * keys are read at this moment: one that was read before may have been replaced meanwhile.
 *
 * @param opened the keys, where they were opened before in this transaction, and after {@link holdDataKeys}
 * @returns positions of the leaves, in order
 */
export async function appendPersonEvents(vault: Pick<Vault, 'provider' | 'random'>, queries: Queries, events: readonly PersonEvent[], opened?: readonly OpenDataKey[]): Promise<readonly number[]> {
  if (events.length === 0) return [];
  await holdDataKeys(queries);
  const keys = opened ?? (await openDataKeys(vault, queries, [...new Set(events.map(({ person }) => person))], 'access-log'));
  const keyOf = new Map(keys.map(({ person, key }) => [person, key]));
  const draw = inOneDraw(vault.random, events.length * drawnForEntry);
  const written = writtenOnce();
  const entries = events.map(({ person, event, secret }) => ({ key: keyOf.get(person) ?? failNobody(), ...committed(written(event, secret ?? null), draw) }));
  const first = await appendLeaves(queries, entries);
  await queries.query(
    `INSERT INTO vault.access_entry (seq, person_id, sealed, visible_from, case_id)
     SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::timestamptz[], $5::uuid[])`,
    [
      bigintRange(first, events.length), uuidArray(events.map(({ person }) => person)),
      byteaArray(entries.map(({ key, content }, index) => seal(key, personPlace(first + index), content, draw))),
      timestamptzArray(events.map(({ visibleFrom }) => visibleFrom?.getTime() ?? null)), nullableUuidArray(events.map(({ caseId }) => caseId)),
    ],
  );
  return entries.map((_, index) => first + index);
}

/** Appends an event that concerns no single person; see {@link appendPersonEvents}. Returns its position. */
export async function appendEvent(queries: Queries, random: Randomness, ledgerEventKey: Uint8Array, event: LedgerEvent): Promise<number> {
  const entry = committed(writtenEvent(event, null), random);
  const seq = await appendLeaves(queries, [entry]);
  await queries.query('INSERT INTO ledger.event (seq, sealed) VALUES ($1, $2)', [seq, seal(ledgerEventKey, eventPlace(seq), entry.content, random)]);
  return seq;
}

/** Opens an entry about a person: nonce and canonical bytes of the event, and of its secret part where it has one. */
export function openPersonEntry(key: Uint8Array, seq: number, sealed: Uint8Array): OpenEntry & { readonly secret: OpenEntry | null } {
  const { nonce, event } = split(open(key, personPlace(seq), sealed));
  // JSON has no zero byte: it can only be ours.
  const end = event.indexOf(0);
  if (end === -1) return { nonce, event, secret: null };
  return { nonce, event: event.subarray(0, end), secret: split(event.subarray(end + 1)) };
}
/** Opens an entry that concerns no single person, by whichever version of the key sealed it; null where none did. */
export function openEvent(ledgerEventKeys: readonly Uint8Array[], seq: number, sealed: Uint8Array): OpenEntry | null {
  const content = openWithAny(ledgerEventKeys, eventPlace(seq), sealed);
  return content === null ? null : split(content);
}

function failNobody(): never {
  throw new Error('an event about somebody who is not there');
}

/** What a commitment opens to. */
export interface OpenEntry {
  readonly nonce: Buffer;
  readonly event: Buffer;
}

interface Committed {
  readonly at: string;
  readonly commitment: Uint8Array;
  /** Nonce and event, as they are sealed. */
  readonly content: Buffer;
}

/** Random bytes of an entry about a person: two nonces, and the one it is sealed with. */
const drawnForEntry = 2 * NONCE_BYTES + 12;

/** An event as it is sealed, but for its nonces and the commitment to its secret part. */
interface WrittenEvent {
  readonly at: string;
  /** Nonce and event; and after a zero byte nonce and secret part, where it has one. */
  readonly content: Buffer;
  /** Where the event ends. */
  readonly end: number;
  /** Where in it the commitment to the secret part belongs; null where it has none. */
  readonly secretAt: number | null;
}

/** A SHA-256 hash as base64url is so long. No string of JSON has a bare quote: after `"secret":"` it is found there alone. */
const noCommitment = '-'.repeat(43);

function writtenEvent(event: LedgerEvent, secret: PersonEvent['secret'] | null): WrittenEvent {
  const { at, ...members } = event;
  if (secret === null || secret === undefined) {
    const content = Buffer.concat([Buffer.alloc(NONCE_BYTES), canonicalJsonBytes(event)]);
    return { at, content, end: content.length, secretAt: null };
  }
  const open = Buffer.concat([Buffer.alloc(NONCE_BYTES), canonicalJsonBytes({ ...members, secret: noCommitment })]);
  return {
    at, content: Buffer.concat([open, Buffer.of(0), Buffer.alloc(NONCE_BYTES), canonicalJsonBytes({ ...secret, at })]), end: open.length,
    secretAt: open.indexOf(`"secret":"${noCommitment}"`) + '"secret":"'.length,
  };
}
/** As {@link writtenEvent}, writing what is the same as for the person before only once. */
function writtenOnce(): typeof writtenEvent {
  let last: { readonly event: LedgerEvent; readonly secret: PersonEvent['secret'] | null; readonly written: WrittenEvent } | null = null;
  return (event, secret) => {
    if (last?.event !== event || last.secret !== secret) last = { event, secret, written: writtenEvent(event, secret) };
    return last.written;
  };
}

/** Draws the nonces of an entry. */
function committed({ at, content: form, end, secretAt }: WrittenEvent, random: Randomness): Committed {
  const content = Buffer.from(form);
  if (secretAt !== null) {
    const secretNonce = random(NONCE_BYTES);
    content.set(secretNonce, end + 1);
    content.write(Buffer.from(commitSecret(secretNonce, content.subarray(end + 1 + NONCE_BYTES))).toString('base64url'), secretAt, 'latin1');
  }
  const nonce = random(NONCE_BYTES);
  content.set(nonce);
  return { at, commitment: commitEntry(nonce, content.subarray(NONCE_BYTES, end)), content };
}
function split(content: Buffer): OpenEntry {
  return { nonce: content.subarray(0, NONCE_BYTES), event: content.subarray(NONCE_BYTES) };
}
/** What is authenticated with an entry about a person. */
export const personPlace = (seq: number) => `vault.access_entry/sealed/${seq}`;
const eventPlace = (seq: number) => `ledger.event/sealed/${seq}`;

async function appendLeaves(queries: Queries, entries: readonly Committed[]): Promise<number> {
  // In this order by whoever appends anything, so that two never wait for each other.
  await holdDataKeys(queries);
  await takeTurn(queries, 'ledger');
  // A statement of its own: its snapshot must be taken after the lock is held.
  const next = firstRow(await queries.query<{ next: string }>('SELECT coalesce(max(seq) + 1, 0)::text AS next FROM ledger.leaf'));
  if (next === null) throw new Error('the ledger did not answer');
  const first = Number(next.next);
  await queries.query(
    `INSERT INTO ledger.leaf (seq, commitment, leaf_hash, appended_at)
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::timestamptz[])`,
    [
      bigintRange(first, entries.length), byteaArray(entries.map(({ commitment }) => commitment)), byteaArray(entries.map(({ commitment }) => hashLeaf(commitment))),
      timestamptzArray(entries.map(({ at }) => Date.parse(at))),
    ],
  );
  return first;
}
