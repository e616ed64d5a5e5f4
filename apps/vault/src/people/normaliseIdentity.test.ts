import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { identity } from '../../test/city.ts';
import { isResidentId, normaliseIdentity, sameDocument } from './normaliseIdentity.ts';

test('the example of GB 11643 is a resident id number, and no other check character fits it', () => {
  assert.ok(isResidentId('11010519491231002X'));
  assert.ok(isResidentId('440524188001010014'));
  for (const check of '0123456789') assert.ok(!isResidentId(`11010519491231002${check}`));
});

test('a single wrong digit, or two neighbours swapped, is always found', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, position, change) => {
    const id = identity(number).documentNumber;
    assert.ok(isResidentId(id));
    const digits = [...id];
    digits[position] = String((Number(digits[position]) + change) % 10);
    assert.ok(!isResidentId(digits.join('')));
    const swapped = [...id];
    [swapped[position], swapped[position + 1]] = [swapped[position + 1] ?? '', swapped[position] ?? ''];
    if (swapped.join('') !== id) assert.ok(!isResidentId(swapped.join('')));
  }), { seed: 6 });
});

test('a birth date that does not exist is no resident id number', () => {
  assert.ok(!isResidentId('110101199002300019') && !isResidentId('110101199013010019'));
});

test('names are composed and trimmed, numbers in capitals and without separators', () => {
  const normal = normaliseIdentity({ familyName: '  Mu\u0308ller ', givenName: 'Anna   Maria', documentType: 'passport', documentNumber: ' c01x 00t47', phone: '+4915112345678', language: 'en' });
  assert.deepEqual(normal && [normal.familyName, normal.givenName, normal.documentNumber], ['Müller', 'Anna Maria', 'C01X00T47']);
});

test('each type of document has its form', () => {
  const accepts = (documentType: Parameters<typeof normaliseIdentity>[0]['documentType'], documentNumber: string) => normaliseIdentity(identity(1, { documentType, documentNumber })) !== null;
  assert.ok(accepts('hk-macau-permit', 'H12345678') && accepts('taiwan-permit', '12345678') && accepts('foreign-permanent-resident', 'DEU110180010101') && accepts('passport', 'E12345678'));
  assert.ok(!accepts('hk-macau-permit', 'A12345678') && !accepts('taiwan-permit', 'AB') && !accepts('foreign-permanent-resident', '12') && !accepts('passport', '<<<<<<<<<'));
});

test('characters that cannot be seen are refused in names', () => {
  for (const name of ['a\u200bb', '\u202eabc', 'a\u0000', '   ', '123', 'a<b']) assert.equal(normaliseIdentity(identity(1, { familyName: name })), null, JSON.stringify(name));
});

test('documents agree when all four fields do', () => {
  const a = normaliseIdentity(identity(1, { familyName: 'Müller', givenName: 'Anna' }));
  assert.ok(a !== null);
  assert.ok(sameDocument(a, { ...a, familyName: 'MÜLLER' }));
  for (const change of [{ familyName: 'Maier' }, { givenName: 'Anne' }, { documentNumber: 'X' }, { documentType: 'passport' as const }]) assert.ok(!sameDocument(a, { ...a, ...change }));
});
