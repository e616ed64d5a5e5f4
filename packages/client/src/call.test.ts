import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after, before, test } from 'node:test';
import {
  CheckIn, RegistrationId, VenueId, checkIn, confirmRegistration, getPoster, getReady, issueInstitutionToken, issueTicket, listCases, listMyResults, registerVenue, submitFhirBundle,
} from '@health-kit/api';
import { verifyProof, keyThumbprint } from '@health-kit/proof';
import { Value } from 'typebox/value';
import { call } from './call.ts';
import type { Connection } from './connection.ts';
import { makeKey } from './deviceKey.ts';
import { MissingCredentialError } from './request.ts';

interface Received { method: string; path: string; headers: IncomingMessage['headers']; body: Buffer; }
type Answer = (received: Received, response: ServerResponse) => void;

const nowMs = Date.UTC(2026, 10, 23, 8);
const received: Received[] = [];
let answers: Answer[] = [];
let origin = '';
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const entry = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    received.push(entry);
    const answer = answers.shift();
    if (answer === undefined) response.destroy();
    else answer(entry, response);
  });
});
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  origin = `http://127.0.0.1:${address.port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => (_, response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};
function connect(credentials: Partial<Connection> = {}): Connection & { waits: number[] } {
  const waits: number[] = [];
  return {
    origin, now: () => nowMs, randomBytes: (length) => new Uint8Array(length).fill(128), key: null, ticket: null,
    wait: async (ms) => { waits.push(ms); }, waits, ...credentials,
  };
}
function lastRequest(): Received {
  const request = received.at(-1);
  assert(request !== undefined);
  return request;
}
const arrival = Value.Parse(CheckIn, {
  visitId: 'c0ffee00-0000-4000-8000-000000000001', venueCode: 'A'.repeat(80), arrivedAt: '2026-11-23T08:00:00.000Z',
});

test('a device operation carries a proof over its method, address and exact body', async () => {
  const key = await makeKey();
  answers = [json(201, { ticket: 'T', day: '2026-11-23', dayStart: arrival.arrivedAt, dayEnd: arrival.arrivedAt, identityProven: false })];
  const outcome = await call(connect({ key }), issueTicket, { body: {} });
  assert(outcome.ok);
  assert.equal(outcome.value.ticket, 'T');
  const request = lastRequest();
  assert.equal(request.headers.authorization, undefined);
  const expected = { method: 'POST', url: `${origin}/v1/tickets`, ticket: null, nowMs };
  const verified = await verifyProof(String(request.headers['dpop']), { ...expected, body: request.body });
  assert(verified.ok);
  assert.equal(verified.thumbprint, await keyThumbprint(key.publicKey));
  const altered = await verifyProof(String(request.headers['dpop']), { ...expected, body: Buffer.from('{"more":1}') });
  assert.deepEqual(altered, { ok: false, reason: 'wrong-request' });
});

test('a resident operation carries the ticket and a proof that names it', async () => {
  const key = await makeKey();
  answers = [json(200, { results: [] })];
  const outcome = await call(connect({ key, ticket: 'HKT1.abc' }), listMyResults, {});
  assert.deepEqual(outcome, { ok: true, value: { results: [] } });
  const request = lastRequest();
  assert.equal(request.headers.authorization, 'DPoP HKT1.abc');
  const proof = String(request.headers['dpop']);
  const expected = { method: 'GET', url: `${origin}/v1/me/results`, body: request.body, nowMs };
  assert.equal((await verifyProof(proof, { ...expected, ticket: 'HKT1.abc' })).ok, true);
  assert.deepEqual(await verifyProof(proof, { ...expected, ticket: 'HKT1.other' }), { ok: false, reason: 'wrong-ticket' });
});

test('a check-in carries the ticket alone, and an institution its access token', async () => {
  answers = [json(201, { visitId: arrival.visitId }), json(200, { resourceType: 'Bundle' })];
  await call(connect({ ticket: 'HKT1.abc' }), checkIn, { body: arrival });
  assert.equal(lastRequest().headers.authorization, 'Bearer HKT1.abc');
  assert.equal(lastRequest().headers['dpop'], undefined);
  const outcome = await call(connect({ ticket: 'token' }), submitFhirBundle, { body: { resourceType: 'Bundle' } });
  assert.equal(lastRequest().headers.authorization, 'Bearer token');
  assert.equal(lastRequest().headers['content-type'], 'application/fhir+json');
  assert(outcome.ok);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(outcome.value)), { resourceType: 'Bundle' });
});

test('the query is sent but the proof is over the address without it', async () => {
  const key = await makeKey();
  answers = [json(200, { cases: [] })];
  await call(connect({ key, ticket: 't' }), listCases, { query: { state: 'open', limit: 5 } });
  assert.equal(lastRequest().path, '/v1/cases?state=open&limit=5');
  const proof = String(lastRequest().headers['dpop']);
  assert.equal((await verifyProof(proof, { method: 'GET', url: `${origin}/v1/cases`, body: new Uint8Array(), ticket: 't', nowMs })).ok, true);
});

test('path parameters are filled in and an answer without content gives no bytes', async () => {
  const registrationId = Value.Parse(RegistrationId, 'c0ffee00-0000-4000-8000-000000000002');
  answers = [(_, response) => { response.writeHead(204); response.end(); }];
  const outcome = await call(connect({ key: await makeKey() }), confirmRegistration, { params: { registrationId }, body: { code: '12345678' } });
  assert.deepEqual(outcome, { ok: true, value: new Uint8Array() });
  assert.equal(lastRequest().path, `/v1/registrations/${registrationId}/confirmation`);
});

test('an answer that is not JSON arrives as its bytes', async () => {
  const venueId = Value.Parse(VenueId, 'c0ffee00-0000-4000-8000-000000000003');
  answers = [(_, response) => { response.writeHead(200, { 'content-type': 'application/pdf' }); response.end(Buffer.from([0x25, 0x50, 0xff])); }];
  const outcome = await call(connect({ key: await makeKey(), ticket: 't' }), getPoster, { params: { venueId } });
  assert.deepEqual(outcome, { ok: true, value: new Uint8Array([0x25, 0x50, 0xff]) });
});

test('a form operation is sent as a form', async () => {
  answers = [json(200, { access_token: 'a', token_type: 'bearer', expires_in: 1, scope: 's' })];
  await call(connect(), issueInstitutionToken, { body: {
    grant_type: 'client_credentials', scope: 'system/*.c', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: 'x.y.z',
  } });
  assert.equal(lastRequest().headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(new URLSearchParams(lastRequest().body.toString()).get('scope'), 'system/*.c');
});

test('a refusal gives the problem document and is not repeated', async () => {
  const problem = { type: 'urn:health-kit:problem:invalid-request', title: 'The request is not valid', status: 400, detail: 'Correct it.', errors: [{ pointer: '/name', detail: 'too long' }] };
  answers = [json(400, problem), json(200, {})];
  const venue = { name: 'x', kind: 'other', address: 'y', latitude: null, longitude: null } as const;
  const outcome = await call(connect({ key: await makeKey(), ticket: 't' }), registerVenue, { body: venue });
  assert.deepEqual(outcome, { ok: false, reason: 'refused', problem });
  assert.equal(answers.length, 1);
});

test("a proxy's own error page becomes a problem document", async () => {
  answers = [(_, response) => { response.writeHead(502, { 'content-type': 'text/html' }); response.end('<h1>Bad gateway</h1>'); }];
  const outcome = await call(connect(), getReady, {});
  assert(!outcome.ok && outcome.reason === 'refused');
  assert.equal(outcome.problem.type, 'urn:health-kit:problem:unavailable');
  assert.equal(outcome.problem.status, 502);
});

test('a repeatable operation waits as Retry-After asks and is sent again with the same bytes', async () => {
  answers = [json(503, {}, { 'retry-after': '2' }), json(201, { visitId: arrival.visitId })];
  const connection = connect({ ticket: 't' });
  const outcome = await call(connection, checkIn, { body: arrival }, { attempts: 3 });
  assert(outcome.ok);
  // The chance is 1/2 here: 2000 ms asked for and half of half the first span of 400 ms.
  assert.deepEqual(connection.waits, [2100]);
  const [first, second] = received.slice(-2);
  assert.deepEqual(first?.body, second?.body);
});

test('a repeated proof is a fresh one', async () => {
  let nonce = 0;
  answers = [json(503, {}), json(201, { ticket: 'T' })];
  await call(connect({ key: await makeKey(), randomBytes: (length) => new Uint8Array(length).fill((nonce += 1)) }), issueTicket, { body: {} }, { attempts: 2 });
  const [first, second] = received.slice(-2);
  assert.notEqual(first?.headers['dpop'], second?.headers['dpop']);
});

test('attempts end at their number, and at once where the server asks for longer than half a minute', async () => {
  answers = [json(503, {}), json(503, {}), json(503, {})];
  const patient = connect();
  assert.equal((await call(patient, getReady, {}, { attempts: 2 })).ok, false);
  assert.equal(answers.length, 1);
  answers = [json(429, {}, { 'retry-after': '60' }), json(200, {})];
  const refused = await call(connect(), getReady, {}, { attempts: 2 });
  assert(!refused.ok && refused.reason === 'refused');
  assert.equal(refused.problem.retryAfterSeconds, 60);
  assert.equal(answers.length, 1);
});

test('an operation that adds something every time it is sent cannot be given attempts', async () => {
  const venue = { name: 'x', kind: 'other', address: 'y', latitude: null, longitude: null } as const;
  await assert.rejects(call(connect({ key: await makeKey(), ticket: 't' }), registerVenue, { body: venue }, { attempts: 2 }), TypeError);
});

test('a broken connection and a late answer count as unreachable', async () => {
  answers = [];
  assert.deepEqual(await call(connect(), getReady, {}), { ok: false, reason: 'unreachable' });
  answers = [() => { /* never answers */ }];
  assert.deepEqual(await call(connect(), getReady, {}, { deadlineMs: 30 }), { ok: false, reason: 'unreachable' });
});

test('what answers in the place of the service is neither a success nor a refusal of it, and is named', async () => {
  const page = (status: number): Answer => (_, response) => { response.writeHead(status, { 'content-type': 'text/html' }); response.end('<h1>Welcome to our Wi-Fi</h1>'); };
  for (const status of [200, 400, 403, 408, 451]) {
    answers = [page(status)];
    assert.deepEqual(await call(connect(), getReady, {}), { ok: false, reason: 'malformed', status, contentType: 'text/html' });
  }
  answers = [(_, response) => { response.writeHead(400); response.end(); }];
  assert.deepEqual(await call(connect(), getReady, {}), { ok: false, reason: 'malformed', status: 400, contentType: null });
  // Whether the request was taken is unknown, so that it is sent again where it may be.
  answers = [page(400), json(200, { status: 'ready' })];
  assert.equal((await call(connect(), getReady, {}, { attempts: 2 })).ok, true);
});

test('a call without the key or ticket it needs is a mistake of the caller', async () => {
  await assert.rejects(call(connect(), issueTicket, { body: {} }), MissingCredentialError);
  await assert.rejects(call(connect({ key: await makeKey() }), listMyResults, {}), MissingCredentialError);
});

test('an answer that breaks the contract is noticed where a check is given', async () => {
  answers = [json(200, { ready: 'yes' })];
  await assert.rejects(call(connect({ checkAnswer: (operation, answer) => operation.response === undefined || Value.Check(operation.response, answer) }), getReady, {}), TypeError);
});

test('a body without members may be left out, and is sent as an empty object', async () => {
  answers = [json(201, { ticket: 'T' })];
  await call(connect({ key: await makeKey() }), issueTicket, {});
  assert.equal(lastRequest().body.toString(), '{}');
});
