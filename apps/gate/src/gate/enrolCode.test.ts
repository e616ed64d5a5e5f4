import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolLink, readEnrolCode } from './enrolCode.ts';

const invitation = { code: 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ', root: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' };
const words = `${invitation.code}.${invitation.root}`;

test('code and trust root are read from their link, from its fragment, and by themselves', () => {
  assert.deepEqual(readEnrolCode(enrolLink('https://city.example', invitation)), invitation);
  assert.deepEqual(readEnrolCode(`#${words}`), invitation);
  assert.deepEqual(readEnrolCode(`  ${words}\n`), invitation);
});

test('other links and texts are no one-time code, nor is a code without its root', () => {
  for (const text of ['', 'HK1:ABC', `https://city.example/v#${words}`, 'https://city.example/gate/enrol', 'https://city.example/gate/enrol#short', `${words}${words}`, invitation.code, `https://city.example/gate/enrol#${invitation.code}`]) {
    assert.equal(readEnrolCode(text), null);
  }
});
