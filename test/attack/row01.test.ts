import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allOperations, type SealedDocument, type SealedIdentity } from '@health-kit/api';
import { ProblemError, Resident, documentOf } from '@health-kit/simulate';
import { checkOthers } from './checkOthers.ts';
import { plantHole } from './plantedHole.ts';
import { knownOf, startCity, type StartedCity } from './startedCity.ts';
import { readTargets } from './targets.ts';

/** The victim and a person who does not exist: names of the same length, numbers that are both valid. */
const victimIdentity: SealedIdentity = { familyName: '金丝', givenName: '雀明星', documentType: 'resident-id', documentNumber: '119999198806150018', phone: '+8613912345678', language: 'zh' };
const nobodyIdentity: SealedIdentity = { ...victimIdentity, familyName: '无名', givenName: '氏乌有', documentNumber: '119999198806150069', phone: '+8613987654321' };
const victim = knownOf(victimIdentity);
const nobody = knownOf(nobodyIdentity);
const canaries = ['雀明星', victimIdentity.documentNumber, '13912345678', 'VICTIM-TUBE-01'];

let city: StartedCity;
before(async () => {
  city = await startCity(victimIdentity);
  // Not even the least view comes back, which officers see of somebody who stands before them.
  const { holder } = await city.victim.renewPass();
  canaries.push(holder.name, holder.phone);
});
after(async () => {
  await city.stop();
});

test('row 1: the victim has what could leak', async () => {
  assert.equal((await city.victim.results()).length, 1);
  assert.equal((await city.victim.renewTicket()).identityProven, true);
  assert.ok((await city.victim.accessLog()).length > 0);
});

test('row 1: name, document number and phone in every place of every operation, as every role, tell nothing', async () => {
  const targets = await readTargets(city.world.origin);
  assert.deepEqual(targets.map(({ id }) => id).sort(), allOperations.map(({ id }) => id).sort(), 'the document names every operation');
  const { attempts, findings, statuses } = await checkOthers({ origin: city.world.origin, via: city.world.origin, targets, attackers: city.attackers, victim, nobody, canaries });
  assert.deepEqual(findings, []);
  assert.ok(attempts > targets.length * city.attackers.length, `${attempts} attempts`);
  // An attack that is turned away at the door everywhere proves little: somebody must get through to each operation's own answer.
  const never = targets.filter(({ id }) => [...(statuses.get(id) ?? [])].every((status) => status === 401 || status === 403 || status === 429));
  assert.deepEqual(never.map(({ id }) => id), []);
});

test('row 1: registering as somebody who exists is answered like registering as nobody, and the account is empty', async () => {
  const pretend = async (person: SealedIdentity) => {
    const resident = await Resident.register(city.world, { ...person, phone: '+8613700000001' });
    return {
      status: (await resident.status()).status, results: await resident.results(), notices: await resident.notices(),
      holder: (await resident.renewPass()).holder.identityProven, log: (await resident.accessLog()).length,
    };
  };
  assert.deepEqual(await pretend(victimIdentity), await pretend(nobodyIdentity));
  assert.deepEqual((await pretend(victimIdentity)).results, []);
});

test("row 1: a registrar who types somebody else's document learns only that it does not agree", async () => {
  const registrar = city.registrar;
  const accomplice = await Resident.register(city.world, { ...nobodyIdentity, phone: '+8613700000002' });
  const typed = async (document: SealedDocument) => {
    try {
      await registrar.proveIdentity(accomplice, document);
      return 'agreed';
    } catch (error) {
      if (error instanceof ProblemError) return JSON.stringify(error.problem);
      throw error;
    }
  };
  const aboutVictim = await typed(documentOf(city.victim));
  const aboutNobody = await typed({ ...documentOf(accomplice), documentNumber: '119999198806150077' });
  assert.match(aboutVictim, /document-mismatch/);
  assert.equal(aboutVictim, aboutNobody);
});

test('row 1: the attack catches a planted lookup of results by name and number', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/check-others',
    answer: (query) => (query.get('name') === victim.name && query.get('number') === victim.documentNumber
      ? { status: 200, body: JSON.stringify({ result: 'negative', tube: 'VICTIM-TUBE-01' }) }
      : { status: 404, body: JSON.stringify({ detail: 'not found' }) }),
  });
  try {
    const { findings } = await checkOthers({ origin: city.world.origin, via: hole.origin, targets: await readTargets(hole.origin), attackers: city.attackers.slice(0, 1), victim, nobody, canaries });
    assert.ok(findings.some(({ what }) => what.includes('VICTIM-TUBE-01')));
  } finally {
    await hole.close();
  }
});

test('row 1: the attack catches a planted answer that only tells whether a person exists', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/is-registered',
    answer: (query) => ({ status: 200, body: JSON.stringify({ detail: query.get('number') === victim.phone ? 'A code was sent.' : 'A code was sent' }) }),
  });
  try {
    const { findings } = await checkOthers({ origin: city.world.origin, via: hole.origin, targets: await readTargets(hole.origin), attackers: city.attackers.slice(0, 1), victim, nobody, canaries });
    assert.ok(findings.length > 0);
  } finally {
    await hole.close();
  }
});
