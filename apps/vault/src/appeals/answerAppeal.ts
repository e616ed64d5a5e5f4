import { answerAppeal, listAppeals, openAppeal, SealedAppealAnswer, type AppealEvidence, type AppealSummary, type AppealWords } from '@health-kit/api';
import { answerFiledAppeal, countAppeals, listFiledAppeals, openFiledAppeal } from '@health-kit/api/vault';
import { APPEAL_TERM_HOURS, DAY_MS } from '@health-kit/policy';
import { officerHandler, openHandler } from '../authority/handlers.ts';
import type { OfficerRecord } from '../authority/officers.ts';
import { uuidArray } from '../binaryArrays.ts';
import { firstRow, type Queries } from '../database.ts';
import { localDay } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { sealerFor } from '../keys/sealToPage.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { invalidateOutdatedPasses } from '../passes/factsChanged.ts';
import { holdDataKeys, openDataKeys } from '../people/dataKeys.ts';
import { findPerson } from '../people/people.ts';
import { unseal } from '../people/unsealParticulars.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { recordEvent } from '../vault.ts';
import { hadNoPart, makersOf, type Makers } from './partInEvidence.ts';
import { contentOf, countAppeal, findAppealForUpdate, findAppeals, sealAppeal, type Appeal, type AppealContent } from './storedAppeal.ts';

const mostListed = 200;
/** Days for which an appeal that is over is listed, and of public numbers. */
const listedDays = 30;
const countedDays = 90;

/** Appeals that wait, oldest clock first, then those of late; by rule, grounds and kinds of evidence, without a word or a name. */
export const listAppealsHandler = officerHandler(listFiledAppeals, listAppeals, async (vault, call) => {
  const now = vault.clock.now();
  return vault.database.transaction(async (queries) => {
    await holdDataKeys(queries);
    const appeals = await findAppeals(
      queries, "a.state = 'open' OR (a.ended_at > $1 AND a.state <> 'withdrawn')", [new Date(now - listedDays * DAY_MS)],
      `a.state <> 'open', a.ended_at DESC NULLS FIRST, a.due_at, a.appeal_id LIMIT ${mostListed}`,
    );
    const keys = new Map((await openDataKeys(vault, queries, [...new Set(appeals.map(({ person }) => person))], 'access-log')).map(({ person, key }) => [person, key]));
    // Who is erased between the two looks is left out.
    const opened = appeals.flatMap((appeal) => {
      const key = keys.get(appeal.person);
      return key === undefined ? [] : [{ appeal, content: contentOf(appeal, key) }];
    });
    const makers = await makersOf(queries, opened.flatMap(({ content }) => content.evidence));
    return { appeals: opened.map(({ appeal, content }) => summaryOf(appeal, content, call.officer, makers, now)) };
  });
});

/** Opens one appeal for an officer: counted, entered in the ledger and the person's log, then sealed to the page. */
export const openAppealHandler = officerHandler(openFiledAppeal, openAppeal, async (vault, call) => {
  const sealToPage = await sealerFor(call.body.key);
  const { officer } = call;
  const [found] = await findAppeals(vault.database, 'a.appeal_id = $1', [call.params.appealId]);
  if (found === undefined) return refuse('not-found');
  await countSubjects(vault, { officer, people: [found.person], kind: 'appeal' });
  const { appeal, content, makers } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await holdDataKeys(queries);
    const person = (await findPerson(vault, queries, found.person)) ?? refuse('not-found');
    const [now] = await findAppeals(queries, 'a.appeal_id = $1', [call.params.appealId]);
    if (now === undefined) return refuse('not-found');
    const opened = { appeal: now, content: contentOf(now, person.accessLogKey) };
    await recordEvent(vault, queries, 'appeal-read', { appeal: now.id, officer: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, person, { purpose: 'appeal', officer, fields: ['appealRead'] })]);
    return { ...opened, makers: await makersOf(queries, opened.content.evidence) };
  });
  const words: AppealWords = { words: content.words, reason: content.answer?.reason ?? null };
  return { appeal: summaryOf(appeal, content, officer, makers, vault.clock.now()), evidence: content.evidence, sealed: await sealToPage(words) };
});

/**
 * Answers an appeal. Nobody sets a status here: where it is upheld, the facts it is against are withdrawn (an order
 * ends, an exposure is struck, of a result the laboratory is asked to look again), the rules decide anew, and passes
 * that say otherwise turn invalid, all in one transaction. The same answer by the same officer is answered as before,
 * so that one whose notice got lost on the way is repaired.
 */
export const answerAppealHandler = officerHandler(answerFiledAppeal, answerAppeal, async (vault, call) => {
  const { officer } = call;
  const answer = await unseal(vault, call.body.sealed, SealedAppealAnswer);
  if (answer.session !== call.thumbprint || answer.appealId !== call.params.appealId) refuse('invalid-request');
  const reason = answer.reason.trim();
  if (reason.length < 3) refuse('invalid-request');
  const [found] = await findAppeals(vault.database, 'a.appeal_id = $1', [answer.appealId]);
  if (found === undefined) return refuse('not-found');
  await countSubjects(vault, { officer, people: [found.person], kind: 'appeal' });
  const now = vault.clock.now();
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await holdDataKeys(queries);
    // The person first, as whoever files or is erased does.
    const person = (await findPerson(vault, queries, found.person, true)) ?? refuse('not-found');
    const appeal = (await findAppealForUpdate(queries, answer.appealId)) ?? refuse('not-found');
    const content = contentOf(appeal, person.accessLogKey);
    if (appeal.state === answer.outcome && appeal.answeredBy === officer.officerId) return;
    if (appeal.state !== 'open') refuse('conflict');
    if (!hadNoPart(officer, content.evidence, await makersOf(queries, content.evidence))) refuse('approval-refused');

    await queries.query('UPDATE vault.appeal SET state = $2, ended_at = $3, answered_by = $4, sealed = $5 WHERE appeal_id = $1', [
      appeal.id, answer.outcome, new Date(now), officer.officerId, sealAppeal(vault, person.accessLogKey, appeal.id, { ...content, answer: { reason, office: officer.office } }),
    ]);
    await countAppeal(queries, vault.calendar.dayOf(now), [
      'answered', ...(now <= appeal.dueAt.getTime() ? ['in_time' as const] : []), ...(answer.outcome === 'upheld' ? ['upheld' as const] : []),
    ]);
    if (answer.outcome === 'upheld') {
      await withdrawFacts(queries, content.evidence, new Date(now));
      await invalidateOutdatedPasses(vault, queries, [appeal.person]);
    }
    await recordEvent(vault, queries, 'appeal-answered', { appeal: appeal.id, officer: officer.officerId, outcome: answer.outcome, late: now > appeal.dueAt.getTime() });
    const entry = accessEvent(vault, person, { purpose: 'appeal', officer, fields: ['appealAnswered'] });
    // Which facts it took out of force, the person's own key seals with it.
    await appendPersonEvents(vault, queries, [{ ...entry, secret: { ...entry.secret, appeal: appeal.id, outcome: answer.outcome, evidence: content.evidence.map(({ kind, id }) => `${kind} ${id}`) } }]);
  });
  return { health: pseudonymOf(vault.keys.health, found.person), notify: pseudonymOf(vault.keys.notify, found.person) };
});

/** Takes facts out of force. A missing proof of identity is no fact: the person proves it at a desk. */
async function withdrawFacts(queries: Queries, evidence: readonly AppealEvidence[], at: Date): Promise<void> {
  const ids = (wanted: AppealEvidence['kind']) => uuidArray(evidence.filter(({ kind }) => kind === wanted).map(({ id }) => id));
  for (const kind of ['order', 'exposure'] as const) {
    await queries.query('INSERT INTO health.withdrawn_fact (kind, fact_id, withdrawn_at) SELECT $1, fact_id, $3 FROM unnest($2::uuid[]) AS contested (fact_id) ON CONFLICT DO NOTHING', [kind, ids(kind), at]);
  }
  await queries.query(
    `INSERT INTO health.disputed_result (result_id, disputed_at) SELECT r.result_id, $2 FROM health.result r WHERE r.result_id = ANY($1::uuid[]) ON CONFLICT DO NOTHING`, [ids('result'), at],
  );
}

/** The public numbers: days, and how many wait now. */
export const countAppealsHandler = openHandler(countAppeals, async (vault) => {
  const now = vault.clock.now();
  const waiting = firstRow(await vault.database.query<{ waiting: number; overdue: number }>(
    "SELECT count(*)::integer AS waiting, count(*) FILTER (WHERE due_at < $1)::integer AS overdue FROM vault.appeal WHERE state = 'open'", [new Date(now)],
  ));
  const { rows } = await vault.database.query<{ day: string; filed: number; answered: number; in_time: number; upheld: number; withdrawn: number }>(
    'SELECT day::text, filed, answered, in_time, upheld, withdrawn FROM vault.appeal_count WHERE day > $1::date ORDER BY day DESC', [vault.calendar.addDays(vault.calendar.dayOf(now), -countedDays)],
  );
  return {
    termHours: APPEAL_TERM_HOURS, waiting: waiting?.waiting ?? 0, overdue: waiting?.overdue ?? 0,
    days: rows.map(({ day, filed, answered, in_time, upheld, withdrawn }) => ({ day: localDay(day), filed, answered, inTime: in_time, upheld, withdrawn })),
  };
});

function summaryOf(appeal: Appeal, content: AppealContent, officer: OfficerRecord, makers: ReadonlyMap<string, Makers>, now: number): AppealSummary {
  return {
    appealId: appeal.id, state: appeal.state, filedAt: appeal.filedAt.toISOString(), dueAt: appeal.dueAt.toISOString(), endedAt: appeal.endedAt?.toISOString() ?? null,
    overdue: appeal.state === 'open' && appeal.dueAt.getTime() < now, rule: content.rule, status: content.status, grounds: content.grounds,
    evidence: content.evidence.map(({ kind }) => kind), answeredBy: appeal.answeredByName,
    mayAnswer: appeal.state === 'open' && hadNoPart(officer, content.evidence, makers),
  };
}
