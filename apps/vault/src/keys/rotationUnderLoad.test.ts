import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { RotatedKind } from '@health-kit/api';
import { issueDayPass, readAccessLog } from '@health-kit/api/vault';
import { startCity, type City } from '../../test/city.ts';
import { limitsUnderLoad, startLoad } from '../../test/load.ts';
import { advanceAll, finishRotation, rotationsOf, type Rotations } from '../../test/rotations.ts';
import { compareWithJournal } from '../ledger/compareWithJournal.ts';

let city: City;
let rotations: Rotations;
beforeEach(async () => {
  city = await startCity({ limits: limitsUnderLoad, processes: 2 });
  rotations = rotationsOf(city);
});
afterEach(() => city.close());

const kinds: readonly RotatedKind[] = ['kek', 'data', 'sealing', 'blind-index', 'one-time-code', 'stops', 'ledger-event', 'ticket-root'];
for (const kind of kinds) {
  test(`${kind} is replaced in two processes under load: nothing is refused, and nothing is lost`, async () => {
    const load = await startLoad(city);
    await load.answered(20);
    const begun = await rotations.rotate(kind);
    assert.equal(begun.finishedAt, null);
    await load.answered(20);
    // Begun again while it is under way, it would be two at once.
    await assert.rejects(rotations.rotate(kind), /conflict/);
    const over = await finishRotation(city, rotations);
    await load.answered(20);
    await load.stop();

    assert.ok(over.done === over.total, JSON.stringify(over));
    const registered = new Set<string>();
    for (const resident of load.residents) {
      const { entries } = (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content;
      assert.ok(entries.filter(({ purpose }) => purpose === 'identity-proof').length >= 2, 'every entry opens');
      registered.add((await resident.call(issueDayPass, 'POST', '/v1/passes', {})).content.pass);
    }
    assert.equal(registered.size, load.residents.length);
    await compareWithJournal(city.vault.database, city.vault.ledger.journal);
    // And once more: what came out of one rotation goes into the next.
    await rotations.rotate(kind);
    await finishRotation(city, rotations);
    await advanceAll(city.vaults);
    for (const resident of load.residents.slice(0, 3)) assert.equal((await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).status, 200);
  });
}
