import { confirmGuardianship, endGuardianship, listGuardianships } from '@health-kit/api';
import { confirmGuardianLink, endGuardianLink, readGuardianships } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { firstRow } from '../database.ts';
import { linkId, officerId, personId } from '../identifiers.ts';
import { maskHolder } from '../people/mask.ts';
import { findPerson, requirePersonOfDevice } from '../people/people.ts';
import { appendEndedLinks } from '../journal/shredded.ts';
import { refuse } from '../refusal.ts';
import { countStoppedMove } from '../stops/countStoppedMove.ts';
import { instant, nowOf, type Vault } from '../vault.ts';
import { bothSidesOf, inForce, tellBoth, waiting } from './guardianLinks.ts';

type LinkRow = { link_id: string; other_id: string; linked_at: Date; ends_at: Date | null; waits_until: Date | null };

/** Whom the caller guards and who guards the caller, each in the least view; and what waits to be confirmed, on which side. */
export const readGuardianshipsHandler = keyHandler(readGuardianships, listGuardianships, async (vault, call) => {
  const { person } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const read = async (own: 'guardian_id' | 'dependant_id', other: 'guardian_id' | 'dependant_id', which: typeof inForce) => {
    const { rows } = await vault.database.query<LinkRow>(
      `SELECT link_id, ${other} AS other_id, linked_at, ends_at, waits_until FROM vault.guardian_link WHERE ${own} = $1 AND ${which('$2')} ORDER BY linked_at, link_id`, [person, nowOf(vault)],
    );
    return rows;
  };
  const links = async (rows: readonly LinkRow[]) => (await Promise.all(rows.map((row) => linkOnWire(vault, row)))).filter((each) => each !== null);
  const asking = await links(await read('dependant_id', 'guardian_id', waiting));
  return {
    dependants: (await links(await read('guardian_id', 'dependant_id', inForce))).map(({ link }) => link),
    guardians: (await links(await read('dependant_id', 'guardian_id', inForce))).map(({ link }) => link),
    // Whose device is asked is told to nobody before that one has said yes.
    asked: (await read('guardian_id', 'dependant_id', waiting)).map((row) => ({ linkId: linkId(row.link_id), until: untilOf(row) })),
    asking: asking.map(({ link, row }) => ({ linkId: link.linkId, holder: link.holder, until: untilOf(row) })),
  };
});

async function linkOnWire(vault: Vault, row: LinkRow) {
  const other = await findPerson(vault, vault.database, personId(row.other_id));
  if (other === null) return null;
  const dayOf = (at: Date) => vault.calendar.dayOf(at.getTime());
  const link = { linkId: linkId(row.link_id), holder: maskHolder(other.identity, other.provenAt !== null), since: dayOf(row.linked_at), endsOn: row.ends_at === null ? null : dayOf(row.ends_at) };
  return { link, row };
}

function untilOf({ waits_until: until }: LinkRow): string {
  if (until === null) throw new TypeError('a request waits until a moment');
  return instant(until.getTime());
}

/** The dependant's own device says yes to who asks: from here on the link is in force. */
export const confirmGuardianLinkHandler = keyHandler(confirmGuardianLink, confirmGuardianship, async (vault, call) => {
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const row = firstRow(await queries.query<{ guardian_id: string; dependant_id: string }>(
      `UPDATE vault.guardian_link SET waits_until = NULL, by_device = true, linked_at = $3 WHERE link_id = $1 AND dependant_id = $2 AND ${waiting('$3')} RETURNING guardian_id, dependant_id`, [call.params.linkId, person, nowOf(vault)],
    )) ?? refuse('not-found');
    const both = (await bothSidesOf(vault, queries, row)) ?? refuse('not-found');
    await tellBoth(vault, queries, both, 'guardianLinked');
  });
  return {};
});

/** Ends a guardianship, from either side: the guardian's device shows the pass no more. Of one that waits it is a refusal, or takes the request back. */
export const endGuardianLinkHandler = keyHandler(endGuardianLink, endGuardianship, async (vault, call) => {
  const refused = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const row = firstRow(await queries.query<{ guardian_id: string; dependant_id: string; waits_until: Date | null; asked_by: string | null }>(
      'DELETE FROM vault.guardian_link WHERE link_id = $1 AND $2 IN (guardian_id, dependant_id) RETURNING guardian_id, dependant_id, waits_until, asked_by', [call.params.linkId, person],
    )) ?? refuse('not-found');
    await queries.query(
      `UPDATE vault.pass SET invalid = true WHERE person_id = $2 AND NOT invalid
       AND thumbprint IN (SELECT thumbprint FROM vault.device WHERE person_id = $1)`, [row.guardian_id, row.dependant_id],
    );
    const both = await bothSidesOf(vault, queries, row);
    if (both !== null) await tellBoth(vault, queries, both, row.waits_until === null ? 'guardianEnded' : 'guardianRefused');
    // Last, before the commit: no restored backup brings it back.
    await appendEndedLinks(vault, queries, [linkId(call.params.linkId)]);
    return row.waits_until !== null && row.asked_by !== null && row.dependant_id === person ? { registrar: officerId(row.asked_by), owner: person } : null;
  });
  // As of a move at the desk: a registrar whom several owners refuse is stopped.
  if (refused !== null) await countStoppedMove(vault, refused.registrar, refused.owner);
  return {};
});
