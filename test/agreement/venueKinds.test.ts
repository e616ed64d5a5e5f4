import assert from 'node:assert/strict';
import { test } from 'node:test';
import { venueKinds as wireKinds } from '@health-kit/api';
import { venueKinds as policyKinds } from '@health-kit/policy';

test('the wire names exactly the kinds of venue that have a usual stay', () => {
  assert.deepEqual([...wireKinds].sort(), Object.keys(policyKinds).sort());
});
