import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getCapabilityStatement, issueInstitutionToken, submitFhirBundle, type BodyOf } from '@health-kit/api';
import { InstitutionSystem, connect, instant, perform, resultBundle } from '@health-kit/simulate';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { startCity, type City } from './city.ts';
import { openOffices, type Offices } from './labsOffices.ts';
import { refused } from './refused.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let city: City;
let offices: Offices;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
});
after(() => city.close());

/** Sends a body to the FHIR endpoint as it is. */
async function postBundle(token: string, body: unknown) {
  const response = await fetch(`${city.world.origin}/fhir`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }, body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, type: response.headers.get('content-type'), text: JSON.stringify(answer) };
}

function storedResults(barcode: string) {
  return city.rows<{ version: number; value: string }>(
    'SELECT r.version, r.value FROM health.result r JOIN health.specimen s USING (specimen_id) WHERE s.barcode = $1 ORDER BY r.version', [barcode],
  );
}

test('a result belongs to the person whose pass was scanned, who is told that it is there and reads it', async () => {
  const [resident, other] = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  await offices.test(resident, 'negative');
  const [result] = await resident.results();
  assert.deepEqual([result?.value, result?.institution, result?.version], ['negative', 'Central laboratory', 1]);
  const [notice] = await resident.notices();
  assert.equal(notice?.kind, 'result');
  assert.ok(!JSON.stringify(notice).includes('negative'), 'the notice does not say which result');
  assert.deepEqual([await other.results(), await other.notices()], [[], []]);
  assert.deepEqual([notice.noticeId, notice.sentAt, notice.readAt], [result?.resultId, result?.reportedAt, null]);
  await refused(other.readNotice(notice.noticeId), 'not-found');
  assert.equal((await resident.notices())[0]?.readAt, null);
  await resident.readNotice(notice.noticeId);
  const readAt = instant(city.now());
  await city.advance(minuteMs);
  await resident.readNotice(notice.noticeId);
  assert.deepEqual((await resident.notices()).map((told) => [told.noticeId, told.readAt]), [[notice.noticeId, readAt]], 'read once, the first time');
  await offices.test(resident, 'negative');
  assert.deepEqual((await resident.notices()).map((told) => told.readAt), [null, readAt], 'the newest first');
});

test('an account whose identity is not proven collects no specimen, and its status says so', async () => {
  const resident = await city.resident();
  await refused(offices.sampler.registerSpecimen(resident, offices.newBarcode()), 'identity-not-proven');
  const status = await resident.status();
  assert.deepEqual([status.status, status.rule.id, status.evidence.map(({ kind }) => kind)], ['unverified', 'identity-unproven', ['identity']]);
});

test('a tube is one person’s, and is taken within the last day', async () => {
  const [resident, other] = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  const barcode = offices.newBarcode();
  const first = await offices.sampler.registerSpecimen(resident, barcode);
  await refused(offices.sampler.registerSpecimen(other, barcode), 'conflict');
  assert.equal((await offices.sampler.registerSpecimen(resident, barcode)).specimenId, first.specimenId);
  await refused(offices.sampler.registerSpecimen(resident, offices.newBarcode(), city.now() + 2 * minuteMs + 1), 'invalid-request');
  await refused(offices.sampler.registerSpecimen(resident, offices.newBarcode(), city.now() - 25 * hourMs), 'invalid-request');
});

test('the same result again is the same result; another one is a new version, by the same laboratory alone', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(resident, barcode, city.now() - hourMs);
  const first = await offices.laboratory.submitResult(barcode, 'inconclusive');
  assert.deepEqual(await offices.laboratory.submitResult(barcode, 'inconclusive'), first);
  const { institutionId } = await city.administrator.registerInstitution('Other laboratory', 'laboratory');
  const rival = await offices.enrol(['laboratory'], 'Elsewhere', institutionId);
  await refused(rival.submitResult(barcode, 'positive'), 'conflict');
  const [told] = await resident.notices();
  assert.ok(told !== undefined);
  await resident.readNotice(told.noticeId);
  const corrected = await offices.laboratory.submitResult(barcode, 'negative');
  assert.notEqual(corrected.resultId, first.resultId);
  assert.deepEqual(await storedResults(barcode), [{ version: 1, value: 'inconclusive' }, { version: 2, value: 'negative' }]);
  const [own, ...rest] = await resident.results();
  assert.deepEqual([own?.value, own?.version, rest.length], ['negative', 2, 0]);
  assert.deepEqual((await resident.notices()).map(({ noticeId, readAt }) => [noticeId, readAt]), [[corrected.resultId, null]], 'a correction is told anew, and the result it replaces no more');
  await refused(resident.readNotice(told.noticeId), 'not-found');
});

test('the same result sent many times at once is one result and one notice', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimen(resident, barcode);
  const answers = await Promise.all(Array.from({ length: 12 }, () => offices.laboratory.submitResult(barcode, 'negative')));
  assert.equal(new Set(answers.map(({ resultId }) => resultId)).size, 1);
  assert.equal((await storedResults(barcode)).length, 1);
  assert.equal((await resident.notices()).length, 1);
});

test('a result without a specimen, before its specimen, from the future or of another test is refused', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  await refused(offices.laboratory.submitResult(barcode, 'negative'), 'specimen-unknown');
  await offices.sampler.registerSpecimen(resident, barcode, city.now() - hourMs);
  await refused(offices.laboratory.submitResult(barcode, 'negative', city.now() - hourMs - 1), 'result-refused');
  await refused(offices.laboratory.submitResult(barcode, 'negative', city.now() + 2 * minuteMs + 1), 'result-refused');
  assert.deepEqual(await storedResults(barcode), []);
});

test('a sampler and a laboratory whose clocks are two minutes ahead are not refused; what they state is stored as now, and sent again it is the same', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  const [registeredAt, ahead] = [city.now(), city.now() + 2 * minuteMs];
  const specimen = await offices.sampler.registerSpecimen(resident, barcode, ahead);
  assert.equal(specimen.collectedAt, instant(registeredAt));
  await city.advance(1000);
  assert.deepEqual(await offices.sampler.registerSpecimen(resident, barcode, ahead), specimen, 'the answer was lost');
  await refused(offices.sampler.registerSpecimen(resident, barcode, registeredAt - 1), 'conflict');
  await refused(offices.sampler.registerSpecimen(resident, barcode, ahead + 1), 'conflict');

  const [reportedAt, performedAt] = [city.now(), city.now() + 2 * minuteMs];
  const result = await offices.laboratory.submitResult(barcode, 'negative', performedAt);
  await city.advance(1000);
  assert.deepEqual(await offices.laboratory.submitResult(barcode, 'negative', performedAt), result, 'the answer was lost');
  const system = await InstitutionSystem.register(offices.laboratory, 'LIS ahead');
  const bundled = { barcode, value: 'positive' as const, performedAt: city.now() + 2 * minuteMs };
  const bundledAt = city.now();
  assert.match(JSON.stringify(await system.submit([bundled])), /201 Created/);
  await city.advance(1000);
  assert.doesNotMatch(JSON.stringify(await system.submit([bundled])), /201 Created/);
  assert.equal((await postBundle(await system.token(), resultBundle([{ ...bundled, performedAt: city.now() + 2 * minuteMs + 1 }]))).status, 422);
  assert.deepEqual(
    await city.rows('SELECT r.version, r.collected_at, r.performed_at, r.reported_at FROM health.result r JOIN health.specimen s USING (specimen_id) WHERE s.barcode = $1 ORDER BY r.version', [barcode]),
    [
      { version: 1, collected_at: new Date(registeredAt), performed_at: new Date(reportedAt), reported_at: new Date(reportedAt) },
      { version: 2, collected_at: new Date(registeredAt), performed_at: new Date(bundledAt), reported_at: new Date(bundledAt) },
    ],
  );
});

test('a test site sees that its specimens were reported and not how; a laboratory sees what waits and what it reported', async () => {
  const resident = await city.resident({ verified: true });
  const [waiting, reported] = [offices.newBarcode(), offices.newBarcode()];
  await offices.sampler.registerSpecimen(resident, waiting);
  await offices.sampler.registerSpecimen(resident, reported);
  await offices.laboratory.submitResult(reported, 'positive');
  const { institutionId } = await city.administrator.registerInstitution('Third laboratory', 'laboratory');
  const rival = await offices.enrol(['laboratory'], 'Third', institutionId);
  const seen = async (rows: Promise<readonly { barcode: string; result: { value: string } | null }[]>) =>
    new Map((await rows).filter(({ barcode }) => barcode === waiting || barcode === reported).map(({ barcode, result }) => [barcode, result?.value ?? null]));
  assert.deepEqual(await seen(offices.sampler.specimens({ limit: 200 })), new Map([[waiting, null], [reported, null]]));
  assert.deepEqual([...(await seen(offices.sampler.specimens({ state: 'reported', limit: 200 }))).keys()], [reported]);
  assert.deepEqual(await seen(offices.laboratory.specimens({ limit: 200 })), new Map([[waiting, null], [reported, 'positive']]));
  assert.deepEqual([...(await seen(rival.specimens({ limit: 200 }))).keys()], [waiting]);
});

test('only a laboratory’s officer submits results, only a sampler registers specimens, only the administrator institutions', async () => {
  const resident = await city.resident({ verified: true });
  const barcode = offices.newBarcode();
  const siteLaboratory = await offices.enrol(['laboratory'], 'Site', offices.testSiteId);
  const homeless = await offices.enrol(['sampler'], 'Nowhere');
  await refused(siteLaboratory.submitResult(barcode, 'negative'), 'not-permitted');
  await refused(homeless.registerSpecimen(resident, barcode), 'not-permitted');
  for (const officer of [city.administrator, city.registrar, offices.sampler, offices.tracer, offices.medicalOfficer]) {
    await refused(officer.submitResult(barcode, 'negative'), 'not-permitted');
    await refused(officer.registerKey('key', { kty: 'EC', crv: 'P-256', x: 'A', y: 'A' }), 'not-permitted');
  }
  for (const officer of [city.administrator, city.registrar, offices.laboratory, offices.tracer, offices.medicalOfficer]) {
    await refused(officer.registerSpecimen(resident, barcode), 'not-permitted');
  }
  for (const officer of [city.registrar, offices.sampler, offices.laboratory, offices.tracer, offices.medicalOfficer]) {
    await refused(officer.registerInstitution('Mine', 'laboratory'), 'not-permitted');
    await refused(officer.institutions(), 'not-permitted');
  }
  assert.ok((await city.administrator.institutions()).some(({ name }) => name === 'Central laboratory'));
});

test('an institution’s own system reports by FHIR, and repeating a bundle changes nothing', async () => {
  const people = [await city.resident({ verified: true }), await city.resident({ verified: true })];
  const barcodes = people.map(() => offices.newBarcode());
  for (const [index, resident] of people.entries()) await offices.sampler.registerSpecimen(resident, barcodes[index] ?? '');
  const system = await InstitutionSystem.register(offices.laboratory, 'LIS');
  const results = barcodes.map((barcode, index) => ({ barcode, value: index === 0 ? 'positive' as const : 'negative' as const, performedAt: city.now() }));
  const first = JSON.stringify(await system.submit(results));
  assert.match(first, /"type":"transaction-response"/);
  assert.equal(first.match(/201 Created/g)?.length, 2);
  const again = JSON.stringify(await system.submit(results));
  assert.equal(again.match(/201 Created/g), null);
  assert.deepEqual(await Promise.all(people.map(async (resident) => (await resident.results()).map(({ value }) => value))), [['positive'], ['negative']]);
  assert.deepEqual((await storedResults(barcodes[0] ?? '')).length, 1);
});

test('a bundle with one result that does not fit is refused whole, with the element and what to do', async () => {
  const resident = await city.resident({ verified: true });
  const [known, unknown] = [offices.newBarcode(), offices.newBarcode()];
  await offices.sampler.registerSpecimen(resident, known);
  const system = await InstitutionSystem.register(offices.laboratory, 'LIS of the bad bundle');
  const token = await system.token();
  const bundle = resultBundle([{ barcode: known, value: 'negative', performedAt: city.now() }, { barcode: unknown, value: 'negative', performedAt: city.now() }]);
  const answer = await postBundle(token, bundle);
  assert.deepEqual([answer.status, answer.type?.split(';')[0]], [422, 'application/fhir+json']);
  assert.match(answer.text, /"resourceType":"OperationOutcome"/);
  assert.match(answer.text, /Bundle\.entry\[3\]\.resource/);
  assert.deepEqual(await storedResults(known), []);
  const malformed = await postBundle(token, { ...bundle, type: 'message' });
  assert.equal(malformed.status, 400);
  assert.match(malformed.text, /Bundle\.type/);
  assert.equal((await postBundle('HKT1.AAAA', bundle)).status, 401);
  await city.advance(6 * minuteMs);
  assert.equal((await postBundle(token, bundle)).status, 401, 'a token lives five minutes');
});

test('a client assertion gets a token once, signed by a registered key, for this endpoint and for five minutes at most', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const stranger = await generateKeyPair('ES384');
  const { x = '', y = '' } = await exportJWK(publicKey);
  const { clientId, kid } = await offices.laboratory.registerKey('ES384', { kty: 'EC', crv: 'P-384', x, y });
  const audience = `${city.world.origin}/v1/institutions/token`;
  const nowSeconds = Math.floor(city.now() / 1000);
  interface Claims { iss?: string; sub?: string; aud?: string; exp?: number; jti?: string | null; kid?: string; key?: CryptoKey; scope?: string }
  const assertion = (claims: Claims = {}) => new SignJWT(claims.jti === null ? {} : { jti: claims.jti ?? crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES384', kid: claims.kid ?? kid }).setIssuer(claims.iss ?? clientId).setSubject(claims.sub ?? clientId)
    .setAudience(claims.aud ?? audience).setExpirationTime(claims.exp ?? nowSeconds + 300).sign(claims.key ?? privateKey);
  const ask = (text: string, scope = 'system/Bundle.c') => {
    const body: BodyOf<typeof issueInstitutionToken> = {
      grant_type: 'client_credentials', scope, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: text,
    };
    return perform(connect(city.world), issueInstitutionToken, { body }, { attempts: 1 });
  };
  const once = await assertion();
  assert.deepEqual([(await ask(once)).token_type, (await ask(await assertion(), 'system/*.c openid')).scope], ['bearer', 'system/*.c']);
  await refused(ask(once), 'not-authorized');
  for (const claims of [
    { iss: offices.testSiteId, sub: offices.testSiteId }, { sub: offices.testSiteId }, { aud: `${city.world.origin}/fhir` }, { exp: nowSeconds + 400 },
    { exp: nowSeconds - 60 }, { jti: null }, { kid: 'other' }, { key: stranger.privateKey },
  ] satisfies Claims[]) {
    await refused(ask(await assertion(claims)), 'not-authorized');
  }
  await refused(ask(await assertion(), 'system/Patient.r'), 'invalid-request');
  await refused(ask('not.a.token'), 'not-authorized');
  await refused(offices.laboratory.registerKey('not on the curve', { kty: 'EC', crv: 'P-384', x, y: x }), 'invalid-request');
});

test('the capability statement says that bundles are taken and nothing is read', async () => {
  const statement: unknown = JSON.parse(new TextDecoder().decode(await perform(connect(city.world), getCapabilityStatement, {})));
  const text = JSON.stringify(statement);
  assert.match(text, /"fhirVersion":"4.0.1"/);
  assert.doesNotMatch(text, /"read"|"search-type"/);
  await refused(perform(connect(city.world, { ticket: 'HKT1.AAAA' }), submitFhirBundle, { body: {} }, { attempts: 1 }), 'not-authorized');
});
