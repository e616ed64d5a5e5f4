import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact } from './closeContacts.ts';
import { isOrderable, isOrderableWithOthers } from './orderable.ts';

test('orders are proposed where nothing stands or waits; whose identity was not proven is selected alone', () => {
  const orders: readonly Contact['order'][] = [null, 'refused', 'expired', 'not-ordered', 'proposed', 'approved'];
  assert.deepEqual(orders.map((order) => isOrderable({ order })), [true, true, true, true, false, false]);
  assert.deepEqual(orders.map((order) => isOrderableWithOthers({ order })), [true, true, true, false, false, false]);
});
