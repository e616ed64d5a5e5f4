import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sunsetCommand } from './sunsetCommand.ts';

const run = (...args: string[]) => sunsetCommand.run([...args, '--data', '/nowhere/at/all'], { environment: {}, signal: new AbortController().signal, print: () => undefined });

test('a reason that is too short, too long or of several lines is refused in words, before any vault is asked', async () => {
  for (const reason of ['Over', ' Over      ', 'x'.repeat(301), 'The outbreak\nis over']) await assert.rejects(run('begin', reason, '--copies', 'None was made'), /must have 10 to 300 characters, on one line/, reason);
  await assert.rejects(run('begin', 'The outbreak is over', '--copies', 'None was made'), /No system runs on the data folder/, 'the control');
});

test('an end is not asked for before the operator has said what became of copies of the key folder', async () => {
  await assert.rejects(run('begin', 'The outbreak is over'), /needs --copies: .* Whoever holds one opens the backups of its time/);
  for (const copies of ['', 'no', 'x'.repeat(501), 'None\nwas made']) await assert.rejects(run('begin', 'The outbreak is over', '--copies', copies), /--copies must have 4 to 500 characters/, copies);
});

test('the help does not promise more than the program can do', async () => {
  const lines: string[] = [];
  await sunsetCommand.run(['--help'], { environment: {}, signal: new AbortController().signal, print: (line) => lines.push(line) });
  assert.doesNotMatch(lines.join('\n'), /no backup opens/);
  assert.match(lines.join('\n'), /Copies of the key folder are not: each opens the\nbackups/);
});
