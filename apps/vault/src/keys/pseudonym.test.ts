import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { localDay, personId } from '../identifiers.ts';
import { uuidText } from '../randomness.ts';
import { healthKey, notifyKey, passIdOf, peopleOf, pseudonymOf, pseudonymsOf, traceKey, visitKey, visitOfPassId } from './pseudonym.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const person = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => personId(uuidText(Buffer.from(bytes))));
const people = fc.uniqueArray(person, { minLength: 1, maxLength: 50 });

test('a pseudonym has exactly one person, who is found again with the key', () => {
  fc.assert(fc.property(people, fc.integer({ min: 0, max: 255 }), (ids, byte) => {
    const health = healthKey(key(byte));
    const pseudonyms = pseudonymsOf(health, ids);
    assert.equal(new Set(pseudonyms).size, ids.length);
    assert.deepEqual(peopleOf(health, pseudonyms), ids);
    assert.deepEqual(pseudonyms, ids.map((id) => pseudonymOf(health, id)));
  }), { seed: 1 });
});

test('the pseudonyms of two sectors or two days never meet', () => {
  fc.assert(fc.property(people, (ids) => {
    const sector = key(9);
    const all = [
      pseudonymsOf(healthKey(key(1)), ids), pseudonymsOf(traceKey(key(2)), ids), pseudonymsOf(notifyKey(key(3)), ids),
      pseudonymsOf(visitKey(sector, key(4), localDay('2026-11-23')), ids),
      // The same random day key would still give other pseudonyms on another day.
      pseudonymsOf(visitKey(sector, key(4), localDay('2026-11-24')), ids),
      pseudonymsOf(visitKey(sector, key(5), localDay('2026-11-23')), ids), ids,
    ].flat();
    assert.equal(new Set(all).size, all.length);
  }), { seed: 2 });
});

test('the server turns a pass id into the day\'s visit pseudonym, with that day\'s key alone', () => {
  fc.assert(fc.property(person, (id) => {
    const visit = pseudonymOf(visitKey(key(9), key(4), localDay('2026-11-23')), id);
    assert.equal(visitOfPassId(key(6), passIdOf(key(6), visit)), visit);
    assert.notEqual(visitOfPassId(key(7), passIdOf(key(6), visit)), visit);
  }), { seed: 3 });
});

test('the published vectors hold', () => {
  // FIPS 197, appendix C.3: AES-256.
  const fips = Uint8Array.from({ length: 32 }, (_, index) => index);
  const id = personId('00112233-4455-6677-8899-aabbccddeeff');
  assert.equal(pseudonymOf(healthKey(fips), id), '8ea2b7ca-5167-45bf-eafc-49904b496089');
  const visit = pseudonymOf(visitKey(key(1), key(2), localDay('2026-11-23')), id);
  assert.equal(visit, 'f7d4947f-796e-b908-0926-99951b4c5878');
  assert.equal(passIdOf(key(3), visit).toString('hex'), 'b3cb5ffb4a8708980462c9c6cdc05a4b');
});
