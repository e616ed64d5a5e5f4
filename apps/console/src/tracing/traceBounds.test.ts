import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundFaults, earliestTraceMs, refusedBounds } from './traceBounds.ts';

const now = Date.parse('2026-11-25T01:40:00Z');
const faults = (fromMs: number | null, toMs: number | null) => boundFaults(fromMs, toMs, now).map(({ fieldId, fault }) => `${fieldId} ${fault}`);

test('a window that the server would refuse is refused at its own field, before it is sent', () => {
  assert.equal(new Date(earliestTraceMs(now)).toISOString(), '2026-11-11T01:40:00.000Z');
  assert.deepEqual(faults(earliestTraceMs(now), now), []);
  assert.deepEqual(faults(earliestTraceMs(now) - 1, now), ['from early']);
  assert.deepEqual(faults(now - 10, now + 10 * 60_000), ['to ahead']);
  assert.deepEqual(faults(now, now), ['to order']);
  assert.deepEqual(faults(null, null), ['from from', 'to to']);
});

test('a field that the server names is marked', () => {
  assert.deepEqual(refusedBounds(['/body/from']), ['from']);
  assert.deepEqual(refusedBounds(['/body/reason']), []);
});
