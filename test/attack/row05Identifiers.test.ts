/** Row 5, over every operation that takes an identifier: somebody else's is answered as nobody's, and does nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as protocol from '@health-kit/api/vault';
import { startCity, type City } from '../server/city.ts';
import { openOffices } from '../server/labsOffices.ts';
import { identifierKinds, identifiersOf, undecidedMembers } from './identifiers.ts';
import { nameThem, type Attack, type Outcome } from './nameThem.ts';
import { prepareOthersThings, type OthersThings } from './othersThings.ts';
import { plantHole } from './plantedHole.ts';
import { isObject, readTargets, type Target } from './targets.ts';

let city: City;
let things: OthersThings;
let targets: readonly Target[];
before(async () => {
  city = await startCity();
  things = await prepareOthersThings(city, await openOffices(city));
  targets = await readTargets(city.world.origin);
});
after(() => city.close());

const attackOn = (via: string, { unread = true } = {}): Attack => ({ origin: city.world.origin, via, nowMs: city.now(), databaseUrl: city.system.databaseUrl, things, targets, unread });
const findingsOf = (outcome: Outcome) => outcome.findings.map(({ label, as, what }) => `${label}, as ${as}: ${what}`);

/** What tells somebody else's from nobody's on purpose, and nothing of anybody. */
const toldOnPurpose = [
  // Whoever holds a code can check its signature alone; a gate records the visit of whoever showed it, and a queued scan of its 30 seconds.
  'gateCheckIn: visitId and pass, as a gate: 200 recorded and not 200 refused',
  'gateCheckIn: pass, as a gate: 200 recorded and not 200 refused',
  // A tube stands for one specimen: a site has to know that a label was used before.
  'registerSpecimen: barcode, as sampler: 409 urn:health-kit:problem:conflict and not 201',
  // A laboratory has to know whether a tube is mistyped or was reported elsewhere.
  'submitResult: barcode, as laboratory: 409 urn:health-kit:problem:conflict and not 422 urn:health-kit:problem:specimen-unknown',
];

const tableOf = (change: string) => change.split(':')[0] ?? '';
/** How often somebody was refused: one row, which counts on. */
const countedAttempts: ReadonlySet<string> = new Set(['vault.hourly_count', 'vault.officer_refusal']);
/** What is written down of any attempt, whatever it named. */
const writtenAttempts: ReadonlySet<string> = new Set(['ledger.event', 'ledger.leaf', 'vault.access_entry', 'vault.subject_touch', 'vault.used_proof']);
/** What strangers add of their own beside it: their specimens, their institution's keys, visits to their venues. Rows of others lose or change nothing here either. */
const ofStrangersOwn: ReadonlySet<string> = new Set(['health.specimen', 'health.institution_key', 'visit.visit_20261123']);
/** What a whole office works on, or administrators and privacy officers watch over together, and reads in lists; whoever has no such list is attacked with it. */
const inListsOfAnOffice = ['caseId', 'contacts', 'subjects', 'proposalId', 'disclosureId', 'officerId', 'institutionId', 'kid', 'alarmId', 'appealId'];
/** A code or reference that is an authority by itself was used before it is attacked with, and a registration wants its code besides: not even their owners can tell that they were there. */
const goodOnce = ['registrationId', 'requestId', 'linkDependant.code', 'enrolGate.code', 'invitation', 'reference'];

test('row 5: of every member of every request it is decided whether it is an identifier, and each kind is attacked', () => {
  assert.deepEqual(undecidedMembers(targets), []);
  const kinds = new Set(targets.flatMap((target) => identifiersOf(target).map(({ kind }) => kind)));
  assert.deepEqual(identifierKinds.filter((kind) => !kinds.has(kind)), []);
});

test("row 5: what server and operator name to the vault without anybody's proof is this and nothing else", () => {
  const open = Object.values(protocol).flatMap((value) => (isObject(value) && typeof value['name'] === 'string' && value['callerOperation'] === null ? [value] : []));
  const members = open.flatMap(({ name: operation, request }) => (isObject(request) && isObject(request['properties']) ? Object.keys(request['properties']).map((member) => `${String(operation)} ${member}`) : []));
  assert.deepEqual(members.sort(), [
    'begin-officer-enrolment invitation', 'day-keys day', 'facts-changed subjects', 'find-card-visits scans', 'finish-officer-enrolment credential', 'finish-officer-enrolment invitation', 'finish-officer-enrolment proof',
    'list-revoked-keys since', 'operator-begin-sunset approvals', 'operator-begin-sunset copies', 'operator-begin-sunset reason', 'operator-begin-sunset waitHours', 'operator-rotate-key kind', 'operator-rotate-key revoke',
    'operator-verify-events from', 'operator-verify-events to', 'read-entries index', 'read-entries width', 'read-tile index', 'read-tile level', 'read-tile width', 'register-case resultId',
    'report-refused-sources sources', 'resolve-contacts subjects', 'resolve-contacts traceId', 'sign-status-list list', 'sign-venue-code venueId', 'store-cosignature answer', 'store-cosignature size',
  ]);
});

test("row 5: somebody else's identifier is answered as nobody's, to everybody who has not read it in a list of their own, and changes nothing", async () => {
  const outcome = await nameThem(attackOn(city.world.origin), targets, things.strangers);
  assert.deepEqual(findingsOf(outcome).sort(), [...toldOnPurpose].sort());

  const [lines, others] = [outcome.changes.theirs, outcome.changes.nobodys].map((changes) => changes.filter((line) => !ofStrangersOwn.has(tableOf(line))));
  assert.deepEqual(lines, others);
  assert.deepEqual(outcome.changes.theirs.filter((line) => !line.endsWith(' 0 lost')).map(tableOf).filter((table) => !countedAttempts.has(table)), []);
  assert.deepEqual(outcome.changes.theirs.map(tableOf).filter((table) => !countedAttempts.has(table) && !writtenAttempts.has(table) && !ofStrangersOwn.has(table)), []);

  // An attack that is turned away at the door proves little: somebody gets to each operation's own answer, or whoever may call it reads the identifier in a list.
  assert.deepEqual([...outcome.labels].filter((label) => !outcome.reached.has(label) && !outcome.listed.has(label)), []);
  const operations = new Set([...outcome.labels, ...outcome.listed].map((label) => label.split(':')[0]));
  assert.deepEqual(targets.filter((target) => identifiersOf(target).length > 0 && !operations.has(target.id)).map(({ id }) => id), []);
  const listedKinds = new Set([...outcome.listed].flatMap((label) => (label.split(': ')[1] ?? '').split(' and ')));
  assert.deepEqual([...listedKinds].sort(), [...inListsOfAnOffice].sort());
});

test('row 5: a planted operation with an identifier that nobody thought of is noticed, one that only tells whether a gate is there, and one that says nothing and ends it', async () => {
  const theirs = (query: URLSearchParams) => query.get('gateId') === things.theirs.gateId[0];
  const holes = await Promise.all([
    plantHole(city.world.origin, { path: '/v1/vouchers', authority: 'resident', parameters: ['voucherId'], answer: () => ({ status: 404, body: '{}' }) }),
    plantHole(city.world.origin, { path: '/v1/gates/by-id', authority: 'resident', parameters: ['gateId'], answer: (query) => ({ status: theirs(query) ? 200 : 404, body: '{}' }) }),
    plantHole(city.world.origin, {
      path: '/v1/gates/end', authority: 'gate', parameters: ['gateId'],
      answer: async (query) => {
        if (theirs(query)) await city.rows('UPDATE venue.gate SET name = name || $2 WHERE gate_id = $1', [query.get('gateId'), ' (ended)']);
        return { status: 404, body: '{}' };
      },
    }),
  ]);
  const [forgotten, telling, silent] = holes;
  try {
    assert.deepEqual(undecidedMembers(await readTargets(forgotten.origin)), ['plantedHole: voucherId']);
    const through = async ({ origin }: { readonly origin: string }) => nameThem(attackOn(origin), (await readTargets(origin)).filter(({ id }) => id === 'plantedHole'), things.strangers);
    assert.deepEqual(findingsOf(await through(telling)), ['plantedHole: gateId, as a resident: 200 and not 404']);
    const { findings, changes } = await through(silent);
    assert.deepEqual([findings, changes], [[], { theirs: ['venue.gate: 1 rows added, 1 lost'], nobodys: [] }]);
  } finally {
    await Promise.all(holes.map((hole) => hole.close()));
  }
});

test("row 5: the identifiers are good: their owners tell them from nobody's", async () => {
  // What ends a thing comes last.
  const inOrder = [...targets].sort((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'));
  const { findings } = await nameThem(attackOn(city.world.origin, { unread: false }), inOrder, things.owners);
  // The first attack has shown passes and barcodes to be good.
  const good = new Set<string>([...findings.flatMap(({ kinds }) => kinds), 'pass', 'barcode']);
  assert.deepEqual(identifierKinds.filter((kind) => !good.has(kind)), goodOnce);
});
