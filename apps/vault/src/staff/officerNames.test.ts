import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseOfficerText, sameUnit } from './officerNames.ts';

test('a name is stored trimmed and in NFC', () => {
  assert.equal(normaliseOfficerText('  Zoe\u0308 \n'), 'Zo\u00eb');
});

test('spellings that read the same are one unit', () => {
  for (const spelling of ['tracing a', ' Tracing A ', 'Tracing  A', 'Tracing\u00a0A', 'Trac\u200bing A', '\uff34racing A']) assert.ok(sameUnit('Tracing A', spelling), spelling);
  assert.ok(sameUnit('Stra\u00dfe \u00e9', 'STRASSE E\u0301'));
});

test('other words are another unit', () => {
  for (const other of ['Tracing B', 'TracingA', 'Orders']) assert.ok(!sameUnit('Tracing A', other), other);
});
