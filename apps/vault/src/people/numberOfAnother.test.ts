import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { erasureConfirmation } from '@health-kit/api';
import { eraseAccount, presentPassAtDesk, proveIdentityAtDesk, readAccessLog } from '@health-kit/api/vault';
import { identity, startCity, type City, type Officer, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';

let city: City;
let registrar: Officer;
before(async () => {
  city = await startCity({ limits: { subjects: { move: { perMinute: 10, perHour: 10, perDay: 10, everybodyPerMinute: 300, freezesPerDay: 30 } } } });
  registrar = await city.officer('Curious registrar', ['registrar']);
});
after(() => city.close());

let phones = 0;
/** The registrar proves a number for an accomplice, who registered it on their own phone; under an invented name unless said. */
async function probe(number: number, name: Partial<ReturnType<typeof identity>> = { familyName: 'Nobody', givenName: 'Invented' }, officer = registrar): Promise<string | null> {
  phones += 1;
  const accomplice = await city.register(identity(number, { ...name, phone: `+86139${String(phones).padStart(8, '0')}` }));
  const { presentationId } = (await officer.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await accomplice.showPass() })).content;
  const { familyName, givenName, documentType, documentNumber } = accomplice.identity;
  return (await officer.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed: await city.seal({ familyName, givenName, documentType, documentNumber }) })).refusal;
}
async function proven(number: number): Promise<Resident> {
  const resident = await city.register(identity(number));
  await city.prove(resident);
  return resident;
}
async function erasedWhileIll(number: number): Promise<void> {
  const ill = await proven(number);
  await city.result(ill, 'positive');
  assert.equal((await ill.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
}
const log = async (resident: Resident) => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.map(({ purpose, fields }) => `${purpose}: ${fields.join()}`);
const events = async (type: string) => (await ledgerEvents(city, type)).filter((event) => event['by'] === registrar.officerId).length;
const counted = async () => (await city.database.sql("SELECT FROM vault.subject_touch WHERE kind = 'move' AND officer_id = $1", [registrar.officerId])).length;
async function notices(since: number) {
  await city.vault.messages.settle(2000);
  return city.messages.slice(since).filter(({ kind }) => kind === 'notice');
}

test("a number of somebody else's under an invented name is a mismatch that the owner reads of on phone and log, and the ledger and the budget of moves have it", async () => {
  const owner = await proven(701);
  const before = [await events('number-of-another-presented'), await counted()];
  const sent = city.messages.length;
  assert.equal(await probe(701), 'document-mismatch');
  assert.equal((await log(owner))[0], 'identity-proof: documentNumber');
  const [message, ...more] = await notices(sent);
  assert.deepEqual([message?.to, more.length], [owner.identity.phone, 0]);
  assert.match(message?.text ?? '', /^【海川健康码】今天有人在登记服务点以另一姓名使用您的证件号码/);
  assert.doesNotMatch(message?.text ?? '', /欧阳|娜娜|11010119900101701/);
  assert.deepEqual([await events('number-of-another-presented'), await counted()], before.map((count) => count + 1));
});

test("an erased account that is held is told to whoever has its name, and is a mismatch like another's for whoever does not", async () => {
  await erasedWhileIll(702);
  const before = [await events('held-document-presented'), await counted()];
  assert.equal(await probe(702), 'document-mismatch');
  assert.deepEqual([await events('held-document-presented'), await counted()], before.map((count) => count + 1));
  assert.equal(await probe(702, {}), 'document-held');
  assert.deepEqual([await events('held-document-presented'), await counted()], [(before[0] ?? 0) + 2, (before[1] ?? 0) + 1], 'the same person again counts once');
});

test('what is kept of the name of a held account is not the name, nor the same for the same name', async () => {
  await erasedWhileIll(703);
  const hashes = (await city.database.sql<{ hash: string }>("SELECT encode(name_hash, 'hex') AS hash FROM vault.held_account")).map(({ hash }) => hash);
  assert.equal(hashes.length, 2);
  assert.equal(new Set(hashes).size, 2);
});

test('whoever goes through numbers comes to the budget of moves, and the owner reads of what was refused for it as well', async () => {
  for (let number = 710; number < 721; number += 1) await proven(number);
  const curious = await city.officer('Thorough registrar', ['registrar']);
  const answers: (string | null)[] = [];
  for (let number = 710; number < 720; number += 1) answers.push(await probe(number, undefined, curious));
  assert.deepEqual(new Set(answers), new Set(['document-mismatch']));
  const sent = city.messages.length;
  assert.equal(await probe(720, undefined, curious), 'too-many-requests');
  assert.deepEqual((await notices(sent)).map(({ to }) => to), [identity(720).phone]);
});
