import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { keysCommand } from './keysCommand.ts';
import { startSystem, type System } from './startSystem.ts';

let folder: string;
let system: System;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hk-keys-'));
  system = await startSystem({ dataDir: join(folder, 'data'), port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined });
});
after(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  assert.equal(await keysCommand.run(args, { environment: {}, signal: new AbortController().signal, print: (line) => void lines.push(line) }), 0);
  return lines;
}

test('the operator lists every kind of key of the running system, and sees none of them', async () => {
  const lines = await run('list', '--data', join(folder, 'data'));
  for (const name of ['kek/1', 'issuer/pass/1', 'sealing/1', 'blind-index', 'ledger/1', 'trust-root/1', 'sector/visit']) {
    assert.ok(lines.some((line) => line.startsWith(`${name} `)), `${name} in\n${lines.join('\n')}`);
  }
  // The public halves that others hold come first.
  const [root = '', ledger = '', ...rest] = lines;
  assert.match(root, /^Trust root {2}(?:[0-9a-f]{4} ?){16}$/);
  assert.match(ledger, /^Ledger {6}localhost:\d+\/ledger\+[0-9a-f]{8}\+/);
  assert.doesNotMatch(rest.join('\n'), /[0-9a-f]{32}|[\w+/-]{43}/, 'nothing as long as a key');
});

test('a folder on which nothing runs is told in one sentence', async () => {
  await assert.rejects(run('list', '--data', join(folder, 'other')), /^StartError: No system runs on the data folder .*other: start it/);
});

test('one key of each sort is replaced while the system runs: wrapped, sealed and hashed anew, announced, and left to lapse', { timeout: 240_000 }, async () => {
  const data = ['--data', join(folder, 'data')] as const;
  const kinds = ['kek', 'data', 'blind-index', 'sealing', 'stops'] as const;
  // Each waits for its own end.
  const said = await Promise.all(kinds.map((kind) => run('rotate', kind, ...data)));
  for (const [index, kind] of kinds.entries()) assert.match(said[index]?.at(-1) ?? '', new RegExp(`^Rotation of ${kind}, begun .*, done `), kind);
  assert.match((await run('rotate', 'pass', '--no-wait', ...data)).join('\n'), /^Rotation of pass, begun .*, under way$/);
  const inventory = (await run('list', ...data)).join('\n');
  for (const state of [/^kek\/2 +kek +2 +current/m, /^blind-index\/2 +blind-index +2 +current/m, /^sealing\/1 +sealing +1 +former/m, /^sealing\/2 +sealing +2 +current/m, /^issuer\/pass\/2 +pass +2 +next/m]) {
    assert.match(inventory, state);
  }
  assert.doesNotMatch(inventory, /^kek\/1 /m);
});

test('what is not replaced is refused with its reason, and what knows no revocation says why', async () => {
  const data = ['--data', join(folder, 'data')] as const;
  for (const [kind, reason] of [['sector', /tables that the vault may not write/], ['pass-id-root', /for as long as visits are kept/], ['ledger', /identity of the log/], ['day', /anew each day/], ['moon', /needs the kind of key: kek, data, /]] as const) {
    await assert.rejects(run('rotate', kind, ...data), reason);
  }
  for (const kind of ['kek', 'data', 'blind-index', 'stops']) await assert.rejects(run('rotate', kind, '--revoke', ...data), /Without it nothing is left, when the rotation is over/);
});
