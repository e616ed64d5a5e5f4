import { accessPurposes, listMyAccessLog } from '@health-kit/api';
import { readAccessLog } from '@health-kit/api/vault';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { keyHandler } from '../authority/handlers.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { nowOf } from '../vault.ts';
import type { AccessPurpose } from './accessEvent.ts';
import { openPersonEntry } from './ledger.ts';

const AccessEvent = Type.Object({
  type: Type.Literal('access'), at: Type.String(), purpose: Type.Unsafe<AccessPurpose>(Type.String({ enum: [...accessPurposes] })),
  office: Type.String(), fields: Type.Array(Type.String()),
});
/** Entries given at most, newest first. */
const maximumEntries = 500;

/** The resident's own access log: purpose, office and day, never a name of an officer; what would reveal an open case waits. */
export const readAccessLogHandler = keyHandler(readAccessLog, listMyAccessLog, async (vault, call) => {
  const { person, accessLogKey } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const { rows } = await vault.database.query<{ seq: string; sealed: Buffer; leaf_hash: Buffer }>(
    `SELECT a.seq, a.sealed, l.leaf_hash FROM vault.access_entry a JOIN ledger.leaf l USING (seq)
     WHERE a.person_id = $1 AND a.visible_from <= $2 ORDER BY a.seq DESC LIMIT $3`,
    [person, nowOf(vault), maximumEntries],
  );
  return {
    entries: rows.map(({ seq, sealed, leaf_hash }) => {
      const event: unknown = JSON.parse(openPersonEntry(accessLogKey, Number(seq), sealed).event.toString('utf8'));
      if (!Value.Check(AccessEvent, event)) throw new TypeError('an access entry is not of its form');
      return {
        day: vault.calendar.dayOf(Date.parse(event.at)), purpose: event.purpose, office: event.office, fields: event.fields,
        leaf: { index: Number(seq), hash: leaf_hash.toString('base64url') },
      };
    }),
  };
});
