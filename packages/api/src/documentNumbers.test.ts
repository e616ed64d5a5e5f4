import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { birthDateIn, checkCharacter, documentNumberFault, normalizeDocumentNumber } from './documentNumbers.ts';
import { documentTypes } from './operations/residents.ts';

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
  assert.equal(documentNumberFault('foreign-permanent-resident', 'USA110098012347', now), null);
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
  assert.equal(birthDateIn('foreign-permanent-resident', 'USA110098012347'), null);
  assert.equal(birthDateIn('passport', 'E12345678'), null);
});

test('whoever knows no time takes a date of birth that is yet to come', () => {
  const digits = '11010520270101002';
  assert.equal(documentNumberFault('resident-id', digits + checkCharacter(digits)), null);
});

test('a place is of a province that exists, and residence permits of Hong Kong, Macau and Taiwan have theirs', () => {
  const of = (place: string) => {
    const digits = `${place}19491231002`;
    return documentNumberFault('resident-id', digits + checkCharacter(digits), now);
  };
  for (const place of ['110105', '440524', '659004', '810000', '820000', '830000']) assert.equal(of(place), null, place);
  for (const place of ['160000', '280000', '660000', '999999', '910000']) assert.equal(of(place), 'region', place);
  const abroad = '92812419810803002';
  assert.equal(documentNumberFault('foreign-permanent-resident', abroad + checkCharacter(abroad), now), 'region');
});

test('a permanent resident number of before 2023 is held to its place, its date, and its check digit', () => {
  const of = (number: string) => documentNumberFault('foreign-permanent-resident', number, now);
  assert.equal(of('KAZ110090123105'), null);
  assert.equal(of('KAZ990090123105'), 'region');
  assert.equal(of('KAZ110090023105'), 'date');
  for (const mistyped of ['KAZ110090123106', 'KAS110090123105', 'KAZ110090123115']) assert.equal(of(mistyped), 'check', mistyped);
});

test('however a right number is spaced, and in whatever width and case, it is right', () => {
  const separators = fc.constantFrom('', ' ', '-', '·', '\u3000', '–', '\n');
  const wide = (character: string) => String.fromCharCode(character.charCodeAt(0) + 0xfee0);
  fc.assert(fc.property(
    fc.constantFrom(['resident-id', standardExample], ['hk-macau-permit', 'H12345678'], ['taiwan-permit', '12345678'], ['foreign-permanent-resident', 'KAZ110090123105'], ['passport', 'E12345678']),
    fc.array(fc.record({ separator: separators, wide: fc.boolean(), small: fc.boolean() }), { minLength: 18, maxLength: 18 }),
    ([type, number], style) => {
      const typed = Array.from(number ?? '').map((character, index) => {
        const { separator = '', wide: isWide = false, small = false } = style[index] ?? {};
        const cased = small ? character.toLowerCase() : character;
        return separator + (isWide ? wide(cased) : cased);
      }).join('');
      assert.equal(normalizeDocumentNumber(typed), number);
      assert.ok(documentTypes.some((known) => known === type && documentNumberFault(known, normalizeDocumentNumber(typed), now) === null));
    },
  ));
});
