import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPassText, readBarcode } from './barcode.ts';

test('a typed barcode is brought into the form that tubes carry', () => {
  assert.equal(readBarcode(' nj-0012a '), 'NJ-0012A');
  assert.equal(readBarcode('ＡＢ１２３４'), 'AB1234');
});

test('what no tube carries is no barcode, a pass least of all', () => {
  for (const text of ['', 'AB12', 'A'.repeat(33), 'AB 1234', 'HK1:6BF+70790T9WJWG']) assert.equal(readBarcode(text), null);
  assert.ok(isPassText('HK1:6BF+70790T9WJWG'));
  assert.ok(!isPassText('NJ-0012A'));
});
