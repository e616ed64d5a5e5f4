import { fileAppeal, readMyAppeals, SealedAppeal, withdrawAppeal } from '@health-kit/api';
import { fileOwnAppeal, readOwnAppeals, withdrawOwnAppeal } from '@health-kit/api/vault';
import { APPEAL_PACE_MS, APPEAL_TERM_MS, MOST_APPEALS } from '@health-kit/policy';
import { keyHandler } from '../authority/handlers.ts';
import { appealId } from '../identifiers.ts';
import { sealerFor } from '../keys/sealToPage.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { decideStatuses } from '../passes/readStatus.ts';
import { holdDataKeys } from '../people/dataKeys.ts';
import { findPerson, requirePersonOfDevice } from '../people/people.ts';
import { unseal } from '../people/unsealParticulars.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant } from '../vault.ts';
import { contentOf, countAppeal, findAppeals, ownAppeals, sealAppeal } from './storedAppeal.ts';

/** Own appeals that are read at once; whoever wants all of them takes an export. */
const mostRead = 40;

/**
 * Files an appeal against the caller's status as the vault itself decides it now: what is contested must be among what
 * that status rests on. Against a fact there is one open appeal at a time.
 */
export const fileAppealHandler = keyHandler(fileOwnAppeal, fileAppeal, async (vault, call) => {
  const { device, grounds, words, evidence } = await unseal(vault, call.body.sealed, SealedAppeal);
  // What was sealed for another device is not the caller's to file, and so to read.
  if (device !== call.thumbprint) refuse('invalid-request');
  const now = vault.clock.now();
  return vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await holdDataKeys(queries);
    const { person: id } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    // Two at once take turns by their person.
    const person = (await findPerson(vault, queries, id, true)) ?? refuse('not-authorized');
    const [decision] = await decideStatuses(vault, queries, [{ person: id, identityProven: person.provenAt !== null }]);
    const contested = [...new Map(evidence.map((fact) => [fact.id, fact])).values()];
    if (decision === undefined || !decision.appealable || !contested.every((fact) => decision.evidence.includes(fact.id))) return refuse('conflict');
    const recent = await findAppeals(queries, 'a.person_id = $1 AND (a.filed_at > $2 OR a.state = $3)', [id, new Date(now - APPEAL_PACE_MS), 'open']);
    if (recent.length >= MOST_APPEALS) refuse('too-many-requests');
    const open = recent.filter(({ state }) => state === 'open').flatMap((appeal) => contentOf(appeal, person.accessLogKey).evidence.map((fact) => fact.id));
    if (contested.some((fact) => open.includes(fact.id))) refuse('conflict');

    const appeal = appealId(randomUuid(vault.random));
    const dueAt = new Date(now + APPEAL_TERM_MS);
    await queries.query("INSERT INTO vault.appeal (appeal_id, person_id, filed_at, due_at, state, sealed) VALUES ($1, $2, $3, $4, 'open', $5)", [
      appeal, id, new Date(now), dueAt, sealAppeal(vault, person.accessLogKey, appeal, {
        rule: decision.rule.id, status: decision.status, evidence: contested, grounds, words: words.trim(), answer: null,
      }),
    ]);
    await countAppeal(queries, vault.calendar.dayOf(now), ['filed']);
    await appendPersonEvents(vault, queries, [{
      person: id, visibleFrom: null, caseId: null,
      event: { type: 'appeal-filed', at: instant(now), appeal, rule: decision.rule.id, dueAt: instant(dueAt.getTime()) },
    }]);
    return { appealId: appeal, filedAt: instant(now), dueAt: instant(dueAt.getTime()) };
  });
});

/** The caller's own appeals, sealed to the app: the server learns neither words nor answers. */
export const readOwnAppealsHandler = keyHandler(readOwnAppeals, readMyAppeals, async (vault, call) => {
  const sealToApp = await sealerFor(call.body.key);
  const appeals = await vault.database.transaction(async (queries) => {
    await holdDataKeys(queries);
    const { person, accessLogKey } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    call.use();
    return ownAppeals(queries, person, accessLogKey, mostRead);
  });
  return { sealed: await sealToApp({ appeals }) };
});

/** Takes an own open appeal back; again is success. Somebody else's is none. */
export const withdrawAppealHandler = keyHandler(withdrawOwnAppeal, withdrawAppeal, async (vault, call) => {
  const now = vault.clock.now();
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const { person } = await requirePersonOfDevice(vault, queries, call.thumbprint);
    // The person first, as an erasure does.
    await queries.query('SELECT FROM vault.person WHERE person_id = $1 FOR UPDATE', [person]);
    const { rows: [row] } = await queries.query<{ state: string }>('SELECT state FROM vault.appeal WHERE appeal_id = $1 AND person_id = $2 FOR UPDATE', [call.params.appealId, person]);
    if (row === undefined) return refuse('not-found');
    if (row.state === 'withdrawn') return;
    if (row.state !== 'open') refuse('conflict');
    await queries.query("UPDATE vault.appeal SET state = 'withdrawn', ended_at = $2 WHERE appeal_id = $1", [call.params.appealId, new Date(now)]);
    await countAppeal(queries, vault.calendar.dayOf(now), ['withdrawn']);
    await appendPersonEvents(vault, queries, [{ person, visibleFrom: null, caseId: null, event: { type: 'appeal-withdrawn', at: instant(now), appeal: call.params.appealId } }]);
  });
  return {};
});
