import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkIn, type VisitId } from '@health-kit/api';
import { call } from '@health-kit/client';
import { connect, newVisitId } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

/** Sends check-ins over several connections at once until told to stop; collects what was answered with success. */
async function streamCheckIns(options: { readonly ticket: string; readonly venueCode: string; readonly stopped: () => boolean }) {
  const acknowledged: VisitId[] = [];
  let unknown = 0;
  const connection = connect(city.world, { ticket: options.ticket });
  const arrivedAt = new Date(city.now()).toISOString();
  await Promise.all(Array.from({ length: 24 }, async () => {
    while (!options.stopped()) {
      const visitId = newVisitId();
      const outcome = await call(connection, checkIn, { body: { visitId, venueCode: options.venueCode, arrivedAt } }, { deadlineMs: 3_000 });
      if (outcome.ok) acknowledged.push(visitId);
      else unknown += 1;
    }
  }));
  return { acknowledged, unknown };
}

async function storedAmong(visitIds: readonly VisitId[]): Promise<number> {
  const [row] = await city.rows<{ stored: string }>('SELECT count(*) AS stored FROM visit.visit WHERE visit_id = ANY($1::uuid[])', [visitIds]);
  return Number(row?.stored);
}

for (const name of ['server', 'database'] as const) {
  test(`kill -9 of the ${name} during check-ins loses none that was answered`, async () => {
    const { venue } = await city.venue();
    const { ticket } = await (await city.resident()).ticket();
    let stopped = false;
    const stream = streamCheckIns({ ticket, venueCode: venue.venueCode, stopped: () => stopped });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await city.system.kill(name, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
    stopped = true;
    const { acknowledged, unknown } = await stream;
    await city.system.restart(name);

    assert.ok(acknowledged.length > 50, `only ${acknowledged.length} check-ins were answered before the kill`);
    assert.ok(unknown > 0, 'nothing was under way at the kill');
    assert.equal(await storedAmong(acknowledged), acknowledged.length);

    // The system serves again, and a repeated visit is still the same one.
    const resident = await city.resident();
    const visitId = newVisitId();
    await resident.checkIn(venue.venueCode, { visitId });
    await resident.checkIn(venue.venueCode, { visitId });
    assert.equal(await storedAmong([visitId]), 1);
  });
}
