import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SealedDocument } from '@health-kit/api';
import { Value } from 'typebox/value';
import { documentFaults, tidyDocument } from './documentForm.ts';

test('a number typed with spaces, hyphens and small letters is sealed as the document prints it', () => {
  const tidied = tidyDocument({ documentType: 'resident-id', familyName: ' 欧阳 ', givenName: 'Anna  Maria', documentNumber: '110101 19900307-123x' });
  assert.deepEqual(tidied, { documentType: 'resident-id', familyName: '欧阳', givenName: 'Anna Maria', documentNumber: '11010119900307123X' });
});

test('what has no fault can be sealed, and what has one cannot', () => {
  const good = { documentType: 'passport', familyName: 'Li', givenName: 'Lei', documentNumber: 'E12345678' } as const;
  assert.deepEqual(documentFaults(good), {});
  assert.ok(Value.Check(SealedDocument, good));
  for (const [change, fault] of [[{ familyName: '' }, 'empty'], [{ givenName: 'x'.repeat(61) }, 'long'], [{ documentNumber: 'E12' }, 'short']] as const) {
    const bad = { ...good, ...change };
    assert.deepEqual(Object.values(documentFaults(bad)), [fault]);
    assert.ok(!Value.Check(SealedDocument, bad));
  }
});
