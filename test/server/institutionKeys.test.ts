/** Keys of institutions' own systems: good once a second officer confirmed them, and worth nothing from the moment one revokes them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { confirmInstitutionKey } from '@health-kit/api';
import { InstitutionSystem, StaffMember, perform, type Resident } from '@health-kit/simulate';
import { exportJWK, generateKeyPair } from 'jose';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';
import { refused } from './refused.ts';

let city: City;
let offices: Offices;
let resident: Resident;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  resident = await city.resident({ verified: true });
});
after(() => city.close());

async function newKey() {
  const { x, y } = await exportJWK((await generateKeyPair('ES256')).publicKey);
  return { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } as const;
}
async function specimen(): Promise<string> {
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(resident, barcode);
  return barcode;
}
const enrolAdministrator = async (roles: Parameters<StaffMember['invite']>[0]['roles'], institutionId: Parameters<StaffMember['invite']>[0]['institutionId'] = null) =>
  StaffMember.enrol(city.world, (await city.administrator.invite({ name: `Also ${roles.join()}`, office: 'Health office', unit: 'Administration', roles, institutionId })).code);
/** The types of the ledger's newest events, as many as were appended since. */
const leaves = async () => Number((await city.rows<{ count: string }>('SELECT count(*) AS count FROM ledger.event'))[0]?.count);

test('a key that one officer registered gives no token until an administrator confirmed it', async () => {
  const before = await leaves();
  const waiting = await InstitutionSystem.registerAlone(offices.laboratory, 'LIS that waits');
  assert.equal(await leaves(), before + 1, 'an entry of the ledger');
  await refused(waiting.token(), 'not-authorized');
  await refused(offices.laboratory.confirmKey(waiting.key), 'not-permitted');
  await city.administrator.confirmKey(waiting.key);
  await waiting.submit([{ barcode: await specimen(), value: 'negative' }]);
  const [row] = (await city.administrator.institutionKeys()).filter(({ kid }) => kid === waiting.key.kid);
  assert.deepEqual([row?.institution, row?.name, row?.registeredBy?.unit, row?.registeredBy?.dismissed, row?.own, row?.revokedAt, row?.confirmedAt !== null], ['Central laboratory', 'LIS that waits', 'Reporting', false, false, null, true]);
});

test('who registered a key does not confirm it, and a passkey over one key confirms no other', async () => {
  const both = await enrolAdministrator(['administrator', 'laboratory'], offices.laboratoryId);
  const { clientId: institutionId, kid } = await both.registerKeyAlone('Own', await newKey());
  await refused(both.confirmKey({ institutionId, kid }), 'approval-refused');
  const other = await offices.laboratory.registerKeyAlone('Other', await newKey());
  const assertion = await city.administrator.signKey({ institutionId, kid });
  await refused(perform(city.administrator.connection, confirmInstitutionKey, { body: { institutionId, kid: other.kid, assertion } }), 'approval-refused');
});

test('a revoked key gives no token, and the token that it gave is refused at the next submission', async () => {
  const system = await InstitutionSystem.register(offices.laboratory, 'LIS that is lost');
  await system.submit([{ barcode: await specimen(), value: 'negative' }]);
  const before = await leaves();
  await city.administrator.revokeKey(system.key, 'The system was stolen');
  assert.equal(await leaves(), before + 1, 'an entry of the ledger');
  // Within the five minutes of its token.
  await refused(system.submit([{ barcode: await specimen(), value: 'positive' }]), 'not-authorized');
  await city.advance(6 * 60_000);
  await refused(system.submit([{ barcode: await specimen(), value: 'positive' }]), 'not-authorized');
  await city.administrator.revokeKey(system.key);
  assert.equal(await leaves(), before + 1, 'again is nothing new');
  await refused(city.administrator.confirmKey(system.key), 'not-found');
  // The control: without the row of the revocation it would be taken.
  await city.rows('UPDATE health.institution_key SET revoked_at = NULL, revoked_by = NULL WHERE kid = $1', [system.key.kid]);
  await system.submit([{ barcode: await specimen(), value: 'negative' }]);
});

test('the key of a dismissed officer goes on, and administrators see whose it was', async () => {
  const leaver = await offices.enrol(['laboratory'], 'Leaving', offices.laboratoryId);
  const system = await InstitutionSystem.register(leaver, 'LIS of who left');
  await city.administrator.dismiss(leaver.session.officer.officerId);
  await system.submit([{ barcode: await specimen(), value: 'negative' }]);
  const [row] = (await city.administrator.institutionKeys()).filter(({ kid }) => kid === system.key.kid);
  assert.deepEqual([row?.registeredBy?.dismissed, row?.revokedAt], [true, null]);
});

test('the server\'s login can add no key, confirm none and bring none back', async () => {
  for (const statement of [
    "INSERT INTO health.institution_key (institution_id, kid, name, public_key, created_at, confirmed_at) SELECT institution_id, 'planted', 'n', '{}', now(), now() FROM health.institution",
    'UPDATE health.institution_key SET confirmed_at = now()', 'UPDATE health.institution_key SET revoked_at = NULL',
  ]) {
    await assert.rejects(city.rows(`DO $do$ BEGIN SET LOCAL ROLE hk_server; EXECUTE $ex$${statement}$ex$; END $do$`), /permission denied/);
  }
});
