import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startRegistration } from '@health-kit/api';
import { makeKey, sealTo } from '@health-kit/client';
import { connect, perform, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { startCity, type City } from './city.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

const person = syntheticPerson(1, seededRandom('networks'));
/** Starts a registration behind a proxy on this machine, which says whom it speaks for. */
async function startFrom(forwardedFor: string): Promise<void> {
  const { sealingKey } = await city.world.trust();
  const send: typeof fetch = (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-forwarded-for', forwardedFor);
    return fetch(url, { ...init, headers });
  };
  await perform({ ...connect(city.world, { key: await makeKey() }), fetch: send }, startRegistration, { body: { sealed: await sealTo(sealingKey, person) } });
}
const messages = async () => (await city.rows<{ count: number }>('SELECT count(*)::int AS count FROM vault.message_sent', []))[0]?.count;

test('a phone has its codes by the network that the server saw, not by the one that somebody claims', async () => {
  for (let time = 0; time < 7; time += 1) await startFrom(`198.51.${time}.1, 203.0.113.${time + 1}`);
  assert.equal(await messages(), 5, 'seven addresses of one network, each with another claim');
  await startFrom('198.51.100.7');
  assert.equal(await messages(), 6, 'another network');
  await startFrom('2001:db8:1:ffff::7');
  assert.equal(await messages(), 7);
});
