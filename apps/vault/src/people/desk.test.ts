import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { issueDayPass, issueDayTicket, presentPassAtDesk, presentPassForSpecimen, proveIdentityAtDesk, readAccessLog } from '@health-kit/api/vault';
import { openTicket } from '@health-kit/ticket';
import { identity, startCity, startMs, type Caller, type City, type Officer, type Resident } from '../../test/city.ts';
import { localDay } from '../identifiers.ts';

let city: City;
let registrar: Officer;
let sampler: Officer;
before(async () => {
  city = await startCity();
  registrar = await city.officer('Registrar', ['registrar']);
  sampler = await city.officer('Sampler', ['sampler']);
});
after(() => city.close());

const present = (officer: Officer, pass: string) => officer.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass });
const specimen = (officer: Officer, pass: string) => officer.call(presentPassForSpecimen, 'POST', '/v1/specimens', { pass, barcode: 'ABC-123', collectedAt: new Date(startMs).toISOString() });
const sealedDocument = ({ identity: { familyName, givenName, documentType, documentNumber } }: Resident, changes: { givenName?: string } = {}) => city.seal({ familyName, givenName, documentType, documentNumber, ...changes });
const prove = async (officer: Officer, presentationId: string, sealed: string) => officer.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed });
const healthOf = async (device: Caller) => {
  const opened = openTicket((await device.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.ticket, (day) => city.vault.keys.ticketKey(localDay(day)));
  assert.ok(opened.ok && opened.ticket.kind === 'resident');
  return opened.ticket.health;
};

test('the registrar sees the least view of whoever stands at the desk', async () => {
  const resident = await city.register(identity(1));
  const { holder } = (await present(registrar, await resident.showPass())).content;
  assert.deepEqual(holder, { name: '欧阳＊＊', documentType: 'resident-id', documentLastTwo: resident.identity.documentNumber.slice(-2), phone: '138*****001', identityProven: false });
});

test('a look at the desk is an entry in the access log and in the ledger, though nothing follows it', async () => {
  const resident = await city.register(identity(30));
  const log = async () => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries;
  const pass = await resident.showPass();
  assert.deepEqual(await log(), []);
  assert.equal((await present(registrar, pass)).status, 200);
  const [entry, ...more] = await log();
  assert.deepEqual([entry?.purpose, entry?.office, entry?.fields, more.length], ['identity-proof', 'Centre for Disease Control', ['name', 'documentLastTwo', 'phone'], 0]);
  assert.equal((await city.database.sql('SELECT seq FROM ledger.leaf WHERE seq = $1', [entry?.leaf.index])).length, 1);
});

test('a document that agrees proves the identity, and the resident sees who looked', async () => {
  const resident = await city.register(identity(2));
  const { presentationId } = (await present(registrar, await resident.showPass())).content;
  assert.equal((await prove(registrar, presentationId, await sealedDocument(resident))).content.holder.identityProven, true);
  assert.equal((await resident.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.identityProven, true);
  const { entries } = (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content;
  assert.deepEqual(entries.map(({ day, purpose, office }) => [day, purpose, office]), [
    ['2026-11-23', 'identity-proof', 'Centre for Disease Control'], ['2026-11-23', 'identity-proof', 'Centre for Disease Control'],
  ]);
});

test('a code works at the desk for two minutes, and no longer', async () => {
  const resident = await city.register(identity(3));
  const pass = await resident.showPass();
  city.clock.set(startMs + 100_000);
  assert.equal((await present(registrar, pass)).status, 200);
  city.clock.set(startMs + 125_000);
  assert.equal((await present(registrar, pass)).refusal, 'pass-refused');
  city.clock.set(startMs);
});

test('what is no pass of this city is refused', async () => {
  for (const text of ['HK1:NOTHINGATALLNOTHINGATALL', 'https://example.org/v#aaaaaaaaaaaa', 'A'.repeat(900)]) assert.equal((await present(registrar, text)).refusal, 'pass-refused');
});

test('a presentation is good for its officer and for ten minutes', async () => {
  const resident = await city.register(identity(4));
  const other = await city.officer('Another registrar', ['registrar']);
  const { presentationId } = (await present(registrar, await resident.showPass())).content;
  const sealed = await sealedDocument(resident);
  assert.equal((await prove(other, presentationId, sealed)).refusal, 'not-found');
  city.clock.set(startMs + 600_000);
  assert.equal((await prove(registrar, presentationId, sealed)).refusal, 'not-found');
  city.clock.set(startMs);
  assert.equal((await prove(registrar, presentationId, sealed)).status, 200);
});

test('after five entries that disagree no more are compared that day, the right one included', async () => {
  const resident = await city.register(identity(5));
  const { presentationId } = (await present(registrar, await resident.showPass())).content;
  const wrong = await sealedDocument(resident, { givenName: '明明' });
  for (let entry = 0; entry < 5; entry += 1) assert.equal((await prove(registrar, presentationId, wrong)).refusal, 'document-mismatch');
  assert.equal((await prove(registrar, presentationId, await sealedDocument(resident))).refusal, 'too-many-requests');
  const again = (await present(registrar, await resident.showPass())).content;
  assert.equal((await prove(registrar, again.presentationId, await sealedDocument(resident))).refusal, 'too-many-requests');
});

test('a known document and two registrars bring a new device to the same person, and end the old one', async () => {
  const particulars = identity(6);
  const old = await city.register(particulars);
  await city.prove(old);
  const health = await healthOf(old);
  const oldPass = await old.showPass();

  const fresh = await city.register({ ...particulars, phone: '+8613900000006' });
  assert.notEqual(await healthOf(fresh), health, 'until the desk, it is an empty account');
  await city.moveAtDesk(fresh);
  assert.equal(await healthOf(fresh), health);
  assert.equal((await old.call(issueDayTicket, 'POST', '/v1/tickets', {})).refusal, 'not-authorized');
  assert.equal((await present(registrar, oldPass)).refusal, 'pass-refused');
  assert.equal((await fresh.call(issueDayPass, 'POST', '/v1/passes', {})).content.holder.phone, '139*****006');
});

test('whoever has another person\'s document number in another name takes nothing over: a passport exists twice, a resident id is refused', async () => {
  const passport = identity(20, { documentType: 'passport', documentNumber: 'E12345678', familyName: 'Martin', givenName: 'Alice' });
  const first = await city.register(passport);
  await city.prove(first);
  const health = await healthOf(first);
  const namesake = await city.register({ ...passport, familyName: 'Okafor', givenName: 'Chidi', phone: '+8613900000020' });
  const own = await healthOf(namesake);
  const sent = city.messages.length;
  await city.prove(namesake);
  assert.deepEqual([await healthOf(first), await healthOf(namesake)], [health, own], 'each keeps an account of their own');
  assert.equal((await namesake.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.identityProven, true);
  assert.equal((await first.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.length, 2);

  const resident = await city.register(identity(21));
  await city.prove(resident);
  const residentHealth = await healthOf(resident);
  const impostor = await city.register(identity(21, { familyName: '王', givenName: '伟', phone: '+8613900000021' }));
  const impostorHealth = await healthOf(impostor);
  const { presentationId } = (await present(registrar, await impostor.showPass())).content;
  for (let entry = 0; entry < 5; entry += 1) assert.equal((await prove(registrar, presentationId, await sealedDocument(impostor))).refusal, 'document-mismatch');
  assert.equal((await prove(registrar, presentationId, await sealedDocument(impostor))).refusal, 'too-many-requests', 'counted like any mismatch');
  assert.deepEqual([await healthOf(resident), await healthOf(impostor)], [residentHealth, impostorHealth]);
  assert.equal((await impostor.call(issueDayTicket, 'POST', '/v1/tickets', {})).content.identityProven, false);
  await city.vault.messages.settle(2000);
  const told = city.messages.slice(sent).filter(({ kind }) => kind !== 'otp');
  assert.deepEqual([told.length, new Set(told.map(({ to }) => to))], [5, new Set([resident.identity.phone])], 'whose number it is hears of each time that it was compared, and nobody of what did not happen');
  for (const { text } of told) assert.match(text, /以另一姓名使用您的证件号码办理核验，未予通过/);
});

test('a passport and two registrars bring a new device to the same name, however it is capitalised, and the old phone is told in its own language', async () => {
  const particulars = identity(22, { documentType: 'passport', documentNumber: 'K7654321', familyName: 'Müller', givenName: 'Zoë', language: 'en' });
  const old = await city.register(particulars);
  await city.prove(old);
  const health = await healthOf(old);
  const fresh = await city.register({ ...particulars, familyName: 'MÜLLER', givenName: 'ZOË', phone: '+8613900000022', language: 'zh' });
  const sent = city.messages.length;
  await city.moveAtDesk(fresh);
  await city.vault.messages.settle(2000);
  assert.equal(await healthOf(fresh), health);
  assert.equal((await old.call(readAccessLog, 'GET', '/v1/me/access-log')).refusal, 'not-authorized');
  assert.equal((await old.call(issueDayPass, 'POST', '/v1/passes', {})).refusal, 'not-authorized');
  const [asked, message, ...more] = city.messages.slice(sent);
  assert.deepEqual([asked?.to, asked?.kind, message?.to, message?.kind, more.length], [particulars.phone, 'notice', particulars.phone, 'notice', 0]);
  assert.match(asked?.text ?? '', /^Haichuan health pass: somebody asked at a registration desk .* It moves on 24 November at 10:00/);
  assert.match(message?.text ?? '', /^Haichuan health pass: your health pass was moved to another device/);
  assert.doesNotMatch(message?.text ?? '', /Müller|Zoë|\d/i);

  await city.moveAtDesk(await city.register({ ...particulars, phone: '+8613900000023' }));
  await city.vault.messages.settle(2000);
  assert.equal(city.messages.at(-1)?.to, '+8613900000022');
  assert.match(city.messages.at(-1)?.text ?? '', /^【海川健康码】您的健康码今天已在登记服务点转移到另一台设备/);
});

test('a sampler gets the health pseudonym of a proven person only, and that of no other sector', async () => {
  const resident = await city.register(identity(7));
  assert.equal((await specimen(sampler, await resident.showPass())).refusal, 'identity-not-proven');
  await city.prove(resident);
  const { content } = await specimen(sampler, await resident.showPass());
  assert.equal(content.health, await healthOf(resident));
  assert.deepEqual(Object.keys(content).sort(), ['health', 'holder']);
});

test('a sampler proves no identity, and a registrar takes no specimen', async () => {
  const resident = await city.register(identity(8));
  const pass = await resident.showPass();
  assert.equal((await present(sampler, pass)).refusal, 'not-permitted');
  assert.equal((await specimen(registrar, pass)).refusal, 'not-permitted');
  assert.equal((await prove(sampler, 'x', await sealedDocument(resident))).refusal, 'not-permitted');
});
