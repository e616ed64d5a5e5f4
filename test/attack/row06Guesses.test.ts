/**
 * Guessing in breadth, at the vault itself: the server's limits by address stand before it, and an attacker with
 * many addresses, or with the server, passes them. A code has eight digits, so that each guess that is compared hits
 * with a probability of 1e-8; what is bounded is how many are compared.
 *
 * - one phone: 15 messages × 5 guesses an hour from many networks, 7.5e-7, and 5 messages from one;
 * - 1 guess × 1,000 challenges: 1e-5;
 * - 5 guesses × 10,000 phones: 50,000 guesses are all that an hour allows to everybody, 5e-4.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { confirmRegistrationCode, beginRegistration } from '@health-kit/api/vault';
import { identity, startCity, type Caller, type City } from '../../apps/vault/test/city.ts';
import type { VaultLimits } from '../../apps/vault/src/vault.ts';

const codes = 1e8;
const promised = { onePhone: 75 / codes, thousandChallenges: 1_000 / codes, anHour: 50_000 / codes };

const cities: City[] = [];
after(async () => {
  for (const city of cities) await city.close();
});
async function open(limits: Partial<VaultLimits> = {}): Promise<City> {
  const city = await startCity({ limits });
  cities.push(city);
  return city;
}

interface Challenge { readonly device: Caller; readonly registrationId: string }
async function challenge(city: City, number: number, phone: string, network = '203.0.113.0/24'): Promise<Challenge> {
  const device = await city.stranger();
  const { registrationId } = (await device.call(beginRegistration, 'POST', '/v1/registrations', { sealed: await city.seal(identity(number % 1_000, { phone })) }, { network })).content;
  return { device, registrationId };
}
/** One guess; chance may let it hit, which a run meets once in a hundred million. */
async function guess({ device, registrationId }: Challenge, code: string): Promise<string> {
  return (await device.call(confirmRegistrationCode, 'POST', `/v1/registrations/${registrationId}/confirmation`, { code })).refusal ?? 'hit';
}
/** Guesses of the last hour that were compared with a code. */
async function compared(city: City): Promise<number> {
  const [row] = await city.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM vault.failed_code WHERE failed_at > $1', [new Date(city.clock.now() - 3_600_000)]);
  return row?.count ?? 0;
}
async function inTurns(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < count) {
      next += 1;
      await job(next - 1);
    }
  }));
}

/** The probability of at least one hit that so many compared guesses have, at most. */
const probability = (guesses: number) => guesses / codes;

/** Starts challenge after challenge for one victim's phone and guesses at each until it is dead. */
async function besiege(city: City, challenges: number, networks: number): Promise<number> {
  await inTurns(challenges, async (index) => {
    const target = await challenge(city, index, '+8613812345678', `203.0.${index % networks}.0/24`);
    for (let attempt = 0; attempt < 6; attempt += 1) await guess(target, String(10_000_000 + index * 6 + attempt));
  });
  return compared(city);
}

test('row 6: one phone is guessed at 25 times an hour at most from one network and 75 times from many, each five with a message to its owner', async () => {
  for (const { networks, messages } of [{ networks: 1, messages: 5 }, { networks: 40, messages: 15 }]) {
    const city = await open();
    const guesses = await besiege(city, 40, networks);
    await city.vault.messages.settle(2000);
    assert.equal(guesses, messages * 5);
    assert.ok(probability(guesses) <= promised.onePhone);
    assert.equal(city.messages.filter(({ kind }) => kind === 'otp').length, messages);
  }
});

test('row 6: the siege notices a budget per phone that was switched off', async () => {
  const guesses = await besiege(await open({ codesPerPhonePerHour: 1_000 }), 20, 20);
  assert.ok(probability(guesses) > promised.onePhone, `${guesses} guesses`);
});

test('row 6: one guess at each of 1,000 challenges is compared once each, and hits with 1e-5', async () => {
  const city = await open();
  const outcomes = new Map<string, number>();
  await inTurns(1_000, async (index) => {
    const outcome = await guess(await challenge(city, index, `+8613${String(500_000_000 + index * 1_000)}`), '12345678');
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  });
  assert.deepEqual([...outcomes], [['code-refused', 1_000]]);
  const guesses = await compared(city);
  assert.equal(guesses, 1_000);
  assert.ok(probability(guesses) <= promised.thousandChallenges);
});

/** Five guesses at each of 10,000 phones: all but the last 40 are written down as made, the rest is made, and 40 more are tried. */
async function spray(city: City): Promise<number> {
  await city.database.sql('INSERT INTO vault.failed_code (failure_id, failed_at) SELECT gen_random_uuid(), $1 FROM generate_series(1, 9960 * 5)', [new Date(city.clock.now())]);
  await inTurns(80, async (index) => {
    const target = await challenge(city, index, `+8615${String(500_000_000 + index * 1_000)}`);
    for (let attempt = 0; attempt < 5; attempt += 1) await guess(target, String(20_000_000 + attempt));
  });
  return compared(city);
}

/** Guesses that run at once when the budget ends may each be compared. */
const atOnce = 8;

test('row 6: five guesses at each of 10,000 phones end with the budget of the hour, at 5e-4', async () => {
  const guesses = await spray(await open());
  assert.ok(guesses >= 50_000 && probability(guesses - atOnce) <= promised.anHour, `${guesses} guesses`);
});

test('row 6: the spray notices a budget of the hour that was switched off', async () => {
  const guesses = await spray(await open({ failedCodesPerHour: 1_000_000 }));
  assert.ok(probability(guesses - atOnce) > promised.anHour, `${guesses} guesses`);
});
