import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as protocol from '@health-kit/api/vault';
import { makeProof } from '@health-kit/proof';
import { startCity, type City } from '../server/city.ts';
import { isObject, plausible } from './targets.ts';
import { askSocket, vaultSocketOf, type VaultAnswer } from './vaultSocket.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

/** Every operation of the vault's protocol: name, schema of the request, and the API operation whose proof it takes. */
const operations = Object.values(protocol).flatMap((value) => {
  if (!isObject(value) || typeof value['name'] !== 'string' || !('callerOperation' in value)) return [];
  return [{ name: value['name'], request: value['request'], isOpen: value['callerOperation'] === null }];
});
const ask = (name: string, content: unknown) => askSocket(vaultSocketOf(city.system), name, content);

/** What somebody would like to have signed. */
const payloads: readonly (readonly [member: string, value: unknown])[] = [
  ['claims', { status: 'clear', maskedName: '希特勒' }], ['payload', 'AAAA'], ['status', 'clear'], ['pass', 'AAAA'], ['name', '希特勒'], ['venueName', '假店'],
  ['token', 'AAAA'], ['digest', 'A'.repeat(43)], ['expiresAt', '2099-01-01T00:00:00.000Z'], ['subject', crypto.randomUUID()], ['person', crypto.randomUUID()],
  ['key', { kty: 'EC' }], ['kid', 'x'], ['list', 1], ['facts', []], ['__proto__', { status: 'clear' }], ['constructor', { status: 'clear' }],
];
const isRefused = ({ status, body }: VaultAnswer) => status === 422 && /^\{"refusal":"[a-z-]+"\}$/.test(body);

/** Asks an operation with one member more than it knows, on each level; returns what was answered instead of refused. */
async function smuggle(name: string, request: unknown): Promise<string[]> {
  assert.ok(isObject(request), name);
  const accepted: string[] = [];
  for (const [member, value] of payloads) {
    if (Object.hasOwn(request, member)) continue;
    // As JSON text: an object literal would lose a member called __proto__.
    const outer = `{${[...Object.entries(request), [member, value] as const].map(([key, each]) => `${JSON.stringify(key)}:${JSON.stringify(each)}`).join(',')}}`;
    const bodies = [outer, JSON.stringify({ [member]: value }), JSON.stringify(value)];
    for (const body of bodies) {
      const answer = await ask(name, body);
      if (!isRefused(answer)) accepted.push(`${name} with ${member}: ${answer.status} ${answer.body.slice(0, 80)}`);
    }
  }
  return accepted;
}

test('row 11: no operation of the vault takes claims, a payload or any member that it does not name', async () => {
  assert.ok(operations.length >= 24, `${operations.length} operations`);
  for (const { name, request } of operations) assert.deepEqual(await smuggle(name, plausible(request)), [], name);
});

test('row 11: what is signed is named by number: no operation that signs has a place for free content', () => {
  const signing = operations.filter(({ name }) => /sign-(venue|status)|issue-|public-keys/.test(name));
  assert.deepEqual(signing.map(({ name }) => name).sort(), ['issue-day-pass', 'issue-day-ticket', 'issue-dependant-pass', 'public-keys', 'sign-status-list', 'sign-venue-code']);
  const members = signing.filter(({ isOpen }) => isOpen).map(({ name, request }) => [name, isObject(request) && isObject(request['properties']) ? Object.keys(request['properties']) : null]);
  assert.deepEqual(Object.fromEntries(members), { 'public-keys': [], 'sign-venue-code': ['venueId'], 'sign-status-list': ['list'] });
});

test('row 11: operations that do not exist sign nothing, whatever they are called', async () => {
  for (const name of ['sign', 'sign-pass', 'sign-payload', 'sign-token', 'cose-sign1', 'issue-pass', 'jwt', 'query', 'sql', 'export', 'people', '', '../issue-day-pass', 'issue-day-pass/', 'ISSUE-DAY-PASS']) {
    const answer = await ask(name, { claims: { status: 'clear' } });
    assert.deepEqual([answer.status, answer.body], [422, '{"refusal":"not-authorized"}'], name);
  }
});

test("row 11: a pass is signed for the caller's own facts, and not with a status or a name that the caller sends", async () => {
  const resident = await city.resident();
  const issue = async (content: object, path = '/v1/passes') => {
    const body = JSON.stringify(content);
    const proof = await makeProof({ key: resident.key, method: 'POST', url: city.world.origin + path, body: new TextEncoder().encode(body), ticket: null, nowMs: city.now(), nonce: crypto.getRandomValues(new Uint8Array(16)) });
    return { proof, method: 'POST', path, body, ticket: null };
  };
  for (const [member, value] of payloads) {
    const answer = await ask('issue-day-pass', { caller: await issue({ [member]: value }) });
    if (member === '__proto__') continue;
    assert.deepEqual([answer.status, answer.body], [422, '{"refusal":"invalid-request"}'], member);
  }
  // The server cannot put another body under the resident's proof, nor use the proof elsewhere.
  const proven = await issue({});
  assert.deepEqual((await ask('issue-day-pass', { caller: { ...proven, body: '{"status":"clear"}' } })).body, '{"refusal":"not-authorized"}');
  assert.deepEqual((await ask('issue-day-ticket', { caller: proven })).body, '{"refusal":"not-authorized"}');
  assert.equal((await ask('issue-day-pass', { caller: proven })).status, 200, 'the control: the request as it was made');
});

test('row 11: a venue code is signed out of a row that exists, and a status list for a day that has passes', async () => {
  const { venue } = await city.venue();
  assert.equal((await ask('sign-venue-code', { venueId: venue.venueId })).status, 200, 'the control');
  assert.deepEqual((await ask('sign-venue-code', { venueId: crypto.randomUUID() })).body, '{"refusal":"not-found"}');
  assert.deepEqual((await ask('sign-status-list', { list: 4_294_967_295 })).body, '{"refusal":"not-found"}');
});

test('row 11: the attack catches an operation that does not look at its members', async () => {
  // `ready` stands in for such an operation: asked with content that it accepts, it answers, and the answer is no refusal.
  const deaf = { status: (await ask('ready', {})).status, body: (await ask('ready', {})).body };
  assert.equal(deaf.status, 200);
  assert.ok(!isRefused(deaf));
  assert.ok(isRefused(await ask('ready', { claims: {} })));
});
