import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { GateId, VenueId, VisitId, VisitPseudonym, type Day } from '@health-kit/api';
import { DAY_MS, HOUR_MS, MINUTE_MS, bruteForceContacts, type ReferenceVisit, type TimeWindow } from '@health-kit/policy';
import { seededRandom } from '@health-kit/simulate';
import type { TUnsafe } from 'typebox';
import { Value } from 'typebox/value';
import { addDays, boundsOfDay, localDayOf } from '../../apps/server/src/localDay.ts';
import { findIndexVisits, findOverlaps, overlapParameters, overlapSql, type DaySubject } from '../../apps/server/src/tracing/findOverlaps.ts';
import { startTestDatabase, type TestDatabase } from './testDatabase.ts';

const timeZone = 'Asia/Shanghai';
const firstDay = localDayOf(Date.parse('2026-11-16T04:00:00Z'), timeZone);
const days = Array.from({ length: 6 }, (_, number) => addDays(firstDay, number));
const firstInstant = boundsOfDay(firstDay, timeZone).startMs;

interface Stored extends ReferenceVisit { readonly visitId: VisitId; readonly subject: VisitPseudonym; readonly gateId: string | null }

/** A new identifier of this kind. */
function newId<Id extends string>(schema: TUnsafe<Id>): Id {
  return Value.Parse(schema, randomUUID());
}

/** Plays the vault: every person has another name each day. */
function makeNames() {
  const names = new Map<string, VisitPseudonym>();
  const people = new Map<VisitPseudonym, string>();
  return {
    nameOf(person: string, day: Day): VisitPseudonym {
      const key = `${person} ${day}`;
      const name = names.get(key) ?? newId(VisitPseudonym);
      names.set(key, name);
      people.set(name, person);
      return name;
    },
    personOf: (name: VisitPseudonym) => people.get(name),
    subjectsOf(person: string, ofDays: readonly Day[]): DaySubject[] {
      return ofDays.map((day) => ({ day, ...boundsOfDay(day, timeZone), subject: this.nameOf(person, day) }));
    },
  };
}

describe('the join of a trace', () => {
  let world: TestDatabase;
  before(async () => {
    world = await startTestDatabase();
    for (const day of days) {
      const { startMs, endMs } = boundsOfDay(day, timeZone);
      await world.database.query('SELECT visit.ensure_partition($1, $2, $3)', [day, new Date(startMs), new Date(endMs)]);
    }
  });
  after(() => world.close());

  async function store(visits: readonly Stored[]): Promise<void> {
    await world.database.query(
      `INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source, gate_id)
       SELECT v.venue_id, v.arrived_at, v.left_at, false, v.subject, v.visit_id, 'resident', v.gate_id
       FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::uuid[]) AS v(venue_id, arrived_at, left_at, subject, visit_id, gate_id)`,
      [visits.map(({ venue }) => venue), visits.map(({ arrivedAt }) => new Date(arrivedAt)), visits.map(({ leftAt }) => new Date(leftAt)),
        visits.map(({ subject }) => subject), visits.map(({ visitId }) => visitId), visits.map(({ gateId }) => gateId)],
      { deadlineMs: 60_000 },
    );
  }

  /** The found overlaps by person, in the reference's form. */
  async function found(names: ReturnType<typeof makeNames>, person: string, window: TimeWindow, tailMs: number) {
    const subjects = names.subjectsOf(person, days.filter((day) => boundsOfDay(day, timeZone).endMs > window.from));
    const indexVisits = await findIndexVisits(world.database, subjects, window);
    const overlaps = await findOverlaps(world.database, indexVisits, subjects, tailMs, timeZone);
    const byPerson = new Map<string, string[]>();
    for (const overlap of overlaps) {
      const contact = names.personOf(overlap.subject);
      assert.ok(contact !== undefined, 'every name is somebody');
      assert.equal(names.nameOf(contact, overlap.day), overlap.subject, 'the name is that of the day of arrival');
      // The server drops the index person's names of other days once the vault has resolved them.
      if (contact === person) continue;
      const list = byPerson.get(contact) ?? [];
      list.push(`${indexVisits[overlap.indexVisit]?.visitId} ${overlap.visitId} ${overlap.fromMs} ${overlap.toMs}`);
      byPerson.set(contact, list);
    }
    return new Map([...byPerson].map(([contact, list]) => [contact, list.sort()]));
  }

  function expected(visits: readonly Stored[], person: string, window: TimeWindow, tailMs: number) {
    const idOf = (visit: ReferenceVisit) => visits.find((candidate) => candidate === visit)?.visitId;
    const contacts = bruteForceContacts(visits, person, window, tailMs);
    return new Map([...contacts].map(([contact, overlaps]) =>
      [contact, overlaps.map(({ indexVisit, contactVisit, arrivedAt, leftAt }) => `${idOf(indexVisit)} ${idOf(contactVisit)} ${arrivedAt} ${leftAt}`).sort()]));
  }

  it('finds exactly the contacts of the reference in generated cities: ties, midnights, repeated and empty visits', async () => {
    let compared = 0;
    let overMidnight = 0;
    for (const seed of ['a', 'b', 'c', 'd']) {
      const random = seededRandom(seed);
      const names = makeNames();
      const venues = Array.from({ length: 4 }, () => newId(VenueId));
      const people = Array.from({ length: 30 }, (_, number) => `${seed}${number}`);
      const gates = [newId(GateId), newId(GateId), null];
      const visits = Array.from({ length: 900 }, (): Stored => {
        const person = random.pick(people);
        // Times on quarter hours, so that ends meet beginnings; stays of nothing up to the longest of a day.
        const arrivedAt = firstInstant + random.integer(days.length * 96 - 96) * 15 * MINUTE_MS;
        const leftAt = arrivedAt + random.pick([0, 15, 30, 60, 90, 240, 600, 1439, 1440]) * MINUTE_MS;
        return { person, venue: random.pick(venues), arrivedAt, leftAt, visitId: newId(VisitId), subject: names.nameOf(person, localDayOf(arrivedAt, timeZone)), gateId: random.pick(gates) };
      });
      await store(visits);
      for (const window of [
        { from: firstInstant, to: firstInstant + 5 * DAY_MS },
        { from: firstInstant + 2 * DAY_MS, to: firstInstant + 3 * DAY_MS },
        { from: firstInstant + DAY_MS + 3 * HOUR_MS, to: firstInstant + DAY_MS + 3 * HOUR_MS + 15 * MINUTE_MS },
      ]) {
        for (const person of people.slice(0, 6)) {
          for (const tailMs of [0, 120 * MINUTE_MS]) {
            const reference = expected(visits, person, window, tailMs);
            assert.deepEqual(await found(names, person, window, tailMs), new Map([...reference]), `${seed} ${person}`);
            compared += reference.size;
          }
        }
      }
      overMidnight += visits.filter(({ arrivedAt, leftAt }) => localDayOf(arrivedAt, timeZone) !== localDayOf(leftAt, timeZone)).length;
    }
    assert.ok(compared > 500 && overMidnight > 100, 'the cities had contacts, and nights');
  });

  it('says who came in by the same gate', async () => {
    const names = makeNames();
    const [venue, gate, otherGate] = [newId(VenueId), newId(GateId), newId(GateId)];
    const visit = (person: string, gateId: string | null): Stored => {
      const arrivedAt = firstInstant + 10 * HOUR_MS;
      return { person, venue, arrivedAt, leftAt: arrivedAt + HOUR_MS, visitId: newId(VisitId), subject: names.nameOf(person, firstDay), gateId };
    };
    await store([visit('index', gate), visit('same', gate), visit('other', otherGate), visit('own code', null)]);
    const subjects = names.subjectsOf('index', [firstDay]);
    const indexVisits = await findIndexVisits(world.database, subjects, { from: firstInstant, to: firstInstant + DAY_MS });
    const overlaps = await findOverlaps(world.database, indexVisits, subjects, 0, timeZone);
    assert.deepEqual(new Map(overlaps.map(({ subject, sameGate }) => [names.personOf(subject), sameGate])), new Map([['same', true], ['other', false], ['own code', false]]));
  });

  it('reads index ranges and never a whole table, whatever the statistics say', async () => {
    const names = makeNames();
    await world.admin.query(
      `INSERT INTO visit.visit (venue_id, arrived_at, left_at, left_assumed, subject, visit_id, source)
       SELECT md5('venue' || n % 500)::uuid, $1::timestamptz + (n % 7000) * interval '1 minute', $1::timestamptz + (n % 7000 + 30) * interval '1 minute', true,
         md5('subject' || n)::uuid, md5('visit' || n)::uuid, 'resident' FROM generate_series(1, 200000) AS n`,
      [new Date(firstInstant)], { deadlineMs: 60_000 },
    );
    const subjects = names.subjectsOf('index', days);
    const [row] = await world.admin.query<{ venue_id: VenueId }>(`SELECT md5('venue1')::uuid AS venue_id`);
    assert.ok(row !== undefined);
    const indexVisits = days.slice(0, 4).map((day) => {
      const arrivedAtMs = boundsOfDay(day, timeZone).startMs + 9 * HOUR_MS;
      return { venueId: row.venue_id, visitId: newId(VisitId), arrivedAtMs, leftAtMs: arrivedAtMs + HOUR_MS, leftAssumed: false, gateId: null };
    });
    const parameters = overlapParameters(indexVisits, subjects, 0, timeZone);
    assert.ok(parameters !== null);
    for (const statistics of ['never analysed', 'analysed']) {
      if (statistics === 'analysed') await world.admin.query('ANALYZE visit.visit', [], { deadlineMs: 60_000 });
      const plan = await world.admin.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) ${overlapSql}`, parameters.values);
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      assert.match(text, /Index Scan using visit_\d+_pkey/, statistics);
      assert.match(text, /Index Cond: \(\(venue_id = v\.venue_id\) AND \(arrived_at </, statistics);
      const large = days.map((day) => `visit_${day.replaceAll('-', '')}`);
      for (const partition of large) assert.ok(!text.includes(`Seq Scan on ${partition}`), `${statistics}: ${text}`);
    }
    assert.ok((await findOverlaps(world.database, indexVisits, subjects, 0, timeZone)).length > 0);
  });
});
