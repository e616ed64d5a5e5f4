import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { beginIdentityProof, finishIdentityProof, listMyAccessLog, type SealedIdentity } from '@health-kit/api';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { importJWK, SignJWT } from 'jose';
import { connect, openWorld, perform, ProblemError, Resident, seededRandom, syntheticPerson, type World } from '@health-kit/simulate';
import { freePort, signatureKey, startProvider, type LocalProvider, type ProviderPerson } from './localProvider.ts';

let system: System;
let world: World;
let provider: LocalProvider;
let dataDir: string;
let port: number;
let clientKey: Awaited<ReturnType<typeof signatureKey>>;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hk-provider-'));
  port = await freePort();
  clientKey = await signatureKey('client');
  const [signing, next] = [await signatureKey('first'), await signatureKey('second')];
  const { d: _, ...first } = signing;
  const { d: __, ...second } = next;
  system = await startSystem({
    dataDir, port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined,
    identityProvider: {
      name: 'City identity service', issuer: `http://localhost:${port}`, clientId: 'health-kit', scope: 'openid profile', clientKey,
      // The key that the provider goes over to is pinned before it does.
      keys: [{ ...first, kty: 'EC' }, { ...second, kty: 'EC' }],
      claims: { familyName: 'family_name', givenName: 'given_name', documentNumber: 'document_number', documentType: 'document_type' },
    },
  });
  world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock: systemClock, random: seededRandom('provider') });
  nextSigning = next;
  await restartProvider(signing);
});
after(async () => {
  await provider.close();
  await system.stop();
  await rm(dataDir, { recursive: true });
});

let nextSigning: Awaited<ReturnType<typeof signatureKey>>;
async function restartProvider(signing: Awaited<ReturnType<typeof signatureKey>>): Promise<void> {
  const { sealingKey } = await world.trust();
  provider = await startProvider(port, signing, clientKey, { encryptionKey: { ...sealingKey }, redirectUri: `${system.origin}/identity/return` });
}

const personOf = ({ familyName, givenName, documentType, documentNumber }: SealedIdentity): ProviderPerson => ({ family_name: familyName, given_name: givenName, document_type: documentType, document_number: documentNumber });
const newcomer = (index: number) => Resident.register(world, syntheticPerson(index, world.random.fork(`person ${index}`)));
const isProven = async (resident: Resident) => (await resident.renewTicket()).identityProven;

/** Goes to the provider and comes back with what it says. */
async function goThere(resident: Resident, signsIn: SealedIdentity) {
  const [state, codeVerifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const { authorizationUrl } = await perform(connect(world, { key: resident.key }), beginIdentityProof, { body: { state, codeChallenge } });
  const query = new URL(authorizationUrl).searchParams;
  assert.deepEqual([query.get('code_challenge_method'), query.get('response_type'), query.get('state')], ['S256', 'code', state]);
  provider.signIn(personOf(signsIn));
  const back = await provider.walk(authorizationUrl);
  assert.equal(back.get('state'), state);
  return { code: back.get('code') ?? '', issuer: back.get('iss') ?? '', state, codeVerifier };
}
const finish = (resident: Resident, body: Awaited<ReturnType<typeof goThere>>) => perform(connect(world, { key: resident.key }), finishIdentityProof, { body });
const refusedAs = (name: string) => (error: unknown) => error instanceof ProblemError && error.problem.type === `urn:health-kit:problem:${name}`;

test('somebody who signs in at the provider is proven, and their log says by whom', async () => {
  const resident = await newcomer(1);
  assert.equal(await isProven(resident), false);
  await finish(resident, await goThere(resident, resident.person));
  assert.equal(await isProven(resident), true);
  const { entries: [entry] } = await perform(connect(world, { key: resident.key }), listMyAccessLog, {});
  assert.deepEqual([entry?.purpose, entry?.office], ['identity-proof', 'City identity service']);
  assert.equal((await world.renewTrust()).identityProvider, 'City identity service');
});

test('a code works once, for its own device, its own verifier, its own state, and the issuer it came from', async () => {
  const [resident, other] = [await newcomer(2), await newcomer(3)];
  const wrongVerifier = await goThere(resident, resident.person);
  await assert.rejects(finish(resident, { ...wrongVerifier, codeVerifier: randomBytes(32).toString('base64url') }), refusedAs('invalid-request'));
  const wrongIssuer = await goThere(resident, resident.person);
  await assert.rejects(finish(resident, { ...wrongIssuer, issuer: 'https://id.example' }), refusedAs('invalid-request'));
  // Stolen with its verifier: the token that it fetches answers to the nonce of the device that began.
  const stolen = await goThere(resident, resident.person);
  await goThere(other, other.person);
  await assert.rejects(finish(other, stolen), refusedAs('invalid-request'));
  assert.deepEqual([await isProven(resident), await isProven(other)], [false, false]);
  const good = await goThere(resident, resident.person);
  await finish(resident, good);
  await assert.rejects(finish(resident, good), refusedAs('invalid-request'));
});

test('another person\'s sign-in proves nobody', async () => {
  const [resident, other] = [await newcomer(4), await newcomer(5)];
  await assert.rejects(finish(resident, await goThere(resident, other.person)), refusedAs('document-mismatch'));
  assert.equal(await isProven(resident), false);
});

test('what the server gets for a code, from the token and the userinfo address, holds no name and no number in clear', async () => {
  const resident = await newcomer(6);
  const { code, codeVerifier } = await goThere(resident, resident.person);
  // As the server would ask, had somebody taken it over: it has the client's key.
  const seconds = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ jti: randomBytes(16).toString('hex') }).setProtectedHeader({ alg: 'ES256', kid: 'client' })
    .setIssuer('health-kit').setSubject('health-kit').setAudience(provider.issuer).setIssuedAt(seconds).setExpirationTime(seconds + 60).sign(await importJWK(clientKey, 'ES256'));
  const answer = await fetch(`${provider.issuer}/token`, { method: 'POST', body: new URLSearchParams({
    grant_type: 'authorization_code', code, redirect_uri: `${system.origin}/identity/return`, code_verifier: codeVerifier, client_id: 'health-kit',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion,
  }) });
  assert.equal(answer.status, 200);
  const tokens: unknown = await answer.json();
  assert.ok(typeof tokens === 'object' && tokens !== null && 'id_token' in tokens && typeof tokens.id_token === 'string' && 'access_token' in tokens && typeof tokens.access_token === 'string');
  const userinfo = await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(userinfo.status, 200);
  const said = await userinfo.text();
  for (const token of [tokens.id_token, said]) {
    const parts = token.split('.');
    assert.equal(parts.length, 5, 'a JWE');
    const readable = parts.map((part) => Buffer.from(part, 'base64url').toString('utf8')).join('\n');
    for (const secret of [resident.person.familyName, resident.person.givenName, resident.person.documentNumber]) assert.ok(!readable.includes(secret) && !token.includes(secret));
  }
});

test('the provider goes over to another key that is pinned, and not to one that is not', async () => {
  const [resident, other] = [await newcomer(7), await newcomer(8)];
  await provider.close();
  await restartProvider(nextSigning);
  await finish(resident, await goThere(resident, resident.person));
  assert.equal(await isProven(resident), true);
  await provider.close();
  await restartProvider(await signatureKey('unknown'));
  await assert.rejects(finish(other, await goThere(other, other.person)), refusedAs('invalid-request'));
  assert.equal(await isProven(other), false);
});
