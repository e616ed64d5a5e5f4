import { canonicalJsonBytes, commitEntry, commitSecret, hashLeaf, NONCE_BYTES, type JsonValue } from '@health-kit/tlog';
import { firstRow, type Queries } from '../database.ts';
import { open, seal } from '../keys/sealing.ts';
import type { Randomness } from '../randomness.ts';
import type { PersonId } from '../identifiers.ts';
import { takeTurn } from '../turns.ts';

/** What happened, as the ledger remembers it: a type, the moment, and members by type. */
export type LedgerEvent = { readonly type: string; readonly at: string } & { readonly [member: string]: JsonValue };

/** An event about a person, sealed under that person's data key of class `access-log`. */
export interface PersonEvent {
  readonly person: PersonId;
  /** That key. */
  readonly key: Uint8Array;
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
 * Appends events about people. Call it last in the transaction of the deed: it holds the tree's lock until the
 * commit, so that positions have no gaps and no leaf is visible whose deed did not happen.
 *
 * @returns positions of the leaves, in order
 */
export async function appendPersonEvents(queries: Queries, random: Randomness, events: readonly PersonEvent[]): Promise<readonly number[]> {
  if (events.length === 0) return [];
  const entries = events.map((entry) => ({ ...entry, ...(entry.secret === undefined ? committed(entry.event, random) : committedInParts(entry.event, entry.secret, random)) }));
  const first = await appendLeaves(queries, entries);
  await queries.query(
    `INSERT INTO vault.access_entry (seq, person_id, sealed, visible_from, case_id)
     SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::timestamptz[], $5::uuid[])`,
    [
      entries.map((_, index) => first + index), entries.map(({ person }) => person),
      entries.map(({ key, content }, index) => seal(key, personPlace(first + index), content, random)),
      entries.map(({ visibleFrom }) => visibleFrom), entries.map(({ caseId }) => caseId),
    ],
  );
  return entries.map((_, index) => first + index);
}

/** Appends an event that concerns no single person; see {@link appendPersonEvents}. Returns its position. */
export async function appendEvent(queries: Queries, random: Randomness, ledgerEventKey: Uint8Array, event: LedgerEvent): Promise<number> {
  const entry = committed(event, random);
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
/** Opens an entry that concerns no single person. */
export function openEvent(ledgerEventKey: Uint8Array, seq: number, sealed: Uint8Array): OpenEntry {
  return split(open(ledgerEventKey, eventPlace(seq), sealed));
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

function committed(event: LedgerEvent, random: Randomness): Committed {
  const nonce = random(NONCE_BYTES);
  const bytes = canonicalJsonBytes(event);
  return { at: event.at, commitment: commitEntry(nonce, bytes), content: Buffer.concat([nonce, bytes]) };
}
/** Public part and commitment to the secret one; sealed together, a zero byte between them. */
function committedInParts({ at, ...members }: LedgerEvent, secret: { readonly [member: string]: JsonValue }, random: Randomness): Committed {
  const secretNonce = random(NONCE_BYTES);
  const secretBytes = canonicalJsonBytes({ ...secret, at });
  const nonce = random(NONCE_BYTES);
  const bytes = canonicalJsonBytes({ ...members, secret: Buffer.from(commitSecret(secretNonce, secretBytes)).toString('base64url') });
  return { at, commitment: commitEntry(nonce, bytes), content: Buffer.concat([nonce, bytes, Buffer.of(0), secretNonce, secretBytes]) };
}
function split(content: Buffer): OpenEntry {
  return { nonce: content.subarray(0, NONCE_BYTES), event: content.subarray(NONCE_BYTES) };
}
const personPlace = (seq: number) => `vault.access_entry/sealed/${seq}`;
const eventPlace = (seq: number) => `ledger.event/sealed/${seq}`;

async function appendLeaves(queries: Queries, entries: readonly Committed[]): Promise<number> {
  await takeTurn(queries, 'ledger');
  // A statement of its own: its snapshot must be taken after the lock is held.
  const next = firstRow(await queries.query<{ next: string }>('SELECT coalesce(max(seq) + 1, 0)::text AS next FROM ledger.leaf'));
  if (next === null) throw new Error('the ledger did not answer');
  const first = Number(next.next);
  await queries.query(
    `INSERT INTO ledger.leaf (seq, commitment, leaf_hash, appended_at)
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::timestamptz[])`,
    [entries.map((_, index) => first + index), entries.map(({ commitment }) => Buffer.from(commitment)), entries.map(({ commitment }) => Buffer.from(hashLeaf(commitment))), entries.map(({ at }) => at)],
  );
  return first;
}
