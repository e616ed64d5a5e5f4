import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolLink, readEnrolCode } from './enrolCode.ts';

const code = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ';

test('a one-time code is read from its link, from its fragment, and by itself', () => {
  assert.equal(readEnrolCode(enrolLink('https://city.example', code)), code);
  assert.equal(readEnrolCode(`#${code}`), code);
  assert.equal(readEnrolCode(`  ${code}\n`), code);
});

test('other links and texts are no one-time code', () => {
  for (const text of ['', 'HK1:ABC', `https://city.example/v#${code}`, 'https://city.example/gate/enrol', 'https://city.example/gate/enrol#short', `${code}${code}`]) {
    assert.equal(readEnrolCode(text), null);
  }
});
