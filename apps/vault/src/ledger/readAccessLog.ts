import { accessPurposes, listMyAccessLog, listMyEarlierAccessLog, type AccessLog, type Day } from '@health-kit/api';
import { readAccessLog, readEarlierAccessLog } from '@health-kit/api/vault';
import { makeInclusionProof, type ReadSubtree } from '@health-kit/tlog';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { keyHandler, type ProvenCall } from '../authority/handlers.ts';
import { localDay } from '../identifiers.ts';
import { holdDataKeys } from '../people/dataKeys.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { nowOf, type Vault } from '../vault.ts';
import type { AccessPurpose } from './accessEvent.ts';
import { makeCheckpoint } from './checkpoints.ts';
import { openPersonEntry } from './ledger.ts';
import { latestCheckpoint } from './serveLog.ts';
import { readSubtreeOf } from './subtrees.ts';

const AccessEvent = Type.Object({
  type: Type.Literal('access'), purpose: Type.Unsafe<AccessPurpose>(Type.String({ enum: [...accessPurposes] })),
  office: Type.String(), fields: Type.Array(Type.String()),
  /** Events of the older form have the moment in its place, beside the officer. */
  day: Type.Optional(Type.String()), at: Type.Optional(Type.String()),
});
type AccessEvent = Type.Static<typeof AccessEvent>;
/** Entries of a page, newest first. */
const pageEntries = 500;

/**
 * The resident's own access log: purpose, office and day, never an officer, a case or a moment; what would reveal an
 * open case waits. Each entry comes with nonce, event and inclusion proof under a signed checkpoint.
 */
export const readAccessLogHandler = keyHandler(readAccessLog, listMyAccessLog, (vault, call) => readPage(vault, call, null));
/** The entries before a leaf. What is appended meanwhile comes after it, so that pages have no gap and repeat nothing. */
export const readEarlierAccessLogHandler = keyHandler(readEarlierAccessLog, listMyEarlierAccessLog, (vault, call) => readPage(vault, call, Number(call.params.index)));

async function readPage(vault: Vault, call: ProvenCall<unknown, unknown>, before: number | null): Promise<Static<typeof AccessLog>> {
  const { accessLogKey, rows: found } = await vault.database.transaction(async (queries) => {
    // Key and entries must be of one moment.
    await holdDataKeys(queries);
    const reader = await requirePersonOfDevice(vault, queries, call.thumbprint);
    call.use();
    return { ...reader, ...(await queries.query<{ seq: string; sealed: Buffer; leaf_hash: Buffer }>(
      `SELECT a.seq, a.sealed, l.leaf_hash FROM vault.access_entry a JOIN ledger.leaf l USING (seq)
       WHERE a.person_id = $1 AND a.visible_from <= $2 AND ($3::bigint IS NULL OR a.seq < $3) ORDER BY a.seq DESC LIMIT $4`,
      [reader.person, nowOf(vault), before, pageEntries + 1],
    )) };
  });
  const rows = found.slice(0, pageEntries);
  const newest = rows[0];
  if (newest === undefined) return { entries: [], checkpoint: null, earlier: false };

  const { size, note } = await checkpointOver(vault, Number(newest.seq));
  const read = readSubtreeOf(vault.database, size);
  const entries = [];
  for (const { seq, sealed, leaf_hash } of rows) {
    const { nonce, event: bytes, secret } = openPersonEntry(accessLogKey, Number(seq), sealed);
    const event: unknown = JSON.parse(bytes.toString('utf8'));
    if (!Value.Check(AccessEvent, event)) throw new TypeError('an access entry is not of its form');
    entries.push({
      day: dayOf(vault, event), purpose: event.purpose, office: event.office, fields: event.fields,
      leaf: { index: Number(seq), hash: leaf_hash.toString('base64url') },
      // An event without a secret part names the officer itself: nobody gets its bytes.
      proof: secret === null ? null : { nonce: nonce.toString('base64url'), event: bytes.toString('utf8'), path: await pathOf(read, Number(seq), size) },
    });
  }
  return { entries, checkpoint: note, earlier: found.length > pageEntries };
}

/** A signed checkpoint that covers a leaf: the latest, or one signed now. */
async function checkpointOver(vault: Vault, seq: number): Promise<{ readonly size: number; readonly note: string }> {
  const latest = await latestCheckpoint(vault.database);
  if (latest.size > seq) return latest;
  await makeCheckpoint(vault.database, vault.ledger, nowOf(vault));
  return latestCheckpoint(vault.database);
}

async function pathOf(read: ReadSubtree, seq: number, size: number): Promise<string[]> {
  return (await makeInclusionProof(read, seq, size)).map((hash) => Buffer.from(hash).toString('base64url'));
}

function dayOf(vault: Vault, { day, at }: AccessEvent): Day {
  return day === undefined ? vault.calendar.dayOf(Date.parse(at ?? '')) : localDay(day);
}
