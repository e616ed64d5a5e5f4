import assert from 'node:assert/strict';
import { test } from 'node:test';
import { e164, maskedPhone } from './phone.ts';

test('a mainland mobile number gets its country code, however it is spaced', () => {
  for (const typed of ['13800138000', '138 0013 8000', '138-0013-8000', '+86 138 0013 8000', '008613800138000', '１３８００１３８０００']) {
    assert.equal(e164(typed), '+8613800138000');
  }
});

test('a number of another country is taken with its code only', () => {
  assert.equal(e164('+351 912 345 678'), '+351912345678');
  assert.equal(e164('912345678'), null);
  assert.equal(e164('+86 1234'), null);
  assert.equal(e164('12345678901'), null);
  assert.equal(e164(''), null);
});

test('a page shows the first three and last three digits', () => {
  assert.equal(maskedPhone('+8613800138123'), '138*****123');
});
