import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { populationVisits, seededRandom } from '@health-kit/simulate';
import { compareContacts } from './replayComparison.ts';
import { isFaithful, percentile, runReplay, type Replay } from './runReplay.ts';

const firstDay = Date.UTC(2012, 3, 10, 16);
const seconds = (epochMs: number) => (epochMs / 1000).toFixed(1);
const venues = ['0\t24.48\t118.1', '1\t24.49\t118.11', '2\t24.5\t118.12', '3\t24.51\t118.13', '3\t0\t0', 'broken'];

/** Three days of a small crowd; two who meet over midnight; one line three times; four lines that are none. */
function checkInLines(): string[] {
  const visits = populationVisits({ people: 24, venues: 4, days: 3, from: firstDay, visitsPerDay: 2, random: seededRandom('replay') });
  const lines = [...visits].map(({ person, venue, arrivedAt }) => `${person}\t${venue}\t${seconds(arrivedAt)}`);
  const midnight = firstDay + 86_400_000;
  lines.push(`late\t3\t${seconds(midnight - 20 * 60_000)}`, `early\t3\t${seconds(midnight + 10 * 60_000)}`);
  const first = lines[0] ?? '';
  lines.splice(5, 0, 'no tabs at all', '1\t2', `1\t99\t${seconds(firstDay)}`, '1\t2\tyesterday');
  return [...lines, first, first];
}

let folder = '';
let replay: Replay;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'health-kit-replay-test-'));
  const [checkInsFile, venuesFile] = [join(folder, 'checkins.txt'), join(folder, 'venues.txt')];
  await writeFile(checkInsFile, `${checkInLines().join('\n')}\n`);
  await writeFile(venuesFile, venues.join('\n'));
  replay = await runReplay({
    checkInsFile, venuesFile, from: null, days: 3, cases: 26, seed: 'test', port: 0, nowMs: Date.UTC(2026, 10, 23, 4), log: () => undefined,
  });
});
after(() => rm(folder, { recursive: true, force: true }));

test('every check-in is accepted and every contact list is that of the brute force', () => {
  const { summary } = replay;
  assert.equal(summary.checkins, checkInLines().length - 4 - 2);
  assert.equal(summary.accepted, summary.checkins);
  assert.deepEqual(replay.comparison.differences, []);
  assert(summary.expectedContacts > 50, `only ${summary.expectedContacts} contacts expected: too few to prove anything`);
  assert.equal(summary.foundContacts, summary.expectedContacts);
  assert.equal(isFaithful(summary), true);
  assert.equal(replay.repeatedLines, 2);
});

test('two who met over midnight, under two pseudonyms, are contacts of each other', () => {
  const ofLate = replay.traced.find(({ indexPerson }) => indexPerson === 'late');
  const midnight = replay.window.days[1]?.startsAt ?? 0;
  const over = ofLate?.contacts.flatMap(({ exposures }) => exposures).filter(({ from, to }) => from === midnight + 10 * 60_000 && to === midnight + 40 * 60_000);
  assert.equal(over?.length, 1);
});

test('lines that do not parse are refused by their numbers', () => {
  assert.deepEqual(replay.refusedLines.checkIns.map(({ line }) => line), [6, 7, 8, 9]);
  assert.deepEqual(replay.refusedLines.venues.map(({ line }) => line), [5, 6]);
});

test('a visit that tracing overlooked, and one that it made up, would be caught', () => {
  const indexVisit = replay.reference.find(({ person }) => replay.traced.some(({ indexPerson }) => indexPerson === person));
  assert(indexVisit !== undefined);
  const stranger = { ...indexVisit, person: 'stranger' };
  const overlooked = compareContacts(replay.traced, [...replay.reference, stranger], replay.traceWindow);
  assert(overlooked.missing > 0);
  assert.equal(isFaithful({ ...replay.summary, ...overlooked }), false);
  const indexPeople = new Set(replay.traced.map(({ indexPerson }) => indexPerson));
  const somebody = replay.traced.find(({ contacts }) => contacts.length > 0)?.indexPerson;
  const withoutContacts = replay.reference.filter(({ person }) => person === somebody || !indexPeople.has(person));
  const madeUp = compareContacts(replay.traced, withoutContacts, replay.traceWindow);
  assert(madeUp.extra > 0);
  assert.equal(isFaithful({ ...replay.summary, ...madeUp }), false);
});

test('a check-in that was not accepted makes a replay unfaithful', () => {
  assert.equal(isFaithful({ ...replay.summary, accepted: replay.summary.checkins - 1 }), false);
});

test('percentiles are nearest ranks', () => {
  assert.equal(percentile([30, 10, 20, 40], 0.5), 20);
  assert.equal(percentile([30, 10, 20, 40], 0.95), 40);
  assert.equal(percentile([], 0.5), 0);
});
