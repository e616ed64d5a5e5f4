import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from './seededRandom.ts';
import { residentIdCheckCharacter, syntheticPerson } from './syntheticPerson.ts';

test('the check character is that of the standard\'s own examples', () => {
  // GB 11643-1999, annex A.
  assert.equal(residentIdCheckCharacter('11010519491231002'), 'X');
  assert.equal(residentIdCheckCharacter('44052418800101001'), '4');
});

test('resident ID numbers have the form of GB 11643, a date that exists, and a region that does not', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 99_999 }), fc.integer(), (index, seed) => {
    const person = syntheticPerson(index, seededRandom(seed));
    if (person.documentType !== 'resident-id') return;
    const match = /^119999(\d{4})(\d\d)(\d\d)\d{3}[0-9X]$/.exec(person.documentNumber);
    assert(match !== null);
    const date = `${match[1]}-${match[2]}-${match[3]}`;
    assert.equal(new Date(date).toISOString().slice(0, 10), date);
    // ISO 7064 MOD 11-2: the weighted sum of all 18 characters is 1 modulo 11.
    const sum = Array.from(person.documentNumber).reduce((total, character, position) => total + (character === 'X' ? 10 : Number(character)) * 2 ** (17 - position), 0);
    assert.equal(sum % 11, 1);
  }));
});

test('no two people of a city share a document or a phone', () => {
  const random = seededRandom('city');
  const people = Array.from({ length: 20_000 }, (_, index) => syntheticPerson(index * 5, random));
  assert.equal(new Set(people.map((person) => person.documentNumber)).size, people.length);
  assert.equal(new Set(people.map((person) => person.phone)).size, people.length);
});

test('the same seed gives the same people and another seed others', () => {
  const people = (seed: string) => Array.from({ length: 30 }, (_, index) => syntheticPerson(index, seededRandom(seed).fork(String(index))));
  assert.deepEqual(people('a'), people('a'));
  assert.notDeepEqual(people('a'), people('b'));
});
