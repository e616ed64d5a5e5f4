import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enrolGate, getPoster, inviteGate, readMyNotice, submitResult, type NoticeId, type Venue } from '@health-kit/api';
import { makeKey } from '@health-kit/client';
import { Host, Resident, connect, perform } from '@health-kit/simulate';
import { startCity, type City } from '../server/city.ts';
import { openOffices, type Offices } from '../server/labsOffices.ts';
import { refused } from '../server/refused.ts';
import { attempt, type Attacker } from './attempt.ts';
import { plantHole } from './plantedHole.ts';
import { positionsOf, readTargets, type Target } from './targets.ts';

/** B has everything that A would like to read: a result, a notice, visits, a venue with a gate. */
interface Scene {
  readonly a: Host;
  readonly b: Host;
  readonly bVenue: Venue;
  readonly bNotice: NoticeId;
  /** Identifiers of B's things, as A may have seen them in an address or over B's shoulder. */
  readonly identifiers: readonly string[];
  /** What must not come back to A. */
  readonly canaries: readonly string[];
}

let city: City;
let offices: Offices;
let scene: Scene;
before(async () => {
  city = await startCity();
  offices = await openOffices(city);
  const [a, b] = [new Host(await city.resident({ verified: true })), new Host(await city.resident({ verified: true }))];
  await a.registerVenue({ name: '甲店', kind: 'shop', address: '甲路 1 号', latitude: null, longitude: null });
  const bVenue = await b.registerVenue({ name: '乙店秘密', kind: 'shop', address: '乙路 2 号', latitude: null, longitude: null });
  await city.gate(b, bVenue);
  const visit = await b.resident.checkIn(bVenue.venueCode);
  const barcode = await offices.test(b.resident, 'negative');
  const [result] = await b.resident.results();
  const [notice] = await b.resident.notices();
  const [gate] = (await b.venues())[0]?.gates ?? [];
  const [row] = await city.rows<{ specimen_id: string; subject: string }>('SELECT specimen_id, subject FROM health.specimen WHERE barcode = $1', [barcode]);
  assert.ok(result !== undefined && notice !== undefined && gate !== undefined && row !== undefined);
  scene = {
    a, b, bVenue, bNotice: notice.noticeId,
    identifiers: [bVenue.venueId, gate.gateId, visit.visitId, result.resultId, row.specimen_id, row.subject, barcode],
    canaries: ['乙店秘密', '乙路 2 号', bVenue.venueCode, bVenue.venueId, gate.gateId, visit.visitId, result.resultId, row.specimen_id, row.subject, barcode],
  };
});
after(() => city.close());

/** Puts each of B's identifiers in each place of each operation that is for residents, with A's own credentials. */
async function replay(via: string, targets: readonly Target[], { a, identifiers, canaries }: Scene): Promise<{ attempts: number; findings: string[] }> {
  const attacker: Attacker = { name: 'A', key: a.resident.key, ticket: (await a.resident.ticket()).ticket };
  const findings: string[] = [];
  let attempts = 0;
  for (const target of targets) {
    for (const position of positionsOf(target)) {
      for (const identifier of identifiers) {
        attempts += 1;
        const answer = await attempt({ origin: city.world.origin, via, nowMs: city.now() }, target, attacker, new Map([[position, identifier]]));
        const leaked = canaries.filter((canary) => canary !== identifier && answer.body.includes(canary));
        if (leaked.length > 0 || answer.status >= 500) findings.push(`${target.id}, ${position.place} ${position.name}: ${answer.status} ${leaked.join()}`);
      }
    }
  }
  return { attempts, findings };
}

const ofResidents = (targets: readonly Target[]) => targets.filter(({ authority }) => authority === 'resident' || authority === 'device' || authority === 'ticket');

test("row 5: with A's credentials and B's identifiers, no operation tells A anything of B, and nothing of B's changes", async () => {
  const state = async () => JSON.stringify([await scene.b.venues(), await scene.b.resident.notices(), await scene.b.resident.results(), await city.rows('SELECT * FROM visit.visit ORDER BY visit_id')]);
  const before = await state();
  const targets = ofResidents(await readTargets(city.world.origin));
  assert.ok(targets.length >= 15, `${targets.length} operations`);
  // Somebody whose account this may end: what residents may ask for is to be erased, too.
  const attacker = new Host(await city.resident({ verified: true }));
  await attacker.registerVenue({ name: '丙店', kind: 'shop', address: '丙路 3 号', latitude: null, longitude: null });
  const { attempts, findings } = await replay(city.world.origin, targets, { ...scene, a: attacker });
  assert.deepEqual(findings, []);
  assert.ok(attempts > 200, `${attempts} attempts`);
  assert.equal(await state(), before);
});

test("row 5: A's key with B's ticket, and B's key with A's, are nobody", async () => {
  const { a, b } = scene;
  for (const [key, other] of [[a.resident.key, b.resident], [b.resident.key, a.resident]] as const) {
    const { ticket } = await other.ticket();
    await refused(perform(connect(city.world, { key, ticket }), readMyNotice, { params: { noticeId: scene.bNotice }, body: {} }), 'not-authorized');
  }
});

test("row 5: A cannot read B's notice, print B's poster or put a gate at B's venue; B can", async () => {
  const { a, b, bVenue, bNotice } = scene;
  const connection = await a.resident.connection();
  await refused(a.resident.readNotice(bNotice), 'not-found');
  await refused(perform(connection, getPoster, { params: { venueId: bVenue.venueId } }), 'not-found');
  await refused(perform(connection, inviteGate, { params: { venueId: bVenue.venueId }, body: { name: 'Back door' } }), 'not-found');
  assert.ok(!(await a.venues()).some(({ venueId }) => venueId === bVenue.venueId));
  assert.ok((await b.poster(bVenue.venueId)).length > 1000);
  await b.inviteGate(bVenue.venueId, 'Back door');
  await b.resident.readNotice(bNotice);
});

test("row 5: a laboratory neither sees nor changes another's report, and a test site not another's specimens", async () => {
  const person = await Resident.register(city.world, { ...scene.a.resident.person, documentNumber: '119999198806150093', phone: '+8613700000097' });
  await city.registrar.proveIdentity(person);
  await person.renewTicket();
  const barcode = await offices.test(person, 'negative');
  const { institutionId: laboratoryId } = await city.administrator.registerInstitution('Other laboratory', 'laboratory');
  const { institutionId: siteId } = await city.administrator.registerInstitution('Other site', 'test-site');
  const rival = await offices.enrol(['laboratory'], 'Rival', laboratoryId);
  const otherSite = await offices.enrol(['sampler'], 'Other site', siteId);
  await refused(rival.submitResult(barcode, 'positive'), 'conflict');
  const seen = async (rows: Promise<readonly { barcode: string }[]>) => (await rows).some((row) => row.barcode === barcode);
  assert.deepEqual([await seen(rival.specimens({ limit: 200 })), await seen(otherSite.specimens({ limit: 200 }))], [false, false]);
  assert.deepEqual([await seen(offices.laboratory.specimens({ limit: 200 })), await seen(offices.sampler.specimens({ limit: 200 }))], [true, true]);
  // A member of a test site's staff is no laboratory, whatever role somebody gave them.
  const mislabelled = await offices.enrol(['laboratory'], 'Mislabelled', siteId);
  await refused(perform(mislabelled.connection, submitResult, { body: { barcode, testCode: '94500-6', value: 'positive', performedAt: new Date(city.now()).toISOString() } }), 'not-permitted');
  assert.deepEqual((await person.results()).map(({ value, version }) => [value, version]), [['negative', 1]]);
});

test("row 5: a gate's code makes one gate", async () => {
  const { b, bVenue } = scene;
  const { code } = await b.inviteGate(bVenue.venueId, 'Side door');
  const enrol = async () => perform(connect(city.world, { key: await makeKey() }), enrolGate, { body: { code } });
  await enrol();
  const gates = async () => (await city.rows('SELECT gate_id, key_thumbprint FROM venue.gate ORDER BY gate_id'));
  const before = await gates();
  await assert.rejects(enrol(), /40[0-9]|422/);
  assert.deepEqual(await gates(), before);
});

test('row 5: the attack catches a planted operation that asks for the number and not whose it is', async () => {
  const [result] = await scene.b.resident.results();
  const hole = await plantHole(city.world.origin, {
    path: '/v1/results/by-number', authority: 'resident',
    answer: (query) => (query.get('number') === result?.resultId ? { status: 200, body: JSON.stringify({ tube: scene.identifiers.at(-1) }) } : { status: 404, body: '{}' }),
  });
  try {
    const targets = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    const { findings } = await replay(hole.origin, targets, scene);
    assert.equal(findings.length, 1);
  } finally {
    await hole.close();
  }
});
