/** A photograph of a card: what everybody who has it, and no more, can do with it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getCardList, gateCheckIn, type SealedDocument, type Venue } from '@health-kit/api';
import { makeKey } from '@health-kit/client';
import { bytesFromUuid, encodeBase64url, makeFaceFrame, matchFace, readFaceFrame, readUnverifiedPass, signPass, signerFromCryptoKey, makePrintedCode, uuidFromBytes, verifyCode } from '@health-kit/pass';
import { connect, instant, newVisitId, perform, syntheticPerson, PaperCard, type Gate, type Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { openOffices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';
import { attempt, told, type Attacker } from './attempt.ts';
import { plantHole } from './plantedHole.ts';
import { positionsOf, readTargets, type Position, type Target } from './targets.ts';
import { thumbnail } from './thumbnail.ts';

let city: City;
let venue: Venue;
let gate: Gate;
let stranger: Resident;
let document: SealedDocument;
let card: PaperCard;
/** What only the card's owner may learn, or an officer before whom they stand. */
let canaries: string[];
before(async () => {
  city = await startCity();
  const offices = await openOffices(city);
  const hosted = await city.venue();
  venue = hosted.venue;
  gate = await city.gate(hosted.host, venue);
  stranger = await city.resident({ verified: true });
  const { familyName, givenName, documentType, documentNumber } = syntheticPerson(1906, city.world.random.fork('photographed'));
  document = { familyName, givenName, documentType, documentNumber };
  const { presentationId, holder } = await city.registrar.registerAtDesk(document);
  card = await city.registrar.issueCard(presentationId, thumbnail());
  await gate.scanCard(card);
  const barcode = offices.newBarcode();
  await offices.sampler.registerSpecimenOfCard(card, barcode);
  await offices.laboratory.submitResult(barcode, 'negative');
  const [visit] = await city.rows<{ visit_id: string; subject: string }>("SELECT visit_id, subject FROM visit.visit WHERE source = 'gate'");
  canaries = [holder.name, documentNumber, givenName, barcode, 'Central laboratory', visit?.visit_id ?? '', visit?.subject ?? ''];
});
after(() => city.close());

/** What a photograph holds, in every form that a request could take it; and the same of a card that never was. */
async function formsOf(shown: PaperCard, code: string): Promise<string[]> {
  const { passId } = readUnverifiedPass(shown.pass) ?? assert.fail('no pass');
  return [code, encodeBase64url(shown.pass), uuidFromBytes(passId), await shown.sealedFor('visit', city.now(), code)];
}
async function neverMade(): Promise<PaperCard> {
  const keys = await makeKey();
  const pass = await signPass({ ...(readUnverifiedPass(card.pass) ?? assert.fail('no pass')), passId: bytesFromUuid(newVisitId()) }, signerFromCryptoKey(keys.privateKey), 'AAAAAAAAAAA');
  return new PaperCard(card.world, pass, thumbnail(9), false);
}

/** Puts each form at each place of each operation, as each attacker; names what tells the card from one that never was. */
async function attackWith(targets: readonly Target[], attackers: readonly Attacker[], via: string): Promise<{ readonly findings: string[]; readonly attempts: number }> {
  const findings: string[] = [];
  let attempts = 0;
  const nobodys = await neverMade();
  const pairs = (await formsOf(card, card.code)).map((form, index) => ({ form, index }));
  const others = await formsOf(nobodys, nobodys.code);
  const where = { origin: city.world.origin, via, nowMs: city.now() };
  const knock = async (target: Target, attacker: Attacker, position: Position) => {
    for (const { form, index } of pairs) {
      const other = others[index] ?? '';
      const ask = () => Promise.all([attempt(where, target, attacker, new Map([[position, form]])), attempt(where, target, attacker, new Map([[position, other]]))]);
      let [answer, nobody] = await ask();
      const at = `${target.id} ${position.place} ${position.name} as ${attacker.name}, form ${index}`;
      for (const canary of canaries) if (answer.body.includes(canary)) findings.push(`${at}: ${canary}`);
      // A budget that is used up between the two answers is one of the attacker's own; what tells a card tells it again.
      for (let again = 0; again < 2 && told(answer, [form, other]) !== told(nobody, [form, other]); again += 1) [answer, nobody] = await ask();
      attempts += 2;
      if (told(answer, [form, other]) !== told(nobody, [form, other])) findings.push(`${at}: ${answer.status} and ${nobody.status}`);
    }
  };
  const queue = targets.flatMap((target) => attackers.filter(({ name }) => mayKnock(target, name)).flatMap((attacker) => positionsOf(target).map((position) => () => knock(target, attacker, position))));
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await job();
  }));
  return { findings, attempts };
}
/** Anonymous at everything; who proves a key, where that is asked for. The others are turned away at the door, as row 5 shows. */
function mayKnock({ authority, id }: Target, name: string): boolean {
  if (pages.has(id)) return false;
  if (name === 'anonymous') return authority !== 'staff' && authority !== 'gate';
  if (name === 'gate') return authority === 'gate';
  return authority === 'device' || authority === 'resident' || authority === 'ticket';
}
/** Signed anew from one answer to the next, or of the attacker's own erasure. */
const pages = new Set(['getCardList', 'getStatusList', 'getTrust', 'eraseMyAccount', 'getCheckpoint']);
const attackers = async (): Promise<Attacker[]> => [
  { name: 'anonymous', key: null, ticket: null },
  { name: 'resident', key: stranger.key, ticket: (await stranger.ticket()).ticket },
  { name: 'gate', key: gate.key, ticket: gate.session.ticket },
];

test('row 6: with a photograph of a card, whatever is asked tells no more than of a card that never was; only a gate appends a check-in', async () => {
  const targets = await readTargets(city.world.origin);
  const { findings, attempts } = await attackWith(targets, await attackers(), city.world.origin);
  assert.deepEqual(findings, []);
  assert.ok(attempts > 1_500, `${attempts} attempts`);
  assert.equal(await gate.scanCard(card), 'recorded', 'what is left: the control');
});

test('row 6: the attack catches a planted operation that answers a card', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/places', parameters: ['code'],
    answer: (query) => (query.get('code') === card.code ? { status: 200, body: JSON.stringify({ visits: [canaries[5]] }) } : { status: 404, body: '{}' }),
  });
  try {
    const targets = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    const { findings } = await attackWith(targets, (await attackers()).slice(0, 1), hole.origin);
    assert.ok(findings.some((finding) => finding.includes(canaries[5] ?? '‹none›')));
  } finally {
    await hole.close();
  }
});

test('row 6: a card is no ticket: as a bearer of it nobody gets through anywhere', async () => {
  const key = await makeKey();
  const forms = (await formsOf(card, card.code)).map((form) => form.replaceAll(/[^\x21-\x7e]/g, ''));
  const targets = (await readTargets(city.world.origin)).filter(({ authority }) => authority !== 'anyone' && authority !== 'device');
  for (const [index, target] of targets.entries()) {
    const { status } = await attempt({ origin: city.world.origin, via: city.world.origin, nowMs: city.now() }, target, { name: 'bearer', key, ticket: forms[index % forms.length] ?? '' }, new Map());
    assert.equal(status, 401, target.id);
  }
});

test('row 6: the list that says what a card is worth is for gates alone, so that a photograph cannot be looked up in it', async () => {
  const { ticket } = await stranger.ticket();
  for (const credentials of [{}, { key: stranger.key }, { key: stranger.key, ticket }, { ticket: gate.session.ticket }, { key: await makeKey(), ticket: gate.session.ticket }]) {
    const answer = await fetch(`${city.world.origin}${getCardList.path}`, { headers: 'ticket' in credentials ? { authorization: `Bearer ${credentials.ticket}` } : {} });
    assert.equal(answer.status, 401);
    await perform(connect(city.world, credentials), getCardList, {}).then(() => assert.fail('a list came'), () => undefined);
  }
  assert.ok((await gate.cardList()).length > 100, 'the control');
});

test('row 6: a bare code is taken by no operation: no gate and no desk has a reason to send one', async () => {
  assert.equal((await gate.scan([card.code]))[0]?.outcome, 'refused');
});

test('row 6: a scan is of its own moment: whoever relays it turns it into no visit of another', async () => {
  const sealed = await card.sealedFor('visit');
  const at = async (arrivedAt: number) => {
    const connection = connect(city.world, { key: gate.key, ticket: gate.session.ticket });
    return (await perform(connection, gateCheckIn, { body: { scans: [{ visitId: newVisitId(), pass: sealed, arrivedAt: instant(arrivedAt) }] } })).scans[0]?.outcome;
  };
  assert.deepEqual([await at(city.now() - 3_600_000), await at(city.now() - 1), await at(city.now())], ['refused', 'refused', 'recorded']);
});

test("row 6: another face beside a copied code is not the card's, and a face of one's own cannot be signed in", async () => {
  const trust = { issuers: (await city.world.trust()).keys };
  const code = await verifyCode(card.code, trust, city.now());
  assert.ok(code.accepted);
  const frame = readFaceFrame(makeFaceFrame(thumbnail(2), 'image/jpeg'));
  assert.ok(frame.ok);
  assert.deepEqual(await matchFace(code.pass, frame.frame), { matched: false, reason: 'other-face' });
  const own = await neverMade();
  assert.equal((await verifyCode(makePrintedCode(own.pass), trust, city.now())).accepted, false);
  assert.equal(await gate.scanCard(own), 'refused');
});

test('row 6: no character of a card can be another', async () => {
  const trust = { issuers: (await city.world.trust()).keys };
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
  for (let index = 0; index < card.code.length; index += 1) {
    for (const character of [alphabet[(index * 7) % alphabet.length], alphabet[(index * 11 + 3) % alphabet.length]]) {
      if (character === undefined || character === card.code[index]) continue;
      const verification = await verifyCode(card.code.slice(0, index) + character + card.code.slice(index + 1), trust, city.now());
      assert.equal(verification.accepted, false, `character ${index}`);
    }
  }
});

test('row 6: a card that was ended at the desk records no visit, opens nothing there, and takes no specimen', async () => {
  const photograph = card;
  const { presentationId } = await city.registrar.registerAtDesk(document);
  assert.equal(await city.registrar.endCard(presentationId), true);
  assert.equal(await gate.scanCard(photograph), 'refused');
  await refused(city.registrar.presentCard(photograph), 'pass-refused');
});
