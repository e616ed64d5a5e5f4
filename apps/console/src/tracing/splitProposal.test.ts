import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitProposal } from './splitProposal.ts';

test('every contact is in exactly one part, in order, and no part is empty or over the cap', () => {
  fc.assert(fc.property(fc.array(fc.integer(), { maxLength: 50 }), fc.integer({ min: 1, max: 12 }), (items, size) => {
    const parts = splitProposal(items, size);
    assert.deepEqual(parts.flat(), items);
    assert.ok(parts.every((part) => part.length > 0 && part.length <= size));
    assert.equal(parts.length, Math.ceil(items.length / size));
  }));
});

test('a part of no size is refused', () => {
  assert.throws(() => splitProposal([1], 0), RangeError);
});
