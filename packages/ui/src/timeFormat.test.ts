import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeFormat } from './timeFormat.ts';

test('an instant is written in the time zone of the city', () => {
  const evening = '2026-11-23T16:30:05.000Z';
  assert.equal(timeFormat('en-GB', 'Asia/Shanghai').dateTime(evening), '24 Nov 2026, 00:30');
  assert.equal(timeFormat('zh-Hans-CN', 'Asia/Shanghai').dateTime(evening), '2026年11月24日 00:30');
  assert.equal(timeFormat('en-GB', 'Europe/Lisbon').timeWithSeconds(evening), '16:30:05');
});

test('a calendar day is the same day in every time zone', () => {
  assert.equal(timeFormat('en-GB', 'America/Los_Angeles').day('2026-11-23'), '23 Nov 2026');
  assert.equal(timeFormat('zh-Hans-CN', 'Pacific/Kiritimati').day('2026-11-23'), '2026年11月23日');
});
