import { traceCase } from '@health-kit/api';
import { beginTrace } from '@health-kit/api/vault';
import { findHeldPerson } from '../accounts/heldAccounts.ts';
import { officerHandler } from '../authority/handlers.ts';
import { localDay, personId } from '../identifiers.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { accessEvent, hiddenUntilNoticed } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import { findPerson } from '../people/people.ts';
import { randomSecret } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { instant, recordEvent, type Vault } from '../vault.ts';
import { findCase } from './openCase.ts';

/** How long a trace may resolve contacts. */
const traceLifeMs = 10 * 60_000;
/** By how much the asking clock may run ahead, ms. */
const clockLeewayMs = 120_000;

/**
 * Gives a tracer the index person's daily pseudonyms for the days of the window. The case is the authority; without
 * one there is no way to anybody's days.
 */
export const beginTraceHandler = officerHandler(beginTrace, traceCase, async (vault, call) => {
  const { officer, body } = call;
  const found = (await findCase(vault, vault.database, call.params.caseId)) ?? refuse('not-found');
  if (!found.open) refuse('conflict');
  const days = daysOfWindow(vault, Date.parse(body.from), Date.parse(body.to)) ?? refuse('invalid-request');
  const person = await findPerson(vault, vault.database, found.index);
  // The account may be erased: the case is traced all the same, while it is held for that.
  const index = person?.person ?? (await findHeldPerson(vault, vault.database, found.index)) ?? refuse('not-found');
  await countSubjects(vault, { officer, people: [index], kind: 'trace' });
  const { rows: former } = await vault.database.query<{ former_id: string }>('SELECT former_id FROM vault.former_person WHERE person_id = $1', [index]);
  const accounts = [index, ...former.map(({ former_id }) => personId(former_id))];

  const subjects = [];
  for (const day of days) {
    const key = await vault.keys.visit(day);
    // No key: nobody had a pseudonym on that day, or its term is over.
    if (key === null) continue;
    for (const account of accounts) {
      subjects.push({ day, dayStart: instant(vault.calendar.startOf(day)), dayEnd: instant(vault.calendar.endOf(day)), subject: pseudonymOf(key, account) });
    }
  }

  const traceId = randomSecret(vault.random);
  const [first, last] = [days[0], days.at(-1)];
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    await queries.query('INSERT INTO vault.trace (trace_id, case_id, officer_id, office, from_day, to_day, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      traceId, call.params.caseId, officer.officerId, officer.office, first, last, new Date(vault.clock.now() + traceLifeMs),
    ]);
    await recordEvent(vault, queries, 'trace-begun', { case: call.params.caseId, officer: officer.officerId, from: localDay(first ?? ''), to: localDay(last ?? ''), reason: body.reason });
    if (person !== null) await appendPersonEvents(vault, queries, [accessEvent(vault, person, {
      // It would tell, before anybody else is told, that there is a case.
      purpose: 'contact-tracing', officer, fields: ['visits'], visibleFrom: hiddenUntilNoticed(vault), caseId: call.params.caseId,
    })]);
  });
  return { traceId, subjects };
});

/**
 * The local days of a window, oldest first; null when it is empty, in the future, reaches further back than visits
 * are kept, or is longer than the profile's term.
 */
function daysOfWindow(vault: Vault, fromMs: number, toMs: number) {
  const { calendar, limits, profile } = vault;
  const now = vault.clock.now();
  if (!(fromMs < toMs) || toMs > now + clockLeewayMs) return null;
  const termDays = Math.min(limits.visitTermDays, profile.maxVisitTermDays);
  const first = calendar.dayOf(fromMs);
  // The window's end is exclusive.
  const last = calendar.dayOf(Math.min(toMs, now + 1) - 1);
  if (first < calendar.addDays(calendar.dayOf(now), -termDays)) return null;
  const days = calendar.daysBetween(first, last);
  return days.length === 0 ? null : days;
}
