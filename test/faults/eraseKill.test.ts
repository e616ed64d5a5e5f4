/** kill -9 while an account is erased: afterwards it is wholly there or wholly gone, and what was answered is gone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { eraseMyAccount, erasureConfirmation, issueTicket } from '@health-kit/api';
import { call } from '@health-kit/client';
import { connect, type Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

/** Moments of the kill after the request left, ms: before, in, and after the transaction. */
const momentsMs = [0, 5, 10, 20, 40, 80, 160, 320];

/** What the schemas hold altogether. Each resident adds as much as any other. */
async function stored() {
  const [row] = await city.rows<{ people: number; keys: number; documents: number; devices: number; visits: number; erased: number }>(
    `SELECT (SELECT count(*)::int FROM vault.person) AS people, (SELECT count(*)::int FROM vault.person_key) AS keys, (SELECT count(*)::int FROM vault.document) AS documents,
       (SELECT count(*)::int FROM vault.device) AS devices, (SELECT count(*)::int FROM visit.visit) AS visits,
       (SELECT count(*)::int FROM ledger.leaf l WHERE NOT EXISTS (SELECT FROM ledger.event e WHERE e.seq = l.seq) AND NOT EXISTS (SELECT FROM vault.access_entry a WHERE a.seq = l.seq)) AS erased`,
  );
  return row ?? assert.fail('no counts');
}

/** Whether the device still has an account. Asked again while what was killed is coming back. */
async function hasAccount(resident: Resident): Promise<boolean> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const ticket = await call(connect(city.world, { key: resident.key }), issueTicket, { body: {} });
    if (ticket.ok) return true;
    if (ticket.reason === 'refused' && ticket.problem.status === 401) return false;
    await delay(250);
  }
  return assert.fail('the system did not come back');
}

for (const name of ['vault', 'database'] as const) {
  test(`kill -9 of the ${name} while accounts are erased leaves none half erased`, async () => {
    const { venue } = await city.venue();
    const residents: Resident[] = [];
    for (let count = 0; count < momentsMs.length; count += 1) {
      const resident = await city.resident({ verified: true });
      await resident.checkIn(venue.venueCode);
      residents.push(resident);
    }
    const outcomes = { gone: 0, there: 0 };
    for (const [number, resident] of residents.entries()) {
      const before_ = await stored();
      const erasing = call(connect(city.world, { key: resident.key }), eraseMyAccount, { body: { confirmation: erasureConfirmation } }, { deadlineMs: 10_000 });
      await delay(momentsMs[number]);
      await city.system.kill(name, 'SIGKILL');
      const outcome = await erasing;
      await city.system.restart(name);
      const isThere = await hasAccount(resident);
      const after_ = await stored();
      if (isThere) {
        outcomes.there += 1;
        assert.ok(!outcome.ok, 'what was answered with success is done');
        assert.deepEqual(after_, before_, `${momentsMs[number]} ms: wholly not begun`);
      } else {
        outcomes.gone += 1;
        const { people, keys, documents, devices, visits } = before_;
        assert.deepEqual({ ...after_, erased: 0 }, { people: people - 1, keys: keys - 2, documents: documents - 1, devices: devices - 1, visits: visits - 1, erased: 0 }, `${momentsMs[number]} ms: wholly gone`);
        assert.ok(after_.erased > before_.erased, 'its entries have lost their events');
      }
    }
    assert.ok(outcomes.gone > 0, `some kill came after the deed: ${JSON.stringify(outcomes)}`);
  });
}
