import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { SoftAuthenticator } from './softAuthenticator.ts';

const origin = 'https://health.example';
const rpID = 'health.example';

async function register(authenticator: SoftAuthenticator, attestationType: 'none' | 'direct') {
  const options = await generateRegistrationOptions({ rpName: 'Health Kit', rpID, userName: 'Officer', attestationType });
  const response = await authenticator.create(options);
  return verifyRegistrationResponse({ response, expectedChallenge: options.challenge, expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true });
}

test('a passkey without attestation registers', async () => {
  const { verified, registrationInfo } = await register(new SoftAuthenticator(origin), 'none');
  assert.equal(verified, true);
  assert.equal(registrationInfo?.fmt, 'none');
});

test('a passkey that attests itself registers', async () => {
  const { verified, registrationInfo } = await register(new SoftAuthenticator(origin), 'direct');
  assert.equal(verified, true);
  assert.equal(registrationInfo?.fmt, 'packed');
  assert.equal(registrationInfo?.userVerified, true);
});

test('sign-ins verify, count up, and fail for another challenge', async () => {
  const authenticator = new SoftAuthenticator(origin);
  const { registrationInfo } = await register(authenticator, 'none');
  assert(registrationInfo !== undefined);
  let { credential } = registrationInfo;
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const options = await generateAuthenticationOptions({ rpID, allowCredentials: [{ id: credential.id }] });
    const response = await authenticator.get(options);
    const expected = { response, expectedOrigin: origin, expectedRPID: rpID, credential, requireUserVerification: true };
    const result = await verifyAuthenticationResponse({ ...expected, expectedChallenge: options.challenge });
    assert.equal(result.verified, true);
    assert.equal(result.authenticationInfo.newCounter, count);
    await assert.rejects(verifyAuthenticationResponse({ ...expected, expectedChallenge: 'AAAA' }));
    credential = { ...credential, counter: count };
  }
});

test("another authenticator's signature does not verify", async () => {
  const { registrationInfo } = await register(new SoftAuthenticator(origin), 'none');
  const other = new SoftAuthenticator(origin);
  await register(other, 'none');
  assert(registrationInfo !== undefined);
  const options = await generateAuthenticationOptions({ rpID });
  const response = await other.get(options);
  const { verified } = await verifyAuthenticationResponse({
    response, expectedChallenge: options.challenge, expectedOrigin: origin, expectedRPID: rpID, credential: registrationInfo.credential,
  });
  assert.equal(verified, false);
});

test('an authenticator refuses a relying party that is not of its page', async () => {
  const options = await generateRegistrationOptions({ rpName: 'Elsewhere', rpID: 'elsewhere.example', userName: 'Officer' });
  await assert.rejects(new SoftAuthenticator(origin).create(options), TypeError);
});
