/** A server that was taken over relays invitations: nothing that it carries is enough to be the invited officer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { beginOfficerEnrolment, finishOfficerEnrolment } from '@health-kit/api/vault';
import { invitationNumber } from '@health-kit/proof';
import { origin, startCity, type City, type Officer } from '../../test/city.ts';
import { inviteAs, proofOf } from '../../test/invitations.ts';
import { softwareAuthenticator } from '../../test/softwareAuthenticator.ts';

let city: City;
let administrator: Officer;
before(async () => {
  city = await startCity();
  administrator = await city.officer('Administrator', ['administrator']);
});
after(() => city.close());

/** Everything in a text that could be a code. */
const candidates = (text: string) => new Set(text.match(/[A-Za-z0-9_-]{22,}/g) ?? []);

test('what the server has relayed is not enough to enrol, and nobody\'s passkey but the invited officer\'s is stored', async () => {
  const { code, request, ...answer } = (await inviteAs(administrator, { name: 'Invited', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null })).content;
  const invitation = await invitationNumber(code);
  const begun = (await city.ask(beginOfficerEnrolment, { invitation })).content;
  const credential = softwareAuthenticator(origin, 'invited').create(begun.options);
  const honest = { invitation, credential, proof: await proofOf(code, credential) };
  const overheard = JSON.stringify([request, answer, invitation, begun, honest]);
  assert.ok(!overheard.includes(code), 'the code passed by in clear');
  assert.ok(candidates(JSON.stringify({ code })).has(code), 'the search would find it');

  // A passkey of the server's own over the same challenge: with the overheard proof, and with one by each thing it saw.
  const own = softwareAuthenticator(origin, 'the server').create(begun.options);
  const finish = async (proof: string) => (await city.ask(finishOfficerEnrolment, { invitation, credential: own, proof })).refusal;
  assert.equal(await finish(honest.proof), 'code-refused');
  const tried = [...candidates(overheard)];
  assert.ok(tried.length > 10);
  for (const candidate of tried) assert.equal(await finish(await proofOf(candidate, own)), 'code-refused');
  // The proof is over the challenge, too: after another one it is worth nothing.
  const { options } = (await city.ask(beginOfficerEnrolment, { invitation })).content;
  assert.equal((await city.ask(finishOfficerEnrolment, honest)).refusal, 'not-authorized');
  assert.equal((await city.database.sql('SELECT FROM vault.passkey WHERE officer_id = $1', [answer.officerId])).length, 0);

  // The control: whoever has the code enrols.
  const passkey = softwareAuthenticator(origin, 'invited, again').create(options);
  assert.equal((await city.ask(finishOfficerEnrolment, { invitation, credential: passkey, proof: await proofOf(code, passkey) })).status, 200);
  assert.equal((await city.database.sql('SELECT FROM vault.passkey WHERE officer_id = $1', [answer.officerId])).length, 1);
});
