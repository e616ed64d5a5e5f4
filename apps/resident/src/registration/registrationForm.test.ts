import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRegistration, emptyRegistration } from './registrationForm.ts';

const now = new Date('2026-11-23T08:00:00Z');
const filled = { documentType: 'resident-id', familyName: ' 欧阳 ', givenName: 'Anna  Maria', documentNumber: '11010519491231002x', phone: '138 0013 8000' } as const;

test('what is sealed is tidy: names without outer spaces, the number in capitals, the phone in E.164', () => {
  assert.deepEqual(checkRegistration(filled, 'zh', now), {
    ok: true,
    identity: { familyName: '欧阳', givenName: 'Anna Maria', documentType: 'resident-id', documentNumber: '11010519491231002X', phone: '+8613800138000', language: 'zh' },
  });
});

test('an empty form is told everything that is missing at once', () => {
  assert.deepEqual(checkRegistration(emptyRegistration, 'en', now), {
    ok: false, faults: { familyName: 'empty', givenName: 'empty', documentNumber: 'empty', phone: 'empty' },
  });
});

test('only the fields that are wrong are named', () => {
  assert.deepEqual(checkRegistration({ ...filled, familyName: 'x'.repeat(41), documentNumber: '110105194912310021' }, 'en', now), {
    ok: false, faults: { familyName: 'long', documentNumber: 'check' },
  });
});
