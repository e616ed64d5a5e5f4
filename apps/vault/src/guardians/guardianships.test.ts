import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { erasureConfirmation, matches, OwnAccount, type SealedIdentity } from '@health-kit/api';
import { becomeGuardian, confirmGuardianLink, endGuardianLink, eraseAccount, exportAccount, issuePassOfDependant, newGuardianCode, presentPassAtDesk, presentPassForSpecimen, readAccessLog, readGuardianships } from '@health-kit/api/vault';
import { decodeBase64url, makeTurningCode, signerFromCryptoKey, verifyCode } from '@health-kit/pass';
import { calculateJwkThumbprint, compactDecrypt, exportJWK } from 'jose';
import { identity, startCity, startMs, type Caller, type City, type Resident } from '../../test/city.ts';
import { replayEndedLinks } from '../journal/replayEndedLinks.ts';
import { localCalendar } from '../localDay.ts';
import { trustedKeys } from '../passes/trust.ts';
import { majorityOf } from './majority.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

let people = 500;
async function proven(changes: Partial<SealedIdentity> = {}): Promise<Resident> {
  people += 1;
  const resident = await city.register(identity(people, changes));
  await city.prove(resident);
  return resident;
}
const codeOf = (dependant: Caller) => dependant.call(newGuardianCode, 'POST', '/v1/me/guardian-codes', {});
const link = (guardian: Caller, code: string) => guardian.call(becomeGuardian, 'POST', '/v1/me/dependants', { code });
const links = async (caller: Caller) => (await caller.call(readGuardianships, 'GET', '/v1/me/guardianships')).content;
const pass = (guardian: Caller, id: string) => guardian.call(issuePassOfDependant, 'POST', `/v1/me/dependants/${id}/passes`, {});
const end = (caller: Caller, id: string) => caller.call(endGuardianLink, 'DELETE', `/v1/me/guardianships/${id}`);
const log = async (caller: Caller) => (await caller.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.filter(({ purpose }) => purpose === 'guardian').map(({ fields }) => fields.join());
const confirm = (dependant: Caller, id: string) => dependant.call(confirmGuardianLink, 'POST', `/v1/me/guardianships/${id}/confirmation`, {});
async function asked(guardian: Resident, dependant: Resident): Promise<string> {
  return (await link(guardian, (await codeOf(dependant)).content.code)).content.linkId;
}
async function linked(guardian: Resident, dependant: Resident): Promise<string> {
  const id = await asked(guardian, dependant);
  assert.equal((await confirm(dependant, id)).status, 200);
  return id;
}

test('by a code from the dependant\'s own device a guardian shows the pass, which turns with the guardian\'s key and bears no portrait', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const id = await linked(guardian, dependant);
  const issued = (await pass(guardian, id)).content;
  assert.equal(issued.holder.phone, `138*****${String(people).padStart(3, '0')}`);
  const bytes = decodeBase64url(issued.pass);
  assert.ok(bytes !== null);
  const code = await makeTurningCode(bytes, city.clock.now(), signerFromCryptoKey(guardian.keys.privateKey));
  const verified = await verifyCode(code, trustedKeys(city.vault), city.clock.now());
  assert.ok(verified.accepted);
  assert.equal(verified.pass.portraitDigest, null);
  // Where an officer acts on whom the pass names, the person's own device is asked for.
  const registrar = await city.officer('Registrar of guardians', ['registrar']);
  assert.equal((await registrar.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: code })).refusal, 'pass-refused');
  const sampler = await city.officer('Sampler of guardians', ['sampler']);
  assert.equal((await sampler.call(presentPassForSpecimen, 'POST', '/v1/specimens', { pass: code, barcode: 'SPECIMEN-9', collectedAt: new Date(city.clock.now()).toISOString() })).refusal, 'pass-refused');
  assert.deepEqual(await log(dependant), ['guardianPass', 'guardianLinked', 'guardianAsked']);
  assert.deepEqual(await log(guardian), ['guardianLinked', 'guardianAsked']);
});

test("nothing is in force before the dependant's own device has confirmed who asks", async () => {
  const [guardian, dependant, other] = [await proven({ familyName: '王', givenName: '伟' }), await proven(), await proven()];
  const request = (await link(guardian, (await codeOf(dependant)).content.code)).content;
  const until = new Date(city.clock.now() + 10 * 60_000).toISOString();
  assert.equal(request.waitsUntil, until);
  const id = request.linkId;
  // The dependant sees who asks; the guardian does not see whom.
  const atDependant = await links(dependant);
  assert.deepEqual([atDependant.guardians, atDependant.asking.map(({ linkId, holder }) => [linkId, holder.name, holder.phone.length])], [[], [[id, '王＊', 11]]]);
  assert.deepEqual(await links(guardian), { dependants: [], guardians: [], asked: [{ linkId: id, until }], asking: [] });
  assert.equal((await pass(guardian, id)).refusal, 'not-found');
  for (const stranger of [guardian, other]) assert.equal((await confirm(stranger, id)).refusal, 'not-found', 'nobody but the dependant confirms');
  assert.equal((await confirm(dependant, id)).status, 200);
  assert.equal((await confirm(dependant, id)).refusal, 'not-found', 'once');
  assert.equal((await pass(guardian, id)).status, 200);
  assert.deepEqual([(await links(guardian)).asked, (await links(dependant)).asking], [[], []]);
  await end(dependant, id);
});

test('a request that is refused, taken back or left for ten minutes is over, and its code with it', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  for (const who of [dependant, guardian]) {
    const id = await asked(guardian, dependant);
    assert.equal((await end(who, id)).status, 200);
    assert.equal((await confirm(dependant, id)).refusal, 'not-found');
  }
  assert.deepEqual(await log(dependant), ['guardianRefused', 'guardianAsked', 'guardianRefused', 'guardianAsked']);
  const { code } = (await codeOf(dependant)).content;
  const { linkId } = (await link(guardian, code)).content;
  city.clock.set(city.clock.now() + 10 * 60_000);
  assert.equal((await confirm(dependant, linkId)).refusal, 'not-found');
  assert.deepEqual([(await links(guardian)).asked, (await links(dependant)).asking], [[], []]);
  assert.equal((await link(guardian, code)).refusal, 'code-refused');
  city.clock.set(startMs);
});

test('who is a guardian already and asks again goes on being so', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const id = await linked(guardian, dependant);
  assert.deepEqual((await link(guardian, (await codeOf(dependant)).content.code)).content, { linkId: id, waitsUntil: null });
  assert.equal((await pass(guardian, id)).status, 200);
  await end(guardian, id);
});

test('a guardian who shows the pass again and again leaves one entry a day, and is stopped at twenty', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const id = await linked(guardian, dependant);
  for (let time = 0; time < 20; time += 1) assert.equal((await pass(guardian, id)).status, 200);
  assert.equal((await pass(guardian, id)).refusal, 'too-many-requests');
  assert.deepEqual(await log(dependant), ['guardianPass', 'guardianLinked', 'guardianAsked']);
  const other = await proven();
  assert.equal((await pass(other, await linked(other, dependant))).status, 200, 'another guardian, an entry of their own');
  assert.deepEqual(await log(dependant), ['guardianPass', 'guardianLinked', 'guardianAsked', 'guardianPass', 'guardianLinked', 'guardianAsked']);
  city.clock.set(startMs + 86_400_000);
  assert.equal((await pass(guardian, id)).status, 200);
  assert.equal((await log(dependant)).length, 7);
  city.clock.set(startMs);
  await end(guardian, id);
  for (const { linkId } of (await links(other)).dependants) await end(other, linkId);
});

test('both sides see the other in the least view, either ends it, and the pass on the guardian\'s device turns invalid', async () => {
  for (const who of ['guardian', 'dependant'] as const) {
    const [guardian, dependant] = [await proven({ familyName: '王', givenName: '伟' }), await proven()];
    const id = await linked(guardian, dependant);
    await pass(guardian, id);
    assert.deepEqual((await links(guardian)).dependants.map(({ linkId, holder }) => [linkId, holder.name]), [[id, '欧阳＊＊']]);
    assert.deepEqual((await links(dependant)).guardians.map(({ linkId, holder }) => [linkId, holder.name]), [[id, '王＊']]);
    assert.equal((await end(await proven(), id)).refusal, 'not-found', 'nobody else ends it');
    assert.equal((await end(who === 'guardian' ? guardian : dependant, id)).status, 200);
    assert.equal((await pass(guardian, id)).refusal, 'not-found');
    const [row] = await city.database.sql<{ valid: number }>('SELECT count(*) FILTER (WHERE NOT invalid)::int AS valid FROM vault.pass p JOIN vault.device d USING (thumbprint) WHERE d.person_id <> p.person_id');
    assert.equal(row?.valid, 1, 'that of the test before');
    assert.deepEqual([(await links(guardian)).dependants, (await links(dependant)).guardians], [[], []]);
  }
});

test('a guardianship that ended after a backup does not come back with it; without the journal it would', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const [kept, ended] = [await linked(guardian, await proven()), await linked(guardian, dependant)];
  await pass(guardian, ended);
  const refused = await asked(guardian, await proven());
  const backup = await city.database.sql('SELECT link_id, guardian_id, dependant_id, linked_at, ends_at, waits_until, by_device, asked_by FROM vault.guardian_link WHERE link_id = ANY($1)', [[ended, refused]]);
  for (const id of [ended, refused]) assert.equal((await end(guardian, id)).status, 200);
  const restore = async () => {
    for (const row of backup) {
      await city.database.sql(
        'INSERT INTO vault.guardian_link (link_id, guardian_id, dependant_id, linked_at, ends_at, waits_until, by_device, asked_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', Object.values(row),
      );
    }
    await city.database.sql('UPDATE vault.pass SET invalid = false WHERE person_id = (SELECT dependant_id FROM vault.guardian_link WHERE link_id = $1)', [ended]);
  };
  await restore();
  // The planted hole: the journal as it was before, without what ended.
  const journal = join(city.keyFolder, 'journal', 'shredded');
  const whole = await readFile(journal, 'utf8');
  await writeFile(journal, whole.split('\n').filter((line) => !line.includes(ended) && !line.includes(refused)).join('\n'));
  await replayEndedLinks(city.vault);
  assert.equal((await pass(guardian, ended)).status, 200, 'it is back');

  await writeFile(journal, whole);
  assert.equal(await replayEndedLinks(city.vault), 2);
  for (const id of [ended, refused]) assert.equal((await pass(guardian, id)).refusal, 'not-found');
  assert.deepEqual(await city.database.sql('SELECT FROM vault.pass p JOIN vault.device d USING (thumbprint) WHERE d.person_id <> p.person_id AND NOT p.invalid AND p.person_id = $1', [backup.find(({ link_id: id }) => id === ended)?.['dependant_id']]), [], 'and its passes are invalid');
  assert.equal((await pass(guardian, kept)).status, 200);
  assert.equal(await replayEndedLinks(city.vault), 0, 'again there is nothing to do');
  await end(guardian, kept);
});

test('the export of either side names the other in the least view, and of a request not before it is confirmed', async () => {
  const [guardian, dependant] = [await proven({ familyName: '王', givenName: '伟' }), await proven()];
  const own = async (who: Resident) => {
    const [{ publicKey, privateKey }] = [await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])];
    const { x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    const { sealed } = (await who.call(exportAccount, 'POST', '/v1/me/export', { key: { kty: 'EC', crv: 'P-256', x, y } })).content;
    const account: unknown = JSON.parse(new TextDecoder().decode((await compactDecrypt(sealed, privateKey)).plaintext));
    assert.ok(matches(OwnAccount, account));
    return account.guardianships.map(({ side, other, waitsUntil }) => [side, other?.name ?? null, waitsUntil !== null]);
  };
  const id = await asked(guardian, dependant);
  assert.deepEqual([await own(guardian), await own(dependant)], [[['guardian', null, true]], [['dependant', '王＊', true]]]);
  await confirm(dependant, id);
  assert.deepEqual([await own(guardian), await own(dependant)], [[['guardian', '欧阳＊＊', false]], [['dependant', '王＊', false]]]);
  await end(dependant, id);
  assert.deepEqual([await own(guardian), await own(dependant)], [[], []]);
});

test('a guardian who erases the account leaves no pass of the dependant that is valid', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  await pass(guardian, await linked(guardian, dependant));
  await dependant.showPass();
  const thumbprint = await calculateJwkThumbprint(await exportJWK(dependant.keys.publicKey), 'sha256');
  const validPasses = () => city.database.sql<{ own: boolean }>(
    'SELECT d.thumbprint IS NOT NULL AS own FROM vault.pass p LEFT JOIN vault.device d USING (thumbprint, person_id) WHERE p.person_id = (SELECT person_id FROM vault.device WHERE thumbprint = $1) AND NOT p.invalid ORDER BY own', [thumbprint],
  );
  assert.deepEqual(await validPasses(), [{ own: false }, { own: true }]);
  assert.equal((await guardian.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  assert.deepEqual(await validPasses(), [{ own: true }], 'the dependant goes on with their own');
});

test('a code is good once, for ten minutes, not for oneself and not by guessing', async () => {
  const [guardian, dependant] = [await proven(), await proven()];
  const first = (await codeOf(dependant)).content.code;
  const { code } = (await codeOf(dependant)).content;
  assert.equal((await link(guardian, first)).refusal, 'code-refused', 'the newer ended it');
  assert.equal((await link(dependant, code)).refusal, 'code-refused');
  assert.equal((await link(guardian, '00000000')).refusal, 'code-refused');
  city.clock.set(city.clock.now() + 10 * 60_000);
  assert.equal((await link(guardian, code)).refusal, 'code-refused');
  const again = (await codeOf(dependant)).content.code;
  assert.equal((await link(guardian, again)).status, 200);
  assert.equal((await link(await proven(), again)).refusal, 'code-refused');
});

test('ten wrong codes an hour end the guesses of that person, and of nobody else', async () => {
  const [guesser, guardian, dependant] = [await proven(), await proven(), await proven()];
  for (let guess = 0; guess < 10; guess += 1) assert.equal((await link(guesser, '00000000')).refusal, 'code-refused');
  const { code } = (await codeOf(dependant)).content;
  assert.equal((await link(guesser, code)).refusal, 'too-many-requests', 'the right one, too');
  assert.deepEqual(await city.database.sql('SELECT failure_id FROM vault.failed_code'), [], "everybody's budget of one-time codes is untouched");
  assert.equal((await link(guardian, code)).status, 200);
  city.clock.set(city.clock.now() + 3_600_000);
  assert.equal((await link(guesser, (await codeOf(dependant)).content.code)).status, 200);
  city.clock.set(startMs);
});

test('wrong codes count in two processes together, and after a restart', async () => {
  const pair = await startCity({ processes: 2 });
  try {
    const [guesser, dependant] = [await pair.register(identity(1)), await pair.register(identity(2))];
    await pair.prove(guesser);
    await pair.prove(dependant);
    for (let guess = 0; guess < 10; guess += 1) assert.equal((await link(guesser, '00000000')).refusal, 'code-refused');
    for (let time = 0; time < 2; time += 1) assert.equal((await link(guesser, (await codeOf(dependant)).content.code)).refusal, 'too-many-requests');
    await pair.restart();
    assert.equal((await link(guesser, (await codeOf(dependant)).content.code)).refusal, 'too-many-requests');
  } finally {
    await pair.close();
  }
});

test('neither side is an account that nobody proved, and a stranger has none', async () => {
  const [unproven, someone] = [await city.register(identity(599)), await proven()];
  assert.equal((await codeOf(unproven)).refusal, 'identity-not-proven');
  assert.equal((await link(unproven, (await codeOf(someone)).content.code)).refusal, 'identity-not-proven');
  assert.equal((await codeOf(await city.stranger())).refusal, 'not-authorized');
  const id = await linked(await proven(), someone);
  assert.equal((await pass(someone, id)).refusal, 'not-found', 'the dependant is not the guardian');
  assert.equal((await pass(await proven(), id)).refusal, 'not-found');
});

test('a guardian has four dependants at most, whether the fifth code is one or not, and requests that wait count', async () => {
  const guardian = await proven();
  for (let count = 0; count < 4; count += 1) await (count === 3 ? asked : linked)(guardian, await proven());
  assert.equal((await link(guardian, (await codeOf(await proven())).content.code)).refusal, 'conflict');
  assert.equal((await link(guardian, '00000000')).refusal, 'conflict');
});

test('a child\'s guardianship ends with the first instant of majority, an adult\'s when somebody ends it', async () => {
  const guardian = await proven();
  const child = await proven({ documentNumber: '110101200811240010' });
  const id = await linked(guardian, child);
  const adults = await linked(guardian, await proven());
  const { dependants } = await links(guardian);
  assert.deepEqual(dependants.map(({ linkId, endsOn }) => [linkId, endsOn]).sort(), [[id, '2026-11-24'], [adults, null]].sort());
  // Midnight in Shanghai.
  city.clock.set(Date.parse('2026-11-23T15:59:59Z'));
  assert.equal((await pass(guardian, id)).status, 200);
  city.clock.set(Date.parse('2026-11-23T16:00:00Z'));
  assert.equal((await pass(guardian, id)).refusal, 'not-found');
  assert.equal((await pass(guardian, adults)).status, 200);
  assert.deepEqual((await links(child)).guardians, []);
  city.clock.set(startMs);
});

test('majority is reckoned from the birth date in a resident id or a permanent resident number, also for who was born on a 29 February', () => {
  const calendar = localCalendar('Asia/Shanghai');
  const of = (documentNumber: string) => new Date(majorityOf({ documentType: 'resident-id', documentNumber, familyName: 'A', givenName: 'B' }, calendar) ?? 0).toISOString();
  assert.equal(of('110101200811240010'), '2026-11-23T16:00:00.000Z');
  assert.equal(of('110101200802290019'), '2026-02-28T16:00:00.000Z');
  const permanentResident = majorityOf({ documentType: 'foreign-permanent-resident', documentNumber: '911124200811240028', familyName: 'A', givenName: 'B' }, calendar);
  assert.equal(new Date(permanentResident ?? 0).toISOString(), '2026-11-23T16:00:00.000Z');
  assert.equal(majorityOf({ documentType: 'passport', documentNumber: 'E12345678', familyName: 'A', givenName: 'B' }, calendar), null);
});
