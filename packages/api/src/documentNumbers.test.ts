import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { birthDateIn, checkCharacter, documentNumberFault, normalizeDocumentNumber } from './documentNumbers.ts';

const now = new Date('2026-11-23T08:00:00Z');
/** The example of GB 11643-1999, annex A. */
const standardExample = '11010519491231002X';

test('the example of the standard is accepted, and with spaces, small x and full-width digits too', () => {
  assert.equal(documentNumberFault('resident-id', standardExample, now), null);
  assert.equal(normalizeDocumentNumber(' 110105 19491231 002x'), standardExample);
  assert.equal(normalizeDocumentNumber('１１０１０５１９４９１２３１００２Ｘ'), standardExample);
});

test('one mistyped digit is found', () => {
  const digit = fc.integer({ min: 0, max: 9 });
  fc.assert(fc.property(fc.array(digit, { minLength: 17, maxLength: 17 }), fc.integer({ min: 0, max: 16 }), digit, (digits, place, other) => {
    fc.pre(digits[place] !== other);
    assert.notEqual(checkCharacter(digits.with(place, other).join('')), checkCharacter(digits.join('')));
  }));
});

test('two neighbouring digits that changed places are found', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 17, maxLength: 17 }), fc.integer({ min: 0, max: 15 }), (digits, place) => {
    const [a, b] = [digits[place], digits[place + 1]];
    fc.pre(a !== undefined && b !== undefined && a !== b);
    assert.notEqual(checkCharacter(digits.with(place, b ?? 0).with(place + 1, a ?? 0).join('')), checkCharacter(digits.join('')));
  }));
});

test('a date of birth that does not exist or is yet to come is refused as a date', () => {
  for (const day of ['19490231', '19491301', '20270101', '17991231']) {
    const digits = `110105${day}002`;
    assert.equal(documentNumberFault('resident-id', digits + checkCharacter(digits), now), 'date');
  }
});

test('every other document is held to its own form', () => {
  assert.equal(documentNumberFault('passport', 'E12345678', now), null);
  assert.equal(documentNumberFault('passport', 'E1', now), 'form');
  assert.equal(documentNumberFault('hk-macau-permit', 'H12345678', now), null);
  assert.equal(documentNumberFault('hk-macau-permit', 'K12345678', now), 'form');
  assert.equal(documentNumberFault('taiwan-permit', '12345678', now), null);
  assert.equal(documentNumberFault('taiwan-permit', '1234567890A', now), null);
  assert.equal(documentNumberFault('taiwan-permit', 'AB', now), 'form');
  assert.equal(documentNumberFault('foreign-permanent-resident', 'USA110098012345', now), null);
  const digits = '91112419810803002';
  const check = checkCharacter(digits);
  assert.equal(documentNumberFault('foreign-permanent-resident', digits + check, now), null);
  assert.equal(documentNumberFault('foreign-permanent-resident', digits + (check === '1' ? '2' : '1'), now), 'check');
  // One in eleven ends in X.
  assert.equal(documentNumberFault('foreign-permanent-resident', '91112419810803018X', now), null);
  assert.equal(documentNumberFault('foreign-permanent-resident', '12', now), 'form');
  assert.equal(documentNumberFault('passport', '', now), 'empty');
  assert.equal(documentNumberFault('resident-id', '1101051949', now), 'length');
});

test('a date of birth stands in resident ids and in the permanent resident numbers built like them', () => {
  assert.equal(birthDateIn('resident-id', standardExample), '1949-12-31');
  assert.equal(birthDateIn('foreign-permanent-resident', '911124198108030024'), '1981-08-03');
  assert.equal(birthDateIn('foreign-permanent-resident', 'USA110098012345'), null);
  assert.equal(birthDateIn('passport', 'E12345678'), null);
});

test('whoever knows no time takes a date of birth that is yet to come', () => {
  const digits = '11010520270101002';
  assert.equal(documentNumberFault('resident-id', digits + checkCharacter(digits)), null);
});
