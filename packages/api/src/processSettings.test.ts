import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  controlledClock,
  parseChildMessage,
  parseOutboxSettings,
  parseServerSettings,
  parseVaultSettings,
  processClock,
  SettingsError,
  type ServerSettings,
  type VaultSettings,
} from './processSettings.ts';

const vault: VaultSettings = {
  databaseUrl: 'postgres://hk_vault:secret@localhost/healthkit',
  socketPath: '/run/vault.sock',
  keyFolder: '/keys',
  outboxUrl: null,
  timeZone: 'Asia/Shanghai',
  origin: 'http://localhost:8080',
  cityName: { zh: '海川市', en: 'Haichuan' },
  issuer: 'HCSIM',
  controlledClock: false,
};

const server: ServerSettings = {
  databaseUrl: 'postgres://hk_server:secret@localhost/healthkit',
  vault: { socketPath: '/run/vault.sock' },
  host: '127.0.0.1',
  port: 8080,
  origin: 'http://localhost:8080',
  outboxOrigin: 'http://localhost:8081',
  timeZone: 'Asia/Shanghai',
  webRoots: { resident: '/a', gate: '/b', console: '/c' },
  controlledClock: { startMs: 1_700_000_000_000 },
  demo: true,
};

test('settings survive the journey through the environment', () => {
  assert.deepEqual(parseVaultSettings(JSON.stringify(vault)), vault);
  assert.deepEqual(parseServerSettings(JSON.stringify(server)), server);
  const outbox = { host: '127.0.0.1', port: 8081, timeZone: 'Asia/Shanghai', controlledClock: false };
  assert.deepEqual(parseOutboxSettings(JSON.stringify(outbox)), outbox);
});

test('missing, broken, incomplete and unknown settings are refused', () => {
  assert.throws(() => parseVaultSettings(undefined), SettingsError);
  assert.throws(() => parseVaultSettings('{'), SettingsError);
  assert.throws(() => parseVaultSettings(JSON.stringify({ ...vault, issuer: 'TOOLONG' })), SettingsError);
  assert.throws(() => parseVaultSettings(JSON.stringify({ ...vault, colour: 'green' })), SettingsError);
  assert.throws(() => parseServerSettings(JSON.stringify({ ...server, port: 0 })), SettingsError);
  assert.throws(() => parseServerSettings(JSON.stringify({ ...server, origin: 'http://localhost:8080/' })), SettingsError);
});

test('between hosts, both ends have an address, a certificate and an authority, and no socket', () => {
  const tls = { host: 'vault.example', port: 9443, certificate: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----', authority: '-----BEGIN CERTIFICATE-----' };
  assert.deepEqual(parseVaultSettings(JSON.stringify({ ...vault, tls })), { ...vault, tls });
  assert.deepEqual(parseServerSettings(JSON.stringify({ ...server, vault: tls })), { ...server, vault: tls });
  assert.throws(() => parseVaultSettings(JSON.stringify({ ...vault, tls: { ...tls, authority: undefined } })), SettingsError);
  assert.throws(() => parseServerSettings(JSON.stringify({ ...server, vault: { ...tls, key: '/etc/key.pem' } })), SettingsError);
  assert.throws(() => parseServerSettings(JSON.stringify({ ...server, vault: { ...tls, socketPath: '/run/vault.sock' } })), SettingsError);
});

test('a refusal names the field and keeps the password to itself', () => {
  assert.throws(
    () => parseServerSettings(JSON.stringify({ ...server, databaseUrl: 'mysql://root:hunter2@db' })),
    (error: unknown) => error instanceof SettingsError && error.message.includes('/databaseUrl') && !error.message.includes('hunter2'),
  );
});

test('a controlled clock stands still until it is set', () => {
  const clock = controlledClock(5);
  assert.equal(clock.now(), 5);
  clock.set(9);
  assert.equal(clock.now(), 9);
});

test('a process honours set-time only when its settings carry a controlled clock', () => {
  const controlled = processClock({ startMs: 1000 });
  assert.equal(controlled.clock.now(), 1000);
  assert.deepEqual(controlled.receive({ type: 'set-time', epochMs: 2000 }), { type: 'time-set', epochMs: 2000 });
  assert.equal(controlled.clock.now(), 2000);
  assert.equal(controlled.receive({ type: 'set-time', epochMs: 'tomorrow' }), null);
  assert.equal(controlled.clock.now(), 2000);

  const machine = processClock(false);
  assert.equal(machine.receive({ type: 'set-time', epochMs: 2000 }), null);
  assert.ok(machine.clock.now() > 1_700_000_000_000);
});

test('messages that are none of ours are not understood', () => {
  assert.deepEqual(parseChildMessage({ type: 'ready' }), { type: 'ready' });
  assert.equal(parseChildMessage({ type: 'failed' }), null);
  assert.equal(parseChildMessage('ready'), null);
});
