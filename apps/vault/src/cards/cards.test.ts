import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { erasureConfirmation, type SealedCard, type SealedDocument, type SealedIdentity } from '@health-kit/api';
import {
  eraseAccount, endCardAtDesk, exportAccount, findCardVisits, issueCardAtDesk, presentPassAtDesk, presentPassForSpecimen, proveIdentityAtDesk, publicKeys, readAccessLog, readLetterOwner, registerPersonAtDesk, signCards,
} from '@health-kit/api/vault';
import { decodeBase64url, makePrintedCode, readUnverifiedPass, statusOfCard, verifyCardList, type TrustList } from '@health-kit/pass';
import { identity, startCity, type City, type Officer, type Resident } from '../../test/city.ts';
import { ledgerEvents } from '../../test/ledgerEvents.ts';
import { pseudonymOf } from '../keys/pseudonym.ts';
import { localDay, personId } from '../identifiers.ts';
import { isSealed } from './cardCode.ts';

let city: City;
let trust: TrustList;
let registrar: Officer;
let sampler: Officer;
before(async () => {
  city = await startCity();
  trust = { issuers: (await city.ask(publicKeys, {})).content.keys };
  registrar = await city.officer('Registrar of cards', ['registrar']);
  sampler = await city.officer('Sampler of cards', ['sampler']);
});
after(() => city.close());

const hourMs = 3_600_000;
const digest = Buffer.alloc(16, 7).toString('base64url');
const documentOf = ({ familyName, givenName, documentType, documentNumber }: SealedIdentity): SealedDocument => ({ familyName, givenName, documentType, documentNumber });
async function atDesk(number: number, { again = {}, name = {}, officer = registrar }: { again?: Partial<SealedDocument>; name?: Partial<SealedDocument>; officer?: Officer } = {}) {
  const document = { ...documentOf(identity(number)), ...name };
  return officer.call(registerPersonAtDesk, 'POST', '/v1/desk/registrations', { sealed: await city.seal(document), again: await city.seal({ ...document, ...again }), language: 'zh' });
}
const issue = (presentationId: string, officer = registrar) => officer.call(issueCardAtDesk, 'POST', '/v1/desk/cards', { presentationId, portraitDigest: digest });
/** Somebody without a phone, with a card; the code that is on it. */
async function withCard(number: number): Promise<string> {
  return codeOf((await issue((await atDesk(number)).content.presentationId)).content.pass);
}
const bytesOf = (text: string) => decodeBase64url(text) ?? assert.fail('not base64url');
const codeOf = (pass: string) => makePrintedCode(bytesOf(pass));
async function seal(code: string, use: SealedCard['use'] = 'desk', atMs = city.clock.now()) {
  return city.sealAny({ use, code, at: new Date(atMs).toISOString() });
}
const present = async (code: string, officer = registrar) => officer.call(presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: code });
const specimen = async (code: string) => sampler.call(presentPassForSpecimen, 'POST', '/v1/specimens', { pass: code, barcode: 'SPECIMEN-9', collectedAt: new Date(city.clock.now()).toISOString() });
const visit = async (sealed: string) => (await city.ask(findCardVisits, { scans: [sealed] })).content.visits[0] ?? null;
async function listed(pass: string) {
  const claims = readUnverifiedPass(bytesOf(pass)) ?? assert.fail('no pass');
  const verified = await verifyCardList(bytesOf((await city.ask(signCards, {})).content.token), trust, city.clock.now());
  assert.ok(verified.accepted);
  return statusOfCard(claims, verified.cardList);
}
const letters = (presentationId: string, officer = registrar) => officer.call(readLetterOwner, 'POST', '/v1/desk/letters', { presentationId });
const personOfCards = async (number: number) => {
  const { presentationId } = (await atDesk(number)).content;
  const [row] = await city.database.sql<{ person_id: string }>('SELECT person_id FROM vault.presentation WHERE presentation_id = $1', [presentationId]);
  return personId(row?.person_id ?? '');
};
const log = async (resident: Resident) => (await resident.call(readAccessLog, 'GET', '/v1/me/access-log')).content.entries.map(({ purpose, fields }) => `${purpose}: ${fields.join()}`);
async function noticesSince(count: number) {
  await city.vault.messages.settle(2000);
  return city.messages.slice(count).filter(({ kind }) => kind === 'notice');
}
const moves = async () => (await city.database.sql("SELECT FROM vault.subject_touch WHERE kind = 'move' AND officer_id = $1", [registrar.officerId])).length;

test('somebody without a phone is registered by the document alone, entered twice, and is proven with that', async () => {
  const sent = city.messages.length;
  assert.equal((await atDesk(901, { again: { givenName: '娜' } })).refusal, 'document-mismatch');
  assert.equal((await atDesk(901, { again: { documentNumber: identity(902).documentNumber } })).refusal, 'document-mismatch');
  const { holder } = (await atDesk(901)).content;
  assert.deepEqual([holder.name, holder.phone, holder.identityProven], ['欧阳＊＊', '', true]);
  assert.deepEqual(await noticesSince(sent), [], 'there is nobody to send a message to');
  const before = await city.database.sql('SELECT FROM vault.person');
  await atDesk(901);
  assert.equal((await city.database.sql('SELECT FROM vault.person')).length, before.length, 'the same document is the same person');
});

test("a number under another name is a mismatch that its owner reads of, and counts as a move", async () => {
  const owner = await city.register(identity(903));
  await city.prove(owner);
  const [sent, counted] = [city.messages.length, await moves()];
  assert.equal((await atDesk(903, { name: { familyName: 'Nobody', givenName: 'Invented' } })).refusal, 'document-mismatch');
  assert.equal((await log(owner))[0], 'identity-proof: documentNumber');
  assert.deepEqual([(await noticesSince(sent)).map(({ to }) => to), await moves()], [[owner.identity.phone], counted + 1]);
});

test('who has the pass on a phone gets no card by the document: the phone is told, the ledger has it, and it counts as a move', async () => {
  const owner = await city.register(identity(904));
  await city.prove(owner);
  const [sent, counted] = [city.messages.length, await moves()];
  assert.equal((await atDesk(904)).refusal, 'conflict');
  assert.equal((await log(owner))[0], 'card: familyName,givenName,documentType,documentNumber');
  const [message, ...more] = await noticesSince(sent);
  assert.deepEqual([message?.to, more.length, await moves()], [owner.identity.phone, 0, counted + 1]);
  assert.doesNotMatch(message?.text ?? '', /欧阳|娜娜|11010119900101904/);
  assert.equal((await ledgerEvents(city, 'card-asked-for-phone')).length, 1);
  // By the pass on the phone they do, and their own log says so.
  const { presentationId } = (await present(await owner.showPass())).content;
  assert.equal((await issue(presentationId)).status, 200);
  assert.equal((await log(owner))[0], 'card: cardMade');
});

test('an identity that nobody has proven gets no card', async () => {
  const { presentationId } = (await present(await (await city.register(identity(905))).showPass())).content;
  assert.equal((await issue(presentationId)).refusal, 'identity-not-proven');
});

test('a card is taken under the seal of its scanner alone: for one use, for two minutes, at the desk that has it', async () => {
  const code = await withCard(906);
  assert.equal((await present(code)).refusal, 'pass-refused', 'a bare code, which whoever relays it could keep');
  assert.equal((await present(await seal(code, 'visit'))).refusal, 'pass-refused');
  assert.equal((await present(await seal(code, 'specimen'))).refusal, 'pass-refused');
  assert.equal((await present(await seal(code, 'desk', city.clock.now() - 121_000))).refusal, 'pass-refused');
  assert.equal((await specimen(await seal(code, 'desk'))).refusal, 'pass-refused');
  assert.equal((await specimen(await seal(code, 'specimen'))).content.holder.name, '欧阳＊＊');
  const { presentationId, holder } = (await present(await seal(code))).content;
  assert.equal(holder.identityProven, true);
  const other = await city.officer('Other desk', ['registrar']);
  assert.equal((await issue(presentationId, other)).refusal, 'not-found');
  assert.equal((await letters(presentationId, other)).refusal, 'not-found');
});

test('a card proves nobody: nothing is proven and no account is moved by it', async () => {
  const code = await withCard(907);
  const { presentationId } = (await present(await seal(code))).content;
  const sealed = await city.seal(documentOf(identity(907)));
  assert.equal((await registrar.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed })).refusal, 'not-found');
});

test('no character of the code can be another', async () => {
  const code = await withCard(908);
  for (let index = 5; index < code.length; index += 9) {
    const altered = code.slice(0, index) + (code[index] === 'A' ? 'B' : 'A') + code.slice(index + 1);
    assert.equal((await present(await seal(altered))).refusal, 'pass-refused', `character ${index}`);
    assert.equal(await visit(await seal(altered, 'visit')), null);
  }
});

test('a new card ends the one before, at once and in the next list; scans from before count still', async () => {
  const { presentationId } = (await atDesk(910)).content;
  const first = (await issue(presentationId)).content;
  assert.deepEqual([first.replaced, await listed(first.pass)], [false, 'clear']);
  city.clock.set(city.clock.now() + 60_000);
  const earlier = await seal(codeOf(first.pass), 'visit');
  city.clock.set(city.clock.now() + 60_000);
  const counted = await moves();
  const second = (await issue((await atDesk(910)).content.presentationId)).content;
  assert.equal(await moves(), counted + 1, 'who has a card that is good is counted as a move is');
  assert.deepEqual([second.replaced, await listed(first.pass), await listed(second.pass)], [true, 'ended', 'clear']);
  assert.equal((await present(await seal(codeOf(first.pass)))).refusal, 'pass-refused');
  assert.equal(await visit(await seal(codeOf(first.pass), 'visit')), null);
  assert.notEqual(await visit(earlier), null);

  const { presentationId: lost } = (await atDesk(910)).content;
  const end = () => registrar.call(endCardAtDesk, 'POST', '/v1/desk/cards/ending', { presentationId: lost });
  assert.deepEqual([(await end()).content.ended, (await end()).content.ended], [true, false]);
  assert.equal(await listed(second.pass), 'ended');
});

test('the list says what the facts say, computed at that moment', async () => {
  const owner = await city.register(identity(911));
  await city.prove(owner);
  const { pass } = (await issue((await present(await owner.showPass())).content.presentationId)).content;
  assert.equal(await listed(pass), 'clear');
  await city.result(owner, 'positive');
  city.clock.set(city.clock.now() + 60_000);
  assert.equal(await listed(pass), 'isolate');
});

test('two lists have nothing in common, though they say the same', async () => {
  const tokens = [(await city.ask(signCards, {})).content.token];
  city.clock.set(city.clock.now() + 60_000);
  tokens.push((await city.ask(signCards, {})).content.token);
  const [one, other] = await Promise.all(tokens.map(async (token) => {
    const verified = await verifyCardList(bytesOf(token), trust, city.clock.now());
    return verified.accepted ? Buffer.from(verified.cardList.tags.clear).toString('hex') : assert.fail(verified.reason);
  }));
  assert.ok(one !== undefined && other !== undefined && one.length >= 10 && one.length === other.length);
  const tags = (joined: string): string[] => [...(joined.match(/.{10}/g) ?? [])];
  assert.deepEqual(tags(one).filter((tag) => tags(other).includes(tag)), []);
});

test('an erased account takes its card along: the list has it no more, and neither export nor database', async () => {
  const owner = await city.register(identity(912));
  await city.prove(owner);
  const { pass } = (await issue((await present(await owner.showPass())).content.presentationId)).content;
  const pageKey = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pageKey.publicKey);
  assert.equal((await owner.call(exportAccount, 'POST', '/v1/me/export', { key: { kty, crv, x, y } })).status, 200);
  assert.equal(await listed(pass), 'clear');
  assert.equal((await owner.call(eraseAccount, 'DELETE', '/v1/me', { confirmation: erasureConfirmation })).status, 200);
  assert.equal(await listed(pass), 'ended');
});

test('whoever has a card is not moved to a phone by one registrar at once; by two they are, and the card ends', async () => {
  const { pass } = (await issue((await atDesk(913)).content.presentationId)).content;
  const phone = await city.register(identity(913));
  const { presentationId } = (await present(await phone.showPass())).content;
  const { move } = (await registrar.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed: await city.seal(documentOf(identity(913))) })).content;
  assert.ok(move !== null, 'it waits');
  assert.equal(await listed(pass), 'clear');
  await city.moveAtDesk(phone);
  assert.equal(await listed(pass), 'ended');
});

test('who has no card any more is moved to a phone at once, as anybody whom nobody has on a device', async () => {
  await atDesk(914);
  const phone = await city.register(identity(914));
  const { presentationId } = (await present(await phone.showPass())).content;
  assert.equal((await registrar.call(proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed: await city.seal(documentOf(identity(914))) })).content.move, null);
});

test('who has a phone reads there: a card opens no letters of theirs', async () => {
  const owner = await city.register(identity(916));
  await city.prove(owner);
  const { pass } = (await issue((await present(await owner.showPass())).content.presentationId)).content;
  assert.equal((await letters((await present(await seal(codeOf(pass)))).content.presentationId)).content.owner, null);
});

test('what is sealed is told from a code by its form', async () => {
  const code = await withCard(917);
  assert.deepEqual([isSealed(code), isSealed(await seal(code)), isSealed(`${code}.....`)], [false, true, false]);
  assert.ok((await seal(code)).length <= 1000, 'it fits where codes go');
});

test('a scan gives the pseudonym of the day under its seal, and of no other', async () => {
  const code = await withCard(909);
  const person = await personOfCards(909);
  const sealed = await seal(code, 'visit');
  const key = await city.vault.keys.visit(localDay('2026-11-23'));
  assert.ok(key !== null);
  const expected = { arrivedAt: new Date(city.clock.now()).toISOString(), subject: pseudonymOf(key, person) };
  assert.deepEqual(await visit(sealed), expected);
  city.clock.set(city.clock.now() + 26 * hourMs);
  assert.deepEqual(await visit(sealed), expected, 'asked again on another day, it is still the day of the scan');
  assert.notEqual((await visit(await seal(code, 'visit')))?.subject, expected.subject);
  assert.equal(await visit(await seal(code, 'visit', city.clock.now() + 3 * 60_000)), null, 'of the future');
  assert.equal(await visit(await seal(code, 'desk')), null);
  registrar = await city.officer('Registrar of the next day', ['registrar']);
  sampler = await city.officer('Sampler of the next day', ['sampler']);
});

test('letters open to a card that was shown, not to a document that was typed; of a new card those from before wait a day', async () => {
  const { presentationId: typed } = (await atDesk(915)).content;
  assert.equal((await letters(typed)).refusal, 'not-found');
  const { pass, issuedAt } = (await issue(typed)).content;
  const young = (await letters((await present(await seal(codeOf(pass)))).content.presentationId)).content;
  assert.deepEqual([young.owner?.from, young.language], [issuedAt, 'zh']);
  const lookedAt = await ledgerEvents(city, 'letters-read');
  assert.equal(lookedAt.at(-1)?.['by'], registrar.officerId);
  city.clock.set(city.clock.now() + 25 * hourMs);
  registrar = await city.officer('Registrar of the third day', ['registrar']);
  assert.equal((await letters((await present(await seal(codeOf(pass)))).content.presentationId)).content.owner?.from, null);
});
