import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartError, SystemEnded } from './startError.ts';
import { untilOver } from './untilOver.ts';

const never = new Promise<StartError>(() => undefined);

test('a system that was ended as decided is no failure, and what to say of it is told', async () => {
  assert.equal(await untilOver(Promise.resolve(new SystemEnded('This system was ended.')), new AbortController().signal), 'This system was ended.');
});

test('a process that does not stay up is one', async () => {
  await assert.rejects(untilOver(Promise.resolve(new StartError('The vault does not stay up.')), new AbortController().signal), /does not stay up/);
});

test('whoever stops it, before or meanwhile, is told nothing', async () => {
  assert.equal(await untilOver(never, AbortSignal.abort()), null);
  const stopping = new AbortController();
  const over = untilOver(never, stopping.signal);
  stopping.abort();
  assert.equal(await over, null);
});
