import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { cosignerKey, encodeCosignerKey } from '@health-kit/tlog';
import { parseStartSettings, startHelp } from './settings.ts';
import { StartError } from './startError.ts';

/** The key of a witness, as it prints it. */
const witnessKey = encodeCosignerKey(cosignerKey('witness.example/w1', new Uint8Array(32)));

test('without options the defaults hold', () => {
  assert.deepEqual(parseStartSettings([], {}), {
    port: 8080, dataDir: resolve('data'), demo: true, timeZone: 'Asia/Shanghai', origin: undefined, privacyPhone: undefined, databaseUrl: undefined, pkcs11: undefined, witnesses: [],
  });
});

test('each option is taken', () => {
  const args = ['--port', '9000', '--data', '/srv/hk', '--no-demo', '--time-zone', 'Europe/Tallinn', '--origin', 'https://health.example/', '--witness', 'https://witness.example', '--witness-key', witnessKey, '--key-provider', 'pkcs11', '--pkcs11-module', '/usr/lib/module.so', '--pkcs11-token', 'city'];
  assert.deepEqual(parseStartSettings(args, { DATABASE_URL: 'postgres://admin@db/hk' }), {
    port: 9000, dataDir: '/srv/hk', demo: false, timeZone: 'Europe/Tallinn', origin: 'https://health.example', privacyPhone: undefined, databaseUrl: 'postgres://admin@db/hk',
    pkcs11: { module: '/usr/lib/module.so', token: 'city' },
    witnesses: [{ url: 'https://witness.example', key: witnessKey }],
  });
});

test('help is asked for, and names every option', () => {
  assert.equal(parseStartSettings(['--help'], {}), 'help');
  for (const option of ['--port', '--data', '--no-demo', '--time-zone', '--origin', '--witness', '--witness-key', '--key-provider', '--pkcs11-module', '--pkcs11-token', '--help', 'DATABASE_URL']) assert.ok(startHelp.includes(option), option);
});

const wrong: readonly (readonly string[])[] = [
  ['--key-provider', 'paper'], ['--key-provider', 'pkcs11'], ['--pkcs11-token', 'city'],
  ['--port', '99999'], ['--port', '-1'], ['--port', '80a'], ['--time-zone', 'Mars/Olympus'], ['--origin', 'health.example'],
  ['--origin', 'https://health.example/app'], ['--origin', 'ftp://health.example'], ['--colour', 'green'], ['start'],
  ['--witness', 'https://witness.example'], ['--witness', 'witness.example', '--witness-key', witnessKey], ['--witness', 'https://witness.example', '--witness-key', 'nonsense'],
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
