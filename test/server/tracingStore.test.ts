import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  CaseId, Day, OfficerId, ProposalId, TracePseudonym, VenueId, VisitId, VisitPseudonym, type BodyOf, type ResponseOf, type listContacts,
  type proposeOrders,
} from '@health-kit/api';
import { DAY_MS, HOUR_MS, MINUTE_MS, covid19 } from '@health-kit/policy';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { StaffCaller } from '../../apps/server/src/authority/index.ts';
import { storeProposal } from '../../apps/server/src/orders/proposals.ts';
import { readCase } from '../../apps/server/src/tracing/cases.ts';
import { readContactDays, readContactKey, readContacts, writeContactKey } from '../../apps/server/src/tracing/contactsOfCase.ts';
import type { IndexVisit, Overlap } from '../../apps/server/src/tracing/findOverlaps.ts';
import { scoreContacts, type ScoredContact } from '../../apps/server/src/tracing/scoreContacts.ts';
import { storeTrace } from '../../apps/server/src/tracing/storeTrace.ts';
import { readCaseVisits } from '../../apps/server/src/tracing/visitsOfCase.ts';
import { startTestDatabase, type TestDatabase } from './testDatabase.ts';

const nowMs = Date.parse('2026-11-23T04:00:00Z');
const window = { from: nowMs - 48 * HOUR_MS, to: nowMs };
const today = Value.Parse(Day, '2026-11-23');

/** An identifier that a text stands for, the same every time. */
function named<Schema extends TSchema>(schema: Schema, text: string) {
  const hex = createHash('sha256').update(text).digest('hex');
  return Value.Parse(schema, `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`);
}

const indexVisits: IndexVisit[] = [10, 30].map((hoursAgo) => ({
  venueId: named(VenueId, `venue ${hoursAgo}`), visitId: named(VisitId, `index ${hoursAgo}`),
  arrivedAtMs: nowMs - hoursAgo * HOUR_MS, leftAtMs: nowMs - hoursAgo * HOUR_MS + HOUR_MS, leftAssumed: true, gateId: null,
}));

/** Somebody who shared so many minutes with each of these index visits. */
function overlapsOf(person: string, minutes: number, positions: readonly number[] = [0]): Overlap[] {
  return positions.map((position) => {
    const fromMs = indexVisits[position]?.arrivedAtMs ?? 0;
    return {
      indexVisit: position, visitId: named(VisitId, `visit ${person} ${position}`), subject: named(VisitPseudonym, person), day: today,
      fromMs, toMs: fromMs + minutes * MINUTE_MS, sameGate: false,
    };
  });
}

function scored(people: ReadonlyMap<string, Overlap[]>): Promise<ScoredContact[]> {
  return scoreContacts({
    contacts: new Map([...people].map(([person, overlaps]) => [named(TracePseudonym, person), overlaps])),
    indexVisits, venueKinds: new Map(), sampledAtMs: nowMs, profile: covid19,
  });
}

const officerId = named(OfficerId, 'tracer');
const tracer: StaffCaller = {
  kind: 'staff', officerId, name: 'Tracer', roles: ['tracer'], office: 'Health office', unit: 'Tracing', institutionId: null,
  request: { proof: '', method: 'POST', path: '/', body: '', ticket: null },
};

describe('what a trace found', () => {
  let world: TestDatabase;
  before(async () => {
    world = await startTestDatabase();
  });
  after(() => world.close());

  async function openCase(name: string): Promise<Static<typeof CaseId>> {
    const caseId = named(CaseId, name);
    await world.database.query(
      `INSERT INTO trace.case_file (case_id, result_id, index_person, state, profile, collected_at, reported_at, window_from, window_to, registered_at)
       VALUES ($1, $1, $1, 'open', 'covid-19', $2, $2, $3, $4, $2)`, [caseId, new Date(nowMs), new Date(window.from), new Date(window.to)],
    );
    return caseId;
  }
  async function propose(caseId: Static<typeof CaseId>, name: string, people: readonly string[]): Promise<boolean> {
    const body: BodyOf<typeof proposeOrders> = {
      contacts: people.map((person) => named(TracePseudonym, person)), kind: 'test', legalBasis: 'Act, section 1', reason: 'Exposure',
      startsAt: new Date(nowMs).toISOString(), endsAt: new Date(nowMs + DAY_MS).toISOString(),
    };
    return storeProposal(world.database, named(ProposalId, name), caseId, body, tracer, nowMs);
  }

  it('is read back in pages, highest score first, each contact once, with its exposures', async () => {
    const caseId = await openCase('pages');
    const people = new Map(Array.from({ length: 57 }, (_, number) => [`p${number}`, overlapsOf(`p${number}`, 5 + 5 * (number % 9), number % 3 === 0 ? [0, 1] : [0])] as const));
    await storeTrace(world.database, { caseId, window, indexVisits, contacts: await scored(people) }, nowMs);
    const read: ResponseOf<typeof listContacts>['contacts'] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await readContacts(world.database, caseId, after === undefined ? null : readContactKey(after), 10, nowMs);
      assert.ok(page.contacts.length <= 10);
      read.push(...page.contacts);
      after = page.next;
    }
    assert.equal(new Set(read.map(({ contact }) => contact)).size, 57);
    assert.equal(read.length, 57);
    const order = read.map(({ score, contact }) => [-score, contact] as const);
    assert.deepEqual(order, [...order].sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)));
    for (const [person, overlaps] of people) {
      const contact = read.find((candidate) => candidate.contact === named(TracePseudonym, person));
      assert.deepEqual(contact?.exposures.map(({ from, to }) => Date.parse(to) - Date.parse(from)), overlaps.map(({ fromMs, toMs }) => toMs - fromMs));
      assert.equal(contact.terms.reduce((sum, { points }) => sum + points, 0), contact.score);
      assert.equal(contact.overlapMinutes, overlaps.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / MINUTE_MS, 0));
      assert.equal(contact.contactClass, contact.overlapMinutes >= 15 ? 'close' : 'casual');
    }
    assert.deepEqual((await readCaseVisits(world.database, caseId)).map(({ contacts }) => contacts), [19, 57]);
    const found = await readCase(world.database, caseId, nowMs);
    assert.equal(found?.contacts, 57);
    assert.equal(found.tracedAt, new Date(nowMs).toISOString());
  });

  it('takes the place of what was found before, except for contacts on whom a proposal hangs', async () => {
    const caseId = await openCase('again');
    const first = await scored(new Map([['stays', overlapsOf('stays', 20)], ['gone', overlapsOf('gone', 20)], ['proposed', overlapsOf('proposed', 40)], ['both', overlapsOf('both', 20)]]));
    await storeTrace(world.database, { caseId, window, indexVisits, contacts: first }, nowMs);
    assert.equal(await propose(caseId, 'proposal', ['proposed', 'both']), true);
    const second = await scored(new Map([['stays', overlapsOf('stays', 30)], ['new', overlapsOf('new', 10)], ['both', overlapsOf('both', 45, [1])]]));
    await storeTrace(world.database, { caseId, window, indexVisits, contacts: second }, nowMs + 1);

    const { contacts } = await readContacts(world.database, caseId, null, 100, nowMs);
    const minutes = new Map(contacts.map(({ contact, overlapMinutes, exposures, order }) => [contact, [overlapMinutes, exposures.length, order]]));
    assert.deepEqual(minutes.get(named(TracePseudonym, 'stays')), [30, 1, null]);
    assert.deepEqual(minutes.get(named(TracePseudonym, 'new')), [10, 1, null]);
    assert.deepEqual(minutes.get(named(TracePseudonym, 'proposed')), [40, 1, 'proposed']);
    assert.deepEqual(minutes.get(named(TracePseudonym, 'both')), [45, 1, 'proposed']);
    assert.equal(minutes.size, 4);
  });

  it('says on which local days a contact was exposed, and nothing about where', async () => {
    const caseId = await openCase('days');
    await storeTrace(world.database, { caseId, window, indexVisits, contacts: await scored(new Map([['x', overlapsOf('x', 20, [0, 1])], ['y', overlapsOf('y', 5)]])) }, nowMs);
    const days = await readContactDays(world.database, caseId, [named(TracePseudonym, 'x'), named(TracePseudonym, 'y')], 'Asia/Shanghai');
    assert.deepEqual(new Map(days.map(({ contact, ...rest }) => [contact, rest])), new Map([
      [named(TracePseudonym, 'x'), { contactClass: 'close', days: ['2026-11-22', '2026-11-23'].map((text) => Value.Parse(Day, text)) }],
      [named(TracePseudonym, 'y'), { contactClass: 'casual', days: [Value.Parse(Day, '2026-11-23')] }],
    ]));
  });

  it('refuses a proposal about somebody who is no contact of the case', async () => {
    const caseId = await openCase('stranger');
    await storeTrace(world.database, { caseId, window, indexVisits, contacts: await scored(new Map([['known', overlapsOf('known', 20)]])) }, nowMs);
    assert.equal(await propose(caseId, 'with a stranger', ['known', 'stranger']), false);
    const rows = await world.admin.query('SELECT FROM trace.order_proposal WHERE case_id = $1', [caseId]);
    assert.equal(rows.length, 0);
  });

  it('holds 100,000 contacts, and the process keeps answering meanwhile', async () => {
    const caseId = await openCase('crowd');
    const people = new Map(Array.from({ length: 100_000 }, (_, number) => [`c${number}`, overlapsOf(`c${number}`, 5 + (number % 50))] as const));
    let longestMs = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - last);
      last = now;
    }, 5);
    const contacts = await scored(people);
    last = performance.now();
    longestMs = 0;
    await storeTrace(world.database, { caseId, window, indexVisits, contacts }, nowMs);
    clearInterval(ticks);
    assert.equal((await readCase(world.database, caseId, nowMs))?.contacts, 100_000);
    assert.ok(longestMs < 500, `the event loop stood still for ${Math.round(longestMs)} ms`);
  });

  it('has page keys that are read as they were written, and no others', () => {
    const key = { score: 87, contact: named(TracePseudonym, 'k') };
    assert.deepEqual(readContactKey(writeContactKey(key)), key);
    for (const text of ['', '87', '87.', '.x', '87.not-a-pseudonym', `1000.${key.contact}`, `87.${key.contact} `]) assert.equal(readContactKey(text), null, text);
  });
});
