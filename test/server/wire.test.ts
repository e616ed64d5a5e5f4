/** What every operation has in common: problems, strictness, authority by role, and what is published about them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Problem, allOperations, inviteStaff, issueTicket, listStaff, registerVenue, startRegistration } from '@health-kit/api';
import { makeKey, makeOpeningKey } from '@health-kit/client';
import { makeProof } from '@health-kit/proof';
import { StaffMember, connect, perform } from '@health-kit/simulate';
import { Value } from 'typebox/value';
import { startCity, type City } from './city.ts';
import { refused } from './refused.ts';

let city: City;
before(async () => {
  city = await startCity();
});
after(() => city.close());

async function problemOf(answer: Response): Promise<Problem> {
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  return Value.Parse(Problem, await answer.json());
}
const url = (path: string) => city.system.origin + path;

test('every refusal is a problem document, wherever it comes from', async () => {
  const json = { 'content-type': 'application/json' };
  const cases: readonly [number, string, RequestInit][] = [
    [404, '/v1/no-such-operation', {}],
    [404, '/v1/check-ins', { method: 'GET' }],
    [415, '/v1/check-ins', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
    [415, '/v1/check-ins', { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<a/>' }],
    [413, '/v1/check-ins', { method: 'POST', headers: json, body: `"${'x'.repeat(20_000)}"` }],
    [401, '/v1/check-ins', { method: 'POST', headers: json, body: 'not JSON' }],
    [400, '/v1/staff/enrolments/options', { method: 'POST', headers: json, body: 'not JSON' }],
    [400, '/v1/staff/enrolments/options', { method: 'POST', headers: json, body: '{"__proto__":{},"invitation":"x"}' }],
    [400, '/v1/status-lists/nonsense', {}],
    [400, '/v1/policy/%', {}],
  ];
  for (const [status, path, init] of cases) {
    const answer = await fetch(url(path), init);
    assert.equal(answer.status, status, `${init.method ?? 'GET'} ${path}`);
    assert.equal((await problemOf(answer)).status, status);
  }
});

test('a refused value is named by its place and never repeated', async () => {
  const answer = await fetch(url('/v1/staff/enrolments/options'), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ invitation: 'canary-value!', 'canary-member': 'canary-more' }),
  });
  assert.equal(answer.status, 400);
  const text = await answer.text();
  assert.match(text, /"pointer":"\/body\/invitation"/);
  assert.doesNotMatch(text, /canary/);
});

test('members that the contract does not name are refused, not dropped', async () => {
  const invitation = { name: 'N', office: 'O', unit: 'U', roles: ['tracer' as const], institutionId: null, publicKey: (await makeOpeningKey()).publicKey };
  await perform(city.administrator.connection, inviteStaff, { body: invitation });
  const body = { ...invitation, isAdministrator: true };
  await refused(perform(city.administrator.connection, inviteStaff, { body }), 'invalid-request');
});

test('a role that an operation does not name is told so, after its proof and not before', async () => {
  await refused(perform(city.registrar.connection, listStaff, {}), 'not-permitted');
  assert.ok((await city.administrator.staff()).length >= 2);
  const otherKey = await makeKey();
  await refused(perform(connect(city.world, { key: otherKey, ticket: city.registrar.session.ticket }), listStaff, {}), 'not-authorized');
});

test('a proof is good once, for its own method, address, body, ticket and time', async () => {
  const { key, ...resident } = await city.resident({ verified: true }).then(async (person) => ({ key: person.key, ticket: (await person.ticket()).ticket }));
  const body = JSON.stringify({ name: 'V', kind: 'shop', address: 'A', latitude: null, longitude: null });
  const proof = (changes: Partial<Parameters<typeof makeProof>[0]> = {}) => makeProof({
    key, method: 'POST', url: url(registerVenue.path), body: Buffer.from(body), ticket: resident.ticket, nowMs: city.now(),
    nonce: crypto.getRandomValues(new Uint8Array(16)), ...changes,
  });
  const send = async (dpop: string, sentBody = body, ticket = resident.ticket) => (await fetch(url(registerVenue.path), {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `DPoP ${ticket}`, dpop }, body: sentBody,
  }));
  const refusals = [
    await send(await proof({ method: 'PUT' })),
    await send(await proof({ url: url('/v1/other') })),
    await send(await proof(), body.replace('"V"', '"W"')),
    await send(await proof({ ticket: null })),
    await send(await proof({ nowMs: city.now() - 121_000 })),
    await send(await proof({ nowMs: city.now() + 121_000 })),
    await send(await proof({ key: await makeKey() })),
    await send('x.y.z'),
    await send(''),
  ];
  const good = await proof();
  assert.equal((await send(good)).status, 201);
  refusals.push(await send(good));
  const texts = await Promise.all(refusals.map(async (answer) => `${answer.status} ${await answer.text()}`));
  // One and the same answer: nothing is learned from which check it was.
  assert.equal(new Set(texts).size, 1);
  assert.match(texts[0] ?? '', /^401 /);
});

test('a device that never registered gets no ticket, and a registration with a wrong body no message', async () => {
  const stranger = connect(city.world, { key: await makeKey() });
  await refused(perform(stranger, issueTicket, { body: {} }), 'not-authorized');
  await refused(perform(stranger, startRegistration, { body: { sealed: 'not-a-jwe' } }), 'invalid-request');
});

test('the OpenAPI document lists every operation with its authority, and no other', async () => {
  const document: unknown = await (await fetch(url('/openapi.json'))).json();
  assert.ok(typeof document === 'object' && document !== null && 'openapi' in document && 'paths' in document);
  assert.equal(document.openapi, '3.1.0');
  assert.ok(typeof document.paths === 'object' && document.paths !== null);
  const listed = Object.entries(document.paths).flatMap(([path, methods]: [string, object]) =>
    Object.entries(methods).map(([method, operation]: [string, { operationId: string; 'x-authority': unknown }]) =>
      [operation.operationId, `${method.toUpperCase()} ${path}`, JSON.stringify(operation['x-authority'])].join(' ')));
  const declared = allOperations.map(({ id, method, path, authority }) => [id, `${method} ${path.replaceAll(/:([A-Za-z]+)/g, '{$1}').replace(/\*$/, '{rest}')}`, JSON.stringify(authority)].join(' '));
  assert.deepEqual(listed.sort(), declared.sort());
});

test('the log of the server names no person, address, query or path parameter', async () => {
  await fetch(url('/v1/specimens?canary-query=1'));
  await fetch(url('/v1/cases/canary-path'), { headers: { 'x-canary': 'canary-header' } });
  await refused(StaffMember.enrol(city.world, `canary-code-canary-code-xx.${(await city.world.trust()).root}`), 'code-refused');
  const log = await readFile(join(city.system.folder.log, 'server.log'), 'utf8');
  assert.match(log, /"route":"\/v1\/cases\/:caseId"/);
  assert.doesNotMatch(log, /canary/);
  const members = log.split('\n').filter((line) => line.includes('"answered"')).flatMap((line) => {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? Object.keys(entry) : [];
  });
  assert.deepEqual(new Set(members), new Set(['level', 'time', 'pid', 'hostname', 'method', 'route', 'status', 'ms', 'msg']));
});
