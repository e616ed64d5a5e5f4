import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCheckIns, parseVenues } from './replayFiles.ts';
import { chooseWindow, referenceVisits } from './replayWindow.ts';

const { venues } = parseVenues('7\t40.75\t-73.99\n8\t1\t2\n');

test('well-formed lines are read, with a carriage return or without an end of the last line too', () => {
  const { checkIns, refused } = parseCheckIns('0\t7\t1333447208.0\r\n1\t8\t1333447209.25', venues);
  assert.deepEqual(refused, []);
  assert.deepEqual(checkIns.map(({ person, venue, at }) => [person, venue, at]), [['0', '7', 1_333_447_208_000], ['1', '8', 1_333_447_209_250]]);
});

test('every line that does not parse is refused by its number', () => {
  const lines = ['0\t7\t1.0', '', '0\t7', '0 7 1.0', '0\t7\tsoon', '0\t7\t0x10', '\t7\t1.0', '0\t9\t1.0', '0\t7\t-1', '0\t7\t1.0\t', '1\t8\t2.0'];
  const { checkIns, refused } = parseCheckIns(`${lines.join('\n')}\n`, venues);
  assert.deepEqual(checkIns.map(({ line }) => line), [1, 11]);
  assert.deepEqual(refused.map(({ line }) => line), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a venue off the globe, without a name, or named twice is refused', () => {
  const { venues: read, refused } = parseVenues('7\t40\t-73\n8\t91\t0\n9\t0\t181\n\t0\t0\n7\t1\t1\nx\tnorth\t1\n');
  assert.deepEqual([...read.keys()], ['7']);
  assert.deepEqual(refused.map(({ line }) => line), [2, 3, 4, 5, 6]);
});

test('a line that comes again is one check-in sent twice, and one that differs in a millisecond is another', () => {
  const { checkIns } = parseCheckIns('0\t7\t1.0\n0\t7\t1\n0\t7\t1.001\n', venues);
  assert.deepEqual(checkIns.map(({ line, times }) => [line, times]), [[1, 2], [3, 1]]);
});

test('the densest days are taken, and the last of them becomes today', () => {
  const day = 86_400;
  // Local days of the file (UTC+8): three check-ins on the 10th and 11th day, one on the 30th.
  const text = [10 * day, 10 * day + 60, 11 * day, 30 * day].map((seconds, index) => `${index}\t7\t${seconds}`).join('\n');
  const { checkIns } = parseCheckIns(text, venues);
  const nowMs = Date.UTC(2026, 10, 23, 8);
  const window = chooseWindow(checkIns, { from: null, days: 2, nowMs });
  assert.equal(window.firstDay, '1970-01-11');
  assert.deepEqual(window.days.map((each) => each.checkIns.length), [2, 1]);
  assert.equal(window.shiftMs % 86_400_000, 0);
  assert.equal(window.days[1]?.startsAt, Date.UTC(2026, 10, 22, 16));
  assert.deepEqual(chooseWindow(checkIns, { from: '1970-01-31', days: 1, nowMs }).days.map((each) => each.checkIns.length), [1]);
  assert.throws(() => chooseWindow(checkIns, { from: '1970-02-30', days: 1, nowMs }), /--from/);
  assert.throws(() => chooseWindow(checkIns, { from: null, days: 15, nowMs }), /--days/);
});

test('every replayed check-in lies in its day, and the reference has each once', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 40 * 86_400 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 14 }), (times, days) => {
    const { checkIns } = parseCheckIns(times.map((seconds, index) => `${index}\t7\t${seconds}`).join('\n'), venues);
    const window = chooseWindow(checkIns, { from: null, days, nowMs: Date.UTC(2026, 10, 23) });
    assert.equal(window.days.length, days);
    for (const day of window.days) for (const { at } of day.checkIns) assert(at >= day.startsAt && at < day.endsAt);
    assert.equal(referenceVisits(window).length, window.days.reduce((sum, day) => sum + day.checkIns.length, 0));
    // No other stretch of as many days has more.
    const numbers = checkIns.map(({ at }) => Math.floor((at + 8 * 3_600_000) / 86_400_000));
    const most = Math.max(...numbers.map((start) => numbers.filter((number) => number >= start && number < start + days).length));
    assert.equal(referenceVisits(window).length, most);
  }));
});
