import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allOperations } from '@health-kit/api';
import { seededRandom } from '@health-kit/simulate';
import { plainRequest, send, sendAs, type Answer, type PlainRequest } from './attempt.ts';
import { plantHole } from './plantedHole.ts';
import { startCity, type StartedCity } from './startedCity.ts';
import { plausible, positionsOf, readTargets, type Position, type Target } from './targets.ts';

let city: StartedCity;
let targets: readonly Target[];
before(async () => {
  city = await startCity({ familyName: '金丝', givenName: '雀明星', documentType: 'resident-id', documentNumber: '119999198806150018', phone: '+8613912345678', language: 'zh' });
  targets = await readTargets(city.world.origin);
});
after(async () => {
  await city.stop();
});

/** Sends a request. A connection that was cut counts as status 0. */
function ask(via: string, method: string, request: PlainRequest): Promise<Answer> {
  return send(via, method, request).catch((error: unknown): Answer => ({ status: 0, headers: '', body: String(error) }));
}
const bytes = (text: string) => new TextEncoder().encode(text);
/** A refusal that says nothing of how the server is built. */
const isPlain = ({ headers, body }: Answer) => !/\bat .*\.ts:\d+|node_modules|Error:|SELECT |stack/.test(body) && !/x-powered-by/.test(headers);

test('row 15: a body that is too large is refused before it is read, by every operation that takes one', async () => {
  for (const target of targets.filter(({ body }) => body !== null)) {
    const limit = allOperations.find(({ id }) => id === target.id)?.bodyLimit ?? 16_384;
    const request = plainRequest(target);
    const tooLarge = await ask(city.world.origin, target.method, { ...request, body: new Uint8Array(limit + 1).fill(0x20) });
    assert.equal(tooLarge.status, 413, target.id);
    const fits = await ask(city.world.origin, target.method, { ...request, body: new Uint8Array(limit).fill(0x20) });
    assert.ok(fits.status === 400 || fits.status === 401, `${target.id} at its limit: ${fits.status}`);
  }
});

test('row 15: another media type is refused, whatever the body', async () => {
  for (const target of targets.filter(({ body }) => body !== null)) {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/json5', '', 'application/x-java-serialized-object']) {
      const request = plainRequest(target);
      request.headers.set('content-type', type);
      const { status } = await ask(city.world.origin, target.method, request);
      assert.equal(status, 415, `${target.id} as ${type}`);
    }
  }
});

test('row 15: a member that would change the prototype of its object is refused, by every operation and as every role', async () => {
  const untouched = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  for (const target of targets.filter(({ body, mediaType }) => body !== null && mediaType !== 'application/x-www-form-urlencoded')) {
    for (const attacker of city.attackers) {
      for (const member of ['"__proto__":{"roles":["administrator"]}', '"\\u005f_proto__":{"identityProven":true}', '"constructor":{"prototype":{"kind":"staff"}}']) {
        const text = JSON.stringify(plausible(target.body));
        const poisoned = text === '{}' ? `{${member}}` : `{${member},${text.slice(1)}`;
        const request = { ...plainRequest(target), body: bytes(poisoned) };
        const answer = await sendAs({ origin: city.world.origin, via: city.world.origin }, target, attacker, request);
        assert.ok(answer.status >= 400 && answer.status < 500, `${target.id} as ${attacker.name} with ${member}: ${answer.status}`);
      }
    }
  }
  assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), untouched);
});

/** Bodies that no form has: broken, deep, wide, of another kind, or text that is none. */
function strangeBodies(target: Target, random: ReturnType<typeof seededRandom>): Uint8Array<ArrayBuffer>[] {
  const good = JSON.stringify(plausible(target.body));
  const cut = good.slice(0, random.integer(good.length));
  const noise = Uint8Array.from({ length: 64 + random.integer(512) }, () => random.integer(256));
  return [
    bytes(''), bytes('null'), bytes('[]'), bytes('"text"'), bytes('1e999'), bytes('{}'), bytes(cut), bytes(`${good}${good}`), bytes(`\ufeff${good}`), noise,
    bytes('['.repeat(8_000)), bytes('{"a":'.repeat(3_000)), bytes(`{"a":"${'\\ud800'.repeat(50)}"}`), bytes(good.replaceAll(/"[^"]*"(?=[,}\]])/g, '-1')),
    bytes(good.replaceAll(/:"[^"]*"/g, ':null')), bytes(good.replaceAll(/:"[^"]*"/g, `:"${'A'.repeat(5_000)}"`)), bytes(good.replaceAll(/:"[^"]*"/g, ':"\\u0000"')),
    bytes(`{${Array.from({ length: 900 }, (_, index) => `"member${index}":1`).join(',')}}`), bytes('a=b&a=b&__proto__=c'), bytes('%ZZ=%&'),
  ];
}
const strangeTexts = ['%00', '..%2f..%2fetc%2fpasswd', '%ff%fe', "'%20OR%201=1--", '9'.repeat(115), '%E2%80%AE', '-1', '1e400', '[object%20Object]', '{{7*7}}'];
const strangeCredentials = ['Bearer', 'DPoP ', `DPoP HKT1.${'A'.repeat(2_000)}`, 'Bearer HKT1.', `DPoP ${'A'.repeat(3_000)}`, 'Basic YWRtaW46YWRtaW4=', 'DPoP HKT1.MjAyNi0xMS0yMw', 'dpop \u00e9', `Bearer HKT1.${Buffer.from('9999-99-99'.padEnd(80, 'x')).toString('base64url')}`];
const strangeProofs = ['', 'a.b.c', 'e30.e30.', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`, 'A'.repeat(9_000), `${Buffer.from('{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}').toString('base64url')}.e30.AAAA`];

/** Sends strange requests without any valid credential to every operation; returns what was answered with a failure, or not at all, or with more than a refusal. */
async function fuzz(via: string, fuzzed: readonly Target[]): Promise<{ readonly attempts: number; readonly findings: readonly string[] }> {
  const random = seededRandom('row 15');
  const findings: string[] = [];
  let attempts = 0;
  async function tryOne(target: Target, what: string, request: PlainRequest): Promise<void> {
    attempts += 1;
    const answer = await ask(via, target.method, request);
    if (answer.status === 0 || answer.status >= 500 || !isPlain(answer)) findings.push(`${target.id}, ${what}: ${answer.status} ${answer.body.slice(0, 120)}`);
  }
  for (const target of fuzzed) {
    const bodies = target.body === null ? [] : strangeBodies(target, random);
    for (const [index, body] of bodies.entries()) await tryOne(target, `body ${index}`, { ...plainRequest(target), body });
    for (const text of strangeTexts) {
      const path = target.path.replaceAll(/\{\w+\}/g, text);
      await tryOne(target, `path ${text}`, { ...plainRequest(target), path });
      const positions = positionsOf(target).filter(({ place }) => place === 'query');
      await tryOne(target, `query ${text}`, { ...plainRequest(target, new Map(positions.map((position): [Position, string] => [position, 'x']))), search: `?${positions.map(({ name }) => `${name}=${text}`).join('&')}&__proto__=${text}&a[]=${text}` });
    }
    for (const credential of strangeCredentials) {
      for (const proof of strangeProofs) {
        const request = plainRequest(target);
        request.headers.set('authorization', Buffer.from(credential).toString('latin1'));
        if (proof !== '') request.headers.set('dpop', proof);
        await tryOne(target, `credential ${credential.slice(0, 20)} with proof ${proof.slice(0, 20)}`, request);
      }
    }
  }
  return { attempts, findings };
}

test('row 15: strange requests of strangers to every operation are refused, never failed, and the processes live on', async () => {
  const { attempts, findings } = await fuzz(city.world.origin, targets);
  assert.deepEqual(findings, []);
  assert.ok(attempts > targets.length * 50, `${attempts} attempts`);
  const ready = await fetch(`${city.world.origin}/health/ready`);
  assert.deepEqual([ready.status, await ready.json()], [200, { ready: true, database: true, vault: true }]);
  assert.equal((await city.victim.results()).length, 1, 'and still serve');
});

test('row 15: the fuzzing catches a planted operation that falls over a strange query', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/search',
    answer: (query) => (query.get('name')?.includes("'") === true ? { status: 500, body: '{"detail":"syntax error"}' } : { status: 404, body: '{}' }),
  });
  try {
    const { findings } = await fuzz(hole.origin, (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole'));
    assert.equal(findings.length, 1);
  } finally {
    await hole.close();
  }
});
