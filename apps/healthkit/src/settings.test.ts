import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parseStartSettings, startHelp } from './settings.ts';
import { StartError } from './startError.ts';

test('without options the defaults hold', () => {
  assert.deepEqual(parseStartSettings([], {}), {
    port: 8080, dataDir: resolve('data'), demo: true, timeZone: 'Asia/Shanghai', origin: undefined, databaseUrl: undefined,
  });
});

test('each option is taken', () => {
  const args = ['--port', '9000', '--data', '/srv/hk', '--no-demo', '--time-zone', 'Europe/Tallinn', '--origin', 'https://health.example/'];
  assert.deepEqual(parseStartSettings(args, { DATABASE_URL: 'postgres://admin@db/hk' }), {
    port: 9000, dataDir: '/srv/hk', demo: false, timeZone: 'Europe/Tallinn', origin: 'https://health.example', databaseUrl: 'postgres://admin@db/hk',
  });
});

test('help is asked for, and names every option', () => {
  assert.equal(parseStartSettings(['--help'], {}), 'help');
  for (const option of ['--port', '--data', '--no-demo', '--time-zone', '--origin', '--help', 'DATABASE_URL']) assert.ok(startHelp.includes(option), option);
});

const wrong: readonly (readonly string[])[] = [
  ['--port', '99999'], ['--port', '-1'], ['--port', '80a'], ['--time-zone', 'Mars/Olympus'], ['--origin', 'health.example'],
  ['--origin', 'https://health.example/app'], ['--origin', 'ftp://health.example'], ['--colour', 'green'], ['start'],
];
for (const args of wrong) {
  test(`"${args.join(' ')}" is refused with a sentence`, () => {
    assert.throws(() => parseStartSettings(args, {}), (error: unknown) => error instanceof StartError && /\.$/.test(error.message));
  });
}

test('a wrong DATABASE_URL is refused without showing its password', () => {
  assert.throws(
    () => parseStartSettings([], { DATABASE_URL: 'mysql://root:hunter2@db' }),
    (error: unknown) => error instanceof StartError && !error.message.includes('hunter2'),
  );
});
