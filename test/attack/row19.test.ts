/** A resident without a phone is registered, admitted, tested and notified, end to end over the API. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaseId, SealedDocument, Venue } from '@health-kit/api';
import { matchFace, readFaceFrame, statusOfCard, verifyCardList, verifyCode } from '@health-kit/pass';
import { instant, syntheticPerson, type Gate, type PaperCard, type Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { thumbnail } from './thumbnail.ts';

let city: City;
let offices: Offices;
let gate: Gate;
let venue: Venue;
let host: Resident;
let document: SealedDocument;
let card: PaperCard;
let caseId: CaseId;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  const hosted = await city.venue({ name: '公交 19 路', kind: 'transport' });
  venue = hosted.venue;
  host = hosted.host.resident;
  gate = await city.gate(hosted.host, venue);
  const { familyName, givenName, documentType, documentNumber } = syntheticPerson(1900, city.world.random.fork('grandmother'));
  document = { familyName, givenName, documentType, documentNumber };
});
after(() => city.close());

const minuteMs = 60_000;
/** What a gate without a network makes of the card, with the list that it has. */
async function atTheGate(shown = card) {
  const trust = { issuers: (await city.world.trust()).keys };
  const list = await verifyCardList(await gate.cardList(), trust, city.now());
  assert.ok(list.accepted);
  const code = await verifyCode(shown.code, trust, city.now());
  assert.ok(code.accepted && code.kind === 'printed');
  const frame = readFaceFrame(shown.faceFrame);
  assert.ok(frame.ok);
  return { pass: code.pass, status: await statusOfCard(code.pass, list.cardList), face: await matchFace(code.pass, frame.frame) };
}

test('registered: at the desk, by the document alone, and her card is made there', async () => {
  const { presentationId, holder } = await city.registrar.registerAtDesk(document);
  assert.deepEqual([holder.identityProven, holder.phone, holder.documentLastTwo], [true, '', document.documentNumber.slice(-2)]);
  assert.ok(!holder.name.includes(document.givenName));
  card = await city.registrar.issueCard(presentationId, thumbnail());
  assert.equal(card.replaced, false);
});

test('admitted: the gate reads who and whose face out of the paper, and the status out of its list', async () => {
  const { pass, status, face } = await atTheGate();
  assert.equal(status, 'clear');
  assert.deepEqual(face, { matched: true });
  assert.deepEqual([pass.status, pass.holderKey, pass.documentLastTwo], ['listed', null, document.documentNumber.slice(-2)]);
  assert.equal(await gate.scanCard(card), 'recorded');
  const [visit] = await city.rows<{ subjects: number }>("SELECT count(DISTINCT subject)::int AS subjects FROM visit.visit WHERE venue_id = $1 AND source = 'gate'", [venue.venueId]);
  assert.equal(visit?.subjects, 1);
});

test('tested: the result is hers, though nobody typed her number', async () => {
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimenOfCard(card, barcode);
  await city.advance(20 * minuteMs);
  await offices.laboratory.submitResult(barcode, 'negative');
  const { presentationId } = await city.registrar.presentCard(card);
  const { letters, language, heldBack } = await city.registrar.letters(presentationId);
  assert.deepEqual(letters.map(({ kind, result }) => [kind, result?.value, result?.institution]), [['result', 'negative', 'Central laboratory']]);
  assert.deepEqual([language, heldBack], ['zh', null]);
});

test('notified: whom she met is traced to her, her card says so at every gate, and the letters say why, until when and what to do', async () => {
  // The visits overlap: the host is at the venue too, falls ill, and is traced.
  await host.checkIn(venue.venueCode);
  await gate.scanCard(card);
  await city.advance(40 * minuteMs);
  await offices.test(host, 'positive');
  caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 24 * 3_600_000, to: city.now() });
  const contacts = await offices.tracer.contacts(caseId);
  assert.equal(contacts.length, 1);
  const endsAt = instant(city.now() + 7 * 24 * 3_600_000);
  const { proposalId } = await offices.tracer.propose(caseId, {
    contacts: contacts.map(({ contact }) => contact), kind: 'home-observation', legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a confirmed case', startsAt: instant(city.now()), endsAt,
  });
  assert.deepEqual(await offices.medicalOfficer.approve(proposalId), { orders: 1 });
  await city.advance(minuteMs);
  assert.equal((await atTheGate()).status, 'isolate');

  const { presentationId } = await city.registrar.presentCard(card);
  const { letters } = await city.registrar.letters(presentationId);
  assert.deepEqual(letters.map(({ kind }) => kind).sort(), ['exposure', 'order', 'result']);
  const order = letters.find(({ kind }) => kind === 'order');
  assert.deepEqual([order?.endsAt, order?.legalBasis, order?.whatToDo], [endsAt, 'Infectious diseases act, section 41', 'do.home-observation']);
  assert.ok(!JSON.stringify(letters).includes(venue.name), 'nothing about the case');
  assert.equal(await city.registrar.handOver(presentationId, letters.map(({ noticeId }) => noticeId)), 3);
  assert.deepEqual((await city.registrar.letters(presentationId)).letters, [], 'what was handed over waits no more');
});

test("notified alone: at the desk somebody else's card neither shows her letters nor hands them over", async () => {
  const { documentType, familyName, givenName, documentNumber } = syntheticPerson(1901, city.world.random.fork('neighbour'));
  const other = await city.registrar.issueCard((await city.registrar.registerAtDesk({ documentType, familyName, givenName, documentNumber })).presentationId, thumbnail(2));
  const { presentationId: hers } = await city.registrar.presentCard(card);
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimenOfCard(card, barcode);
  await offices.laboratory.submitResult(barcode, 'negative');
  const [letter, ...more] = (await city.registrar.letters(hers)).letters;
  assert.ok(letter !== undefined && more.length === 0);
  const { presentationId: neighbours } = await city.registrar.presentCard(other);
  assert.deepEqual((await city.registrar.letters(neighbours)).letters, []);
  assert.equal(await city.registrar.handOver(neighbours, [letter.noticeId]), 0);
  assert.equal((await city.registrar.letters(hers)).letters.length, 1);
});

test('lost: by the document she gets another card, the old one ends within a minute, and its scans record nobody', async () => {
  const lost = card;
  const { presentationId } = await city.registrar.registerAtDesk(document);
  card = await city.registrar.issueCard(presentationId, thumbnail());
  assert.equal(card.replaced, true);
  await city.advance(minuteMs);
  assert.equal((await atTheGate(lost)).status, 'ended');
  assert.equal((await atTheGate()).status, 'isolate');
  assert.equal(await gate.scanCard(lost), 'refused');
  assert.equal(await gate.scanCard(card), 'recorded');
});
