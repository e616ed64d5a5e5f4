import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeBase64url, verifyPass, type SignedStatus } from '@health-kit/pass';
import type { Resident } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let city: City;
let offices: Offices;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
});
after(() => city.close());

/** The status that a pass signs at this moment. */
async function signedStatus(resident: Resident): Promise<SignedStatus> {
  const { keys } = await city.world.trust();
  const verified = await verifyPass(decodeBase64url((await resident.renewPass()).pass) ?? assert.fail('not base64url'), { issuers: keys }, city.now());
  assert.ok(verified.accepted);
  return verified.pass.status;
}

/** What the server says of a resident, and what the vault signs. */
async function statuses(resident: Resident) {
  const { status, until } = await resident.status();
  return { explained: status, signed: await signedStatus(resident), until };
}

test('server and vault end the caution of an exposure at the same local midnight', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(resident, barcode);
  // The vault counts an exposure by the proposal it rests on: one approved for this person, the only proven one here.
  const proposalId = crypto.randomUUID();
  await city.rows(
    `WITH person AS (SELECT person_id FROM vault.person WHERE proven_at IS NOT NULL),
       of_case AS (INSERT INTO vault.case_authority SELECT $1, person_id, $1, $2, $2 FROM person),
       contact AS (INSERT INTO vault.case_contact SELECT $1, person_id, $2 FROM person),
       proposal AS (INSERT INTO vault.order_proposal SELECT $1, $1, $3, decode(repeat('00', 32), 'hex'), o.ids[1], 'Unit', $2, 'approved', o.ids[2], $2
         FROM (SELECT array_agg(officer_id) AS ids FROM vault.officer) o)
     INSERT INTO vault.order_subject SELECT $1, 0, $1, person_id FROM person`,
    [proposalId, new Date(city.now()), JSON.stringify({ kind: 'test', startsAt: '2026-11-23T00:00:00.000Z', endsAt: '2026-11-24T00:00:00.000Z' })],
  );
  // An exposure on the day before, of which the person hears now; caution lasts seven days after that day.
  await city.rows(
    `INSERT INTO health.exposure (exposure_id, proposal_id, subject, day, exposure_kind, noticed_at)
     SELECT gen_random_uuid(), $3, subject, '2026-11-22', 'close', $2 FROM health.specimen WHERE barcode = $1`,
    [barcode, new Date(city.now()), proposalId],
  );
  // Midnight in Shanghai at the end of 29 November; midnight of UTC comes eight hours later.
  const until = '2026-11-29T16:00:00.000Z';
  assert.deepEqual(await statuses(resident), { explained: 'caution', signed: 'caution', until });
  const moments: readonly (readonly [offsetMs: number, expected: SignedStatus])[] = [
    [-dayMs, 'caution'], [-8 * hourMs, 'caution'], [-minuteMs, 'caution'], [-1, 'caution'], [0, 'clear'], [minuteMs, 'clear'], [8 * hourMs, 'clear'],
  ];
  for (const [offsetMs, expected] of moments) {
    await city.advance(Date.parse(until) + offsetMs - city.now());
    const found = await statuses(resident);
    assert.deepEqual([found.explained, found.signed], [expected, expected], `${offsetMs} ms from midnight`);
  }
});
