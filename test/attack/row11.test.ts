import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as protocol from '@health-kit/api/vault';
import { signHolder } from '@health-kit/client';
import { keysCommand } from '@health-kit/healthkit';
import { decodeBase64url, makeTurningCode, readKeyIdOfPass, verifyPass, verifyTurningCode } from '@health-kit/pass';
import { makeProof } from '@health-kit/proof';
import type { Gate, Resident } from '@health-kit/simulate';
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
  const signing = operations.filter(({ name }) => /sign-(venue|status|card)|issue-|public-keys/.test(name));
  assert.deepEqual(signing.map(({ name }) => name).sort(), ['issue-card', 'issue-day-pass', 'issue-day-ticket', 'issue-dependant-pass', 'public-keys', 'sign-card-list', 'sign-status-list', 'sign-venue-code']);
  const members = signing.filter(({ isOpen }) => isOpen).map(({ name, request }) => [name, isObject(request) && isObject(request['properties']) ? Object.keys(request['properties']) : null]);
  assert.deepEqual(Object.fromEntries(members), { 'public-keys': [], 'sign-card-list': [], 'sign-venue-code': ['venueId'], 'sign-status-list': ['list'] });
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

/** Everybody's day while a key is replaced: each call is made again when a scan is refused, with the pass as the app then has it. */
function startLoad(gate: Gate, residents: readonly Resident[]) {
  const lost: string[] = [];
  const seen = { passes: 0, tickets: 0, scans: 0, registrations: 0, lost, stopped: false };
  const each = async (resident: Resident) => {
    await resident.refreshPass();
    seen.passes += 1;
    await resident.renewTicket();
    seen.tickets += 1;
    for (let attempt = 1; ; attempt += 1) {
      const [scan] = await gate.scan([await resident.turningCode()]);
      if (scan?.outcome === 'recorded') break;
      if (attempt === 3) {
        seen.lost.push('a scan');
        break;
      }
      await resident.refreshPass();
    }
    seen.scans += 1;
  };
  const loop = async (act: () => Promise<void>) => {
    while (!seen.stopped) await act().catch((error: unknown) => void seen.lost.push(String(error)));
  };
  const running = Promise.all([
    ...residents.map((resident) => loop(() => each(resident))),
    loop(async () => {
      await each(await city.resident());
      seen.registrations += 1;
    }),
  ]);
  return {
    seen,
    async stop() {
      seen.stopped = true;
      await running;
    },
  };
}
async function keys(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  await keysCommand.run([...args, '--data', city.system.folder.path], { environment: {}, signal: new AbortController().signal, print: (line) => void lines.push(line) });
  return lines.join('\n');
}
/** Passes signed by a version of the key that no status list calls back. */
async function validUnderKey(version: number): Promise<number> {
  const [row] = await city.rows<{ valid: number }>('SELECT count(*)::int AS valid FROM vault.pass WHERE key_version = $1 AND NOT invalid', [version]);
  return row?.valid ?? assert.fail('no count');
}
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
};

test('row 11: a signing key is revoked under load: everybody is signed anew, nothing is lost, and what the old key signed is refused', async () => {
  const residents = await Promise.all(Array.from({ length: 4 }, () => city.resident()));
  const { host, venue } = await city.venue();
  const gate = await city.gate(host, venue);
  const thief = await city.resident();
  const stolen = decodeBase64url((await thief.renewPass()).pass) ?? assert.fail('no pass');
  const shown = () => makeTurningCode(stolen, city.now(), signHolder(thief.key));
  const oldKid = readKeyIdOfPass(stolen);
  assert.deepEqual((await gate.scan([await shown()])).map(({ outcome }) => outcome), ['recorded'], 'the control: before the revocation it opens the door');

  const load = startLoad(gate, residents);
  try {
    await until(() => load.seen.scans >= 8 && load.seen.registrations >= 1);
    assert.match(await keys('rotate', 'pass', '--revoke', '--no-wait'), /Rotation of pass with revocation, begun .* under way/);
    // The server asks for the trust list every thirty seconds, and apps every minute.
    await city.advance(61_000);
    const before = { ...load.seen };
    await until(() => load.seen.scans >= before.scans + 12 && load.seen.registrations >= before.registrations + 2);
  } finally {
    await load.stop();
  }
  assert.deepEqual(load.seen.lost, []);

  const trust = { issuers: (await city.world.renewTrust()).keys };
  assert.ok(trust.issuers.every(({ kid }) => kid !== oldKid), 'the old key is in no list');
  const verified = await verifyTurningCode(await shown(), trust, city.now());
  assert.deepEqual([verified.accepted, (await gate.scan([await shown()])).map(({ outcome }) => outcome)], [false, ['refused']], 'neither gate nor server takes what the old key signed');
  for (const resident of residents) {
    const fresh = decodeBase64url((await resident.refreshPass()).pass) ?? assert.fail('no pass');
    assert.notEqual(readKeyIdOfPass(fresh), oldKid);
    assert.ok((await verifyPass(fresh, trust, city.now())).accepted);
  }
  assert.deepEqual(await validUnderKey(1), 0, 'every pass of the old key is called back');
  assert.ok((await validUnderKey(2)) > 0);
  const inventory = await keys('list');
  assert.match(inventory, /^issuer\/pass\/1 +pass +1 +revoked/m);
  assert.match(inventory, /^issuer\/pass\/2 +pass +2 +current/m);
  assert.match(inventory, /Rotation of pass with revocation, begun .*100 %\), done /);
});

test('row 11: revoking the key of venue codes gives every host a new poster, and the old one checks nobody in', async () => {
  const { host, venue } = await city.venue();
  const visitor = await city.resident();
  await visitor.checkIn(venue.venueCode);
  await keys('rotate', 'venue', '--revoke', '--no-wait');
  await city.advance(31_000);
  await host.venues();
  const renewed = (await host.venues()).find(({ venueId }) => venueId === venue.venueId) ?? assert.fail('no venue');
  assert.notEqual(renewed.venueCode, venue.venueCode);
  await visitor.checkIn(renewed.venueCode);
  await assert.rejects(visitor.checkIn(venue.venueCode), 'the old poster');
});

test('row 11: the attack catches a pass of the old key that stays valid', async () => {
  // What a vault that forgot to call passes back would leave behind.
  await city.rows('UPDATE vault.pass SET invalid = false WHERE (list_id, list_index) = (SELECT list_id, list_index FROM vault.pass WHERE key_version = 1 LIMIT 1)');
  assert.equal(await validUnderKey(1), 1);
});
