import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { cosignerKey, encodeCosignerKey } from '@health-kit/tlog';
import { readMessageNetwork, type MessageNetwork } from './messageNetwork.ts';
import { parseStartSettings, startHelp } from './settings.ts';
import { StartError } from './startError.ts';
import { parseVaultCommand } from './vaultCommand.ts';

/** The key of a witness, as it prints it. */
const witnessKey = encodeCosignerKey(cosignerKey('witness.example/w1', new Uint8Array(32)));

test('without options the defaults hold', () => {
  assert.deepEqual(parseStartSettings([], {}), {
    port: 8080, dataDir: resolve('data'), demo: true, messages: undefined, timeZone: 'Asia/Shanghai', origin: undefined, privacyPhone: undefined, identityProviderFile: undefined, databaseUrl: undefined, remoteVault: undefined, pkcs11: undefined, witnesses: [],
  });
});

test('each option is taken', () => {
  const args = ['--port', '9000', '--data', '/srv/hk', '--no-demo', '--time-zone', 'Europe/Tallinn', '--origin', 'https://health.example/', '--witness', 'https://witness.example', '--witness-key', witnessKey, '--key-provider', 'pkcs11', '--pkcs11-module', '/usr/lib/module.so', '--pkcs11-token', 'city', '--identity-provider', '/srv/provider.json'];
  assert.deepEqual(parseStartSettings(args, { DATABASE_URL: 'postgres://admin@db/hk' }), {
    port: 9000, dataDir: '/srv/hk', demo: false, messages: undefined, timeZone: 'Europe/Tallinn', origin: 'https://health.example', privacyPhone: undefined, identityProviderFile: '/srv/provider.json', databaseUrl: 'postgres://admin@db/hk',
    remoteVault: undefined, pkcs11: { module: '/usr/lib/module.so', token: 'city' },
    witnesses: [{ url: 'https://witness.example', key: witnessKey }],
  });
});

test('help is asked for, and names every option', () => {
  assert.equal(parseStartSettings(['--help'], {}), 'help');
  for (const option of ['--port', '--data', '--no-demo', '--time-zone', '--origin', '--witness', '--witness-key', '--key-provider', '--pkcs11-module', '--pkcs11-token', '--vault', '--certificate', '--key', '--ca', '--messages', '--messages-password', '--messages-from', '--messages-ca', '--help', 'DATABASE_URL']) assert.ok(startHelp.includes(option), option);
});

const link = ['--certificate', '/etc/hk/server.pem', '--key', '/etc/hk/server.key', '--ca', '/etc/hk/ca.pem'] as const;
const files = { certificate: '/etc/hk/server.pem', key: '/etc/hk/server.key', authority: '/etc/hk/ca.pem' };
const database = { DATABASE_URL: 'postgres://admin@db/hk' };

test('a vault on a host of its own has an address, certificates and a database, and no synthetic city is filled', () => {
  const settings = parseStartSettings(['--vault', 'vault.example:9443', ...link], database);
  assert.ok(settings !== 'help');
  assert.deepEqual([settings.remoteVault, settings.demo], [{ host: 'vault.example', port: 9443, ...files }, false]);
  const bracketed = parseStartSettings(['--vault', '[2001:db8::1]:9443', ...link], database);
  assert.deepEqual(bracketed !== 'help' && bracketed.remoteVault, { host: '2001:db8::1', port: 9443, ...files });
});

test('the vault alone takes where it listens, what the server must have the same, and who holds the keys', () => {
  const args = ['--listen', '10.0.0.5:9443', ...link, '--origin', 'https://health.example', '--data', '/srv/vault', '--messages', 'https://gateway.example', '--privacy-phone', '+8613800000000', '--witness', 'https://witness.example', '--witness-key', witnessKey];
  assert.deepEqual(parseVaultCommand(args, database), {
    dataDir: '/srv/vault', port: 0, demo: false, databaseUrl: 'postgres://admin@db/hk', listen: { host: '10.0.0.5', port: 9443, ...files }, origin: 'https://health.example',
    timeZone: 'Asia/Shanghai', messages: { over: 'http', url: 'https://gateway.example' }, privacyPhone: '+8613800000000', identityProviderFile: undefined, witnesses: [{ url: 'https://witness.example', key: witnessKey }], pkcs11: undefined,
  });
  assert.equal(parseVaultCommand(['--help'], {}), 'help');
});

const wrongLinks: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['certificates without a vault', () => parseStartSettings([...link], database), /need --vault/],
  ['a vault without certificates', () => parseStartSettings(['--vault', 'vault.example:9443'], database), /needs --certificate, --key and --ca/],
  ['a vault without a port', () => parseStartSettings(['--vault', 'vault.example', ...link], database), /must be a host and a port/],
  ['a vault at a port of root\'s', () => parseStartSettings(['--vault', 'vault.example:443', ...link], database), /from 1024/],
  ['a vault elsewhere and keys here', () => parseStartSettings(['--vault', 'vault.example:9443', '--key-provider', 'file', ...link], database), /--key-provider/],
  ['a vault elsewhere and a database here', () => parseStartSettings(['--vault', 'vault.example:9443', ...link], {}), /DATABASE_URL/],
  ['the vault alone without a database', () => parseVaultCommand(['--listen', '10.0.0.5:9443', '--origin', 'https://health.example', ...link], {}), /DATABASE_URL/],
  ['the vault alone without an origin', () => parseVaultCommand(['--listen', '10.0.0.5:9443', ...link], database), /--origin/],
  ['the vault alone without an address', () => parseVaultCommand(['--origin', 'https://health.example', ...link], database), /--listen/],
];
for (const [what, parse, sentence] of wrongLinks) {
  test(`${what} is refused with a sentence`, () => {
    assert.throws(parse, (error: unknown) => error instanceof StartError && sentence.test(error.message) && /\.$/.test(error.message));
  });
}

test('messages go to a gateway over HTTP or to a centre over SMPP, and with either no synthetic city is filled', () => {
  const settings = (...args: string[]) => {
    const parsed = parseStartSettings(args, {});
    assert.ok(parsed !== 'help');
    return [parsed.messages, parsed.demo];
  };
  assert.deepEqual(settings('--messages', 'http://gateway.example'), [{ over: 'http', url: 'http://gateway.example' }, false]);
  const centre = { over: 'smpp', host: 'centre.example', port: 2775, tls: false, systemId: 'city', passwordFile: '/etc/hk/smpp', authorityFile: undefined, from: undefined };
  assert.deepEqual(settings('--messages', 'smpp://city@centre.example', '--messages-password', '/etc/hk/smpp'), [centre, false]);
  assert.deepEqual(settings('--messages', 'ssmpp://city@[2001:db8::1]:3600', '--messages-password', '/etc/hk/smpp', '--messages-from', 'Haichuan', '--messages-ca', '/etc/hk/ca.pem'), [
    { ...centre, host: '2001:db8::1', port: 3600, tls: true, from: 'Haichuan', authorityFile: '/etc/hk/ca.pem' }, false,
  ]);
});

test('a password is read from a file that is the operator\'s alone, and never from the command line', async () => {
  assert.throws(
    () => parseStartSettings(['--messages', 'smpp://city:hunter2@centre.example', '--messages-password', '/etc/hk/smpp'], {}),
    (error: unknown) => error instanceof StartError && !error.message.includes('hunter2') && /--messages-password/.test(error.message),
  );
  const folder = await mkdtemp(join(tmpdir(), 'messages-'));
  const passwordFile = join(folder, 'smpp');
  const network: MessageNetwork = { over: 'smpp', host: 'centre.example', port: 2775, tls: false, systemId: 'city', passwordFile, authorityFile: undefined, from: undefined };
  await assert.rejects(readMessageNetwork(network), StartError);
  await writeFile(passwordFile, 'hunter2\n', { mode: 0o644 });
  await assert.rejects(readMessageNetwork(network), (error: unknown) => error instanceof StartError && /chmod 600/.test(error.message) && !error.message.includes('hunter2'));
  await chmod(passwordFile, 0o600);
  assert.deepEqual(await readMessageNetwork(network), { outboxUrl: null, smpp: { host: 'centre.example', port: 2775, tls: false, systemId: 'city', password: 'hunter2' } });
  await writeFile(passwordFile, 'longer than eight');
  await assert.rejects(readMessageNetwork(network), StartError);
  await rm(folder, { recursive: true });
});

const wrong: readonly (readonly string[])[] = [
  ['--messages', 'centre.example'], ['--messages', 'smpp://centre.example', '--messages-password', 'f'], ['--messages', 'smpp://city@centre.example'], ['--messages', 'smpp://a-system-id-too-long@centre.example', '--messages-password', 'f'],
  ['--messages-password', 'f'], ['--messages', 'https://gateway.example', '--messages-from', 'City'], ['--messages', 'smpp://city@centre.example', '--messages-password', 'f', '--messages-from', 'a name that is too long'],
  ['--messages', 'smpp://city@centre.example', '--messages-password', 'f', '--messages-ca', 'ca.pem'],
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
