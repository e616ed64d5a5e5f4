import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkIn, listMyNotices } from '@health-kit/api';
import { MAX_VISIT_TERM_DAYS } from '@health-kit/policy';
import { connect, instant, newVisitId, perform, type Resident } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

const dayMs = 86_400_000;
const firstDay = '2026-11-23';
const secondDay = '2026-11-24';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const visitDays = () => city.rows<{ day: string; visits: number }>(
  "SELECT (arrived_at AT TIME ZONE 'Asia/Shanghai')::date::text AS day, count(*)::integer AS visits FROM visit.visit GROUP BY 1 ORDER BY 1",
);
const partitions = async () => (await city.rows<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = 'visit'::regnamespace AND relname ~ '^visit_[0-9]{8}$' ORDER BY 1")).map(({ name }) => name);
const keyDays = async () => (await city.rows<{ day: string }>('SELECT day::text FROM vault.day_key ORDER BY day')).map(({ day }) => day);

test('when the term of a day is over its visits and its key are gone, its tickets are refused, and the next day is whole', async () => {
  const { venue } = await city.venue();
  const residents: Resident[] = [await city.resident(), await city.resident(), await city.resident()];
  for (const resident of residents) await resident.checkIn(venue.venueCode);
  const [resident] = residents;
  assert.ok(resident !== undefined);
  const { ticket } = await resident.ticket();
  const firstVisitAt = city.now();
  const late = () => perform(connect(city.world, { ticket }), checkIn, { body: { visitId: newVisitId(), venueCode: venue.venueCode, arrivedAt: instant(firstVisitAt) } });
  await city.advance(dayMs);
  await resident.checkIn(venue.venueCode);
  const { ticket: secondTicket } = await resident.ticket();
  assert.deepEqual(await visitDays(), [{ day: firstDay, visits: 3 }, { day: secondDay, visits: 1 }]);

  // Minutes pass, too, in which there is nothing to clear.
  for (let minute = 0; minute < 3; minute += 1) await city.advance(60_000);
  // On the last day of the term everything is still there, and a phone that was off until now delivers.
  await city.advance((MAX_VISIT_TERM_DAYS - 1) * dayMs);
  await late();
  assert.deepEqual(await visitDays(), [{ day: firstDay, visits: 4 }, { day: secondDay, visits: 1 }]);
  assert.ok((await keyDays()).includes(firstDay));
  const keyEvents = () => city.rows('SELECT 1 FROM ledger.event');
  const before = (await keyEvents()).length;

  await city.advance(dayMs);
  assert.deepEqual(await visitDays(), [{ day: secondDay, visits: 1 }]);
  assert.ok(!(await partitions()).includes('visit_20261123') && (await partitions()).includes('visit_20261124'));
  const kept = await keyDays();
  assert.ok(!kept.includes(firstDay) && kept.includes(secondDay), kept.join());
  assert.ok((await keyEvents()).length > before, 'the ledger says that a key was destroyed');
  await refused(late(), 'not-authorized');
  await refused(perform(connect(city.world, { key: resident.key, ticket }), listMyNotices, {}), 'not-authorized');
  // The day after is kept, and takes what comes late.
  await perform(connect(city.world, { ticket: secondTicket }), checkIn, { body: { visitId: newVisitId(), venueCode: venue.venueCode, arrivedAt: instant(firstVisitAt + dayMs) } });
  assert.deepEqual(await visitDays(), [{ day: secondDay, visits: 2 }]);
});

test('a process that slept through the term clears on its next look, and started anew knows no older day', async () => {
  await city.advance(40 * dayMs);
  assert.deepEqual(await visitDays(), []);
  assert.ok((await keyDays()).every((day) => day >= '2026-12-01'));
  await city.system.restart('vault');
  await city.system.restart('server');
  await city.advance(0);
  assert.deepEqual(await visitDays(), []);
  assert.ok((await keyDays()).every((day) => day >= '2026-12-01'));
});
