import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeKey, signHolder } from '@health-kit/client';
import { decodeBase45, decodeBase64url, encodeBase45, makeTurningCode, verifyTurningCode, type TrustList } from '@health-kit/pass';
import { seededRandom, type Gate, type Resident } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';

const secondMs = 1000;
const mutations = 100_000;

let city: City;
let visitor: Resident;
let gate: Gate;
let trust: TrustList;
let passBytes: Uint8Array<ArrayBuffer>;
before(async () => {
  city = await startCity();
  visitor = await city.resident({ verified: true });
  const { host, venue } = await city.venue();
  gate = await city.gate(host, venue);
  trust = { issuers: (await city.world.trust()).keys };
  passBytes = decodeBase64url((await visitor.renewPass()).pass) ?? assert.fail('not base64url');
});
after(() => city.close());

const verdict = async (text: string, nowMs = city.now()) => {
  const verified = await verifyTurningCode(text, trust, nowMs);
  return verified.accepted ? 'accepted' : verified.reason;
};
/** What the guard's device says at once, and what the server says when the scan is delivered. */
const shown = async (text: string) => [await verdict(text), (await gate.scan([text]))[0]?.outcome];

test("row 12: the visitor's own code opens the door: the control", async () => {
  assert.deepEqual(await shown(await visitor.turningCode()), ['accepted', 'recorded']);
});

test('row 12: a picture of the code is dead after 31 seconds, wherever in its slot it was taken', async () => {
  for (let step = 0; step < 15; step += 1) {
    const picture = await visitor.turningCode();
    assert.deepEqual(await shown(picture), ['accepted', 'recorded']);
    await city.advance(31 * secondMs);
    assert.deepEqual(await shown(picture), ['stale-code', 'refused'], `taken in second ${step}`);
    await city.advance(secondMs);
  }
});

test('row 12: the pass on another phone has no code', async () => {
  const thief = await makeKey();
  const copied = await makeTurningCode(passBytes, city.now(), signHolder(thief));
  assert.deepEqual(await shown(copied), ['bad-holder-proof', 'refused']);
});

test('row 12: a phone whose clock is shifted makes codes for no time but its own', async () => {
  // The phone had its pass some time ago: none makes a code for a time before its pass.
  await city.advance(2 * 3_600_000);
  const at = async (shiftMs: number) => verdict(await makeTurningCode(passBytes, city.now() + shiftMs, signHolder(visitor.key)));
  const shifts = [-3_600_000, -120_000, -60_000, -31_000, 31_000, 60_000, 120_000, 3_600_000];
  for (const shift of shifts) assert.equal(await at(shift), 'stale-code', `${shift} ms`);
  assert.equal(await at(0), 'accepted');
});

test('row 12: a code made in advance for the moment of showing needs the key, and one pass does not carry the proof of another', async () => {
  const other = await city.resident({ verified: true });
  const otherPass = decodeBase64url((await other.renewPass()).pass) ?? assert.fail('not base64url');
  const mixed = await makeTurningCode(otherPass, city.now(), signHolder(visitor.key));
  assert.deepEqual(await shown(mixed), ['bad-holder-proof', 'refused']);
});

test(`row 12: of ${mutations} mutations of a good code none is accepted`, async () => {
  const good = await visitor.turningCode();
  const [prefix, content] = [good.slice(0, good.indexOf(':') + 1), good.slice(good.indexOf(':') + 1)];
  const decoded = decodeBase45(content);
  assert.ok(decoded.ok);
  const random = seededRandom('row 12');
  const accepted: string[] = [];
  const reasons = new Map<string, number>();
  let made = 0;
  while (made < mutations) {
    const texts = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? prefix + encodeBase45(mutateBytes(decoded.bytes, random)) : mutateText(good, random))).filter((text) => text !== good);
    made += texts.length;
    await Promise.all(texts.map(async (text) => {
      const outcome = await verdict(text);
      reasons.set(outcome, (reasons.get(outcome) ?? 0) + 1);
      if (outcome === 'accepted') accepted.push(text);
    }));
  }
  assert.deepEqual(accepted, []);
  // The mutations reach every check: those that only break the form would prove little.
  for (const reason of ['malformed', 'bad-signature', 'bad-holder-proof', 'stale-code']) assert.ok((reasons.get(reason) ?? 0) > 100, JSON.stringify([...reasons]));
  assert.equal(await verdict(good), 'accepted', 'the control: the code itself is still good');
});

test("row 12: tomorrow's pass, which a phone has from the evening on, opens no door today, whatever its clock says", async () => {
  const evening = Date.parse('2026-11-23T15:00:00Z');
  const midnight = Date.parse('2026-11-23T16:00:00Z');
  await city.advance(evening - city.now());
  const tomorrows = decodeBase64url((await visitor.tomorrowPass()).pass) ?? assert.fail('not base64url');
  for (const ahead of [0, 1, 15, 3_600]) {
    const early = await makeTurningCode(tomorrows, midnight + ahead * secondMs, signHolder(visitor.key));
    assert.deepEqual(await shown(early), ['not-yet-valid', 'refused']);
  }
  await city.advance(midnight - city.now());
  assert.deepEqual(await shown(await makeTurningCode(tomorrows, midnight, signHolder(visitor.key))), ['accepted', 'recorded'], 'the control: at midnight it opens');
});

type Random = ReturnType<typeof seededRandom>;
/** Flips bits, sets, swaps, cuts or adds bytes. */
function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const at = () => random.integer(copy.length);
  switch (random.integer(8)) {
    case 0: return copy.slice(0, at());
    case 1: return Uint8Array.from([...copy, random.integer(256)]);
    case 2: {
      const [one, other] = [at(), at()];
      [copy[one], copy[other]] = [copy[other] ?? 0, copy[one] ?? 0];
      return copy;
    }
    case 3: {
      copy[at()] = random.integer(256);
      return copy;
    }
    default: {
      const place = at();
      copy[place] = (copy[place] ?? 0) ^ (1 << random.integer(8));
      return copy;
    }
  }
}
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
function mutateText(text: string, random: Random): string {
  const at = random.integer(text.length);
  const character = alphabet[random.integer(alphabet.length)] ?? '0';
  switch (random.integer(4)) {
    case 0: return text.slice(0, at) + text.slice(at + 1);
    case 1: return text.slice(0, at) + character + text.slice(at);
    default: return text.slice(0, at) + character + text.slice(at + 1);
  }
}
