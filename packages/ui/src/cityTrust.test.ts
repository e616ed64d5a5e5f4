import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cityTrustStore } from './cityTrust.ts';

/** Where there is no IndexedDB, the store remembers for as long as the page lasts. */
test('nothing is asked without a fingerprint while a request with one is under way', async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  let from = 'page';
  const { refreshTrust } = cityTrustStore(() => {
    const name = from;
    return {
      origin: 'https://city.example', now: () => 0, randomBytes: (length) => new Uint8Array(length), key: null, ticket: null,
      fetch: async () => {
        asked.push(name);
        await new Promise<void>((resolve) => answers.push(resolve));
        return Response.json({ document: '', outbox: null, hotline: '12320' });
      },
    };
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

  const underWay = refreshTrust();
  await settle();
  from = 'code';
  const enrolling = refreshTrust('A'.repeat(43));
  from = 'page';
  const waiting = refreshTrust();
  await settle();
  assert.deepEqual(asked, ['page', 'code'], 'the second of the page waits');
  // What the page was answered before the code is asked for once more after it.
  answers[0]?.();
  await settle();
  assert.deepEqual(asked, ['page', 'code']);
  answers[1]?.();
  assert.equal((await enrolling).ok, false);
  await settle();
  assert.deepEqual(asked, ['page', 'code', 'page', 'page']);
  for (const answer of answers) answer();
  assert.deepEqual([(await underWay).ok, (await waiting).ok], [false, false]);
});
