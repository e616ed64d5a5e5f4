import { checkIn, checkOut, VisitId, matches, type ResponseOf, type issueTicket } from '@health-kit/api';
import { call, isTicketOfToday, openConnection, type LocalVisit, type Outcome } from '@health-kit/client';
import { changeVisits, deviceState, exclusively } from '../device/deviceState.ts';
import { ensureTicket } from '../device/session.ts';
import type { VenueReading } from './readVenue.ts';

type DayTicket = ResponseOf<typeof issueTicket>;

/** A visit that begins now at a genuine venue; it waits for delivery, with the ticket of its day where there is one. */
export function newVisit(reading: Extract<VenueReading, { kind: 'genuine' }>, visitId: string, arrivedAtMs: number, ticket: DayTicket | null): LocalVisit {
  if (!matches(VisitId, visitId)) throw new TypeError('a visit is named by a UUID');
  const { venue, code } = reading;
  return {
    visitId, venueCode: code, venueName: venue.venueName, venueKind: venue.venueKind, usualStayMinutes: venue.usualStayMinutes,
    arrivedAt: new Date(arrivedAtMs).toISOString(), leftAt: null,
    ticket: ticketOf(ticket, arrivedAtMs), checkIn: 'waiting', checkOut: 'none', refusal: null,
  };
}

/** The ticket's text if it is of the day of this moment. */
function ticketOf(ticket: DayTicket | null, momentMs: number): string | null {
  return ticket !== null && isTicketOfToday(ticket, momentMs) ? ticket.ticket : null;
}

/** What is to be delivered next for a visit: the check-out only after the check-in. */
export function nextDelivery(visit: LocalVisit): 'checkIn' | 'checkOut' | null {
  if (visit.checkIn === 'waiting') return 'checkIn';
  return visit.checkIn === 'delivered' && visit.checkOut === 'waiting' ? 'checkOut' : null;
}

/** Statuses that ask to come back later; the delivery then keeps waiting. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The visit after one attempt. Whatever was not clearly refused waits on: the server counts the same visit once. */
export function afterDelivery(visit: LocalVisit, part: 'checkIn' | 'checkOut', outcome: Outcome<unknown>): LocalVisit {
  if (outcome.ok) return { ...visit, [part]: 'delivered' };
  if (outcome.reason !== 'refused' || passingStatuses.has(outcome.problem.status)) return visit;
  return { ...visit, [part]: 'refused', refusal: outcome.problem.type };
}

/** The visit that one is at: the newest without check-out, within its usual stay. */
export function visitInProgress(visits: readonly LocalVisit[], nowMs: number): LocalVisit | null {
  return visits.findLast((visit) => visit.leftAt === null && visit.checkIn !== 'refused' && nowMs - Date.parse(visit.arrivedAt) < visit.usualStayMinutes * 60_000) ?? null;
}

/** When a visit ends that nobody checked out of, epoch ms: the service reckons with the usual stay of the venue. */
export function assumedEndMs(visit: LocalVisit): number {
  return Date.parse(visit.arrivedAt) + visit.usualStayMinutes * 60_000;
}

/** A check-out is taken for a day after the arrival. */
const longestStayMs = 24 * 3_600_000;

/** Whether the check-out was forgotten: the usual stay is over, and it can still be said when it really ended. */
export function isForgotten(visit: LocalVisit, nowMs: number): boolean {
  return visit.leftAt === null && visit.checkIn !== 'refused' && visit.usualStayKept !== true
    && assumedEndMs(visit) <= nowMs && nowMs - Date.parse(visit.arrivedAt) < longestStayMs;
}

/** The newest visit whose check-out was forgotten. */
export function forgottenVisit(visits: readonly LocalVisit[], nowMs: number): LocalVisit | null {
  return visits.findLast((visit) => isForgotten(visit, nowMs)) ?? null;
}

/** Moments at which somebody may have left, epoch ms: each quarter of an hour for four hours, each hour then, and no later than now. */
export function departureChoices(visit: LocalVisit, nowMs: number): readonly number[] {
  const arrivedAtMs = Date.parse(visit.arrivedAt);
  const minutes = [...Array.from({ length: 16 }, (_, index) => (index + 1) * 15), ...Array.from({ length: 20 }, (_, index) => (index + 5) * 60)];
  return minutes.map((each) => arrivedAtMs + each * 60_000).filter((at) => at <= nowMs && at - arrivedAtMs <= longestStayMs);
}

/** Says that the usual stay is about right: it is not asked about again. */
export async function keepUsualStay(visitId: string): Promise<void> {
  await changeVisits((visits) => visits.map((visit) => (visit.visitId === visitId ? { ...visit, usualStayKept: true } : visit)));
}

/** Begins a visit: on disk first, then to the server. Resolves once it is on disk. */
export async function beginVisit(reading: Extract<VenueReading, { kind: 'genuine' }>): Promise<LocalVisit> {
  const visit = newVisit(reading, crypto.randomUUID(), Date.now(), deviceState().ticket);
  await changeVisits((visits) => [...visits, visit]);
  void deliverVisits();
  return visit;
}

/** Ends a visit, now or at a moment that has passed (epoch ms). Resolves once it is on disk. */
export async function endVisit(visitId: string, leftAtMs = Date.now()): Promise<void> {
  const leftAt = new Date(leftAtMs).toISOString();
  await changeVisits((visits) => visits.map((visit) => (visit.visitId === visitId && visit.leftAt === null ? { ...visit, leftAt, checkOut: 'waiting' } : visit)));
  void deliverVisits();
}

/** Delivers what waits, one by one, one tab at a time. Safe to call at any moment. */
export async function deliverVisits(): Promise<void> {
  await exclusively('health-kit.deliver', async () => {
    for (;;) {
      const next = deviceState().visits?.find((visit) => nextDelivery(visit) !== null && !attempted.has(attemptOf(visit)));
      if (next === undefined) break;
      attempted.add(attemptOf(next));
      const delivered = await deliver(next);
      await changeVisits((visits) => visits.map((visit) => (visit.visitId === next.visitId ? merge(visit, delivered) : visit)));
    }
    attempted.clear();
  });
}

/** What this round has tried already: each part of a visit once, so that a dead network ends the round. */
const attempted = new Set<string>();
function attemptOf(visit: LocalVisit): string {
  return `${visit.visitId} ${nextDelivery(visit) ?? ''}`;
}

/** A check-out pressed while its check-in was under way is kept. */
function merge(now: LocalVisit, delivered: LocalVisit): LocalVisit {
  const pressedMeanwhile = delivered.checkOut === 'none' && now.checkOut === 'waiting';
  return pressedMeanwhile ? { ...delivered, leftAt: now.leftAt, checkOut: now.checkOut } : delivered;
}

async function deliver(visit: LocalVisit): Promise<LocalVisit> {
  const part = nextDelivery(visit);
  if (part === null) return visit;
  const { visitId, venueCode, arrivedAt, leftAt } = visit;
  let { ticket } = visit;
  if (ticket === null) {
    const today = await ensureTicket();
    if (!today.ok) return today.reason === 'refused' ? afterDelivery(visit, part, today) : visit;
    ticket = ticketOf(today.value, Date.parse(arrivedAt));
    if (ticket === null) return { ...visit, checkIn: 'refused', refusal: 'no-ticket' };
  }
  const connection = openConnection(window.location.origin, { ticket });
  const outcome = part === 'checkIn'
    ? await call(connection, checkIn, { body: { visitId, venueCode, arrivedAt } })
    : await call(connection, checkOut, { body: { visitId, venueCode, arrivedAt, leftAt: leftAt ?? arrivedAt } });
  return afterDelivery({ ...visit, ticket }, part, outcome);
}

/** Delivers at the start, when the network returns, when the app is looked at, and every minute while something waits. */
export function keepDelivering(): void {
  const deliverIfWaiting = () => {
    if (deviceState().visits?.some((visit) => nextDelivery(visit) !== null) === true) void deliverVisits();
  };
  deliverIfWaiting();
  window.addEventListener('online', deliverIfWaiting);
  document.addEventListener('visibilitychange', deliverIfWaiting);
  setInterval(deliverIfWaiting, 60_000);
}
