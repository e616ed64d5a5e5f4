import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sunsetCommand } from './sunsetCommand.ts';

const run = (...args: string[]) => sunsetCommand.run([...args, '--data', '/nowhere/at/all'], { environment: {}, signal: new AbortController().signal, print: () => undefined });

test('a reason that is too short, too long or of several lines is refused in words, before any vault is asked', async () => {
  for (const reason of ['Over', ' Over      ', 'x'.repeat(301), 'The outbreak\nis over']) await assert.rejects(run('begin', reason), /must have 10 to 300 characters, on one line/, reason);
  await assert.rejects(run('begin', 'The outbreak is over'), /No system runs on the data folder/, 'the control');
});
