import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVaultSettings, type VaultSettings } from '@health-kit/api/process-settings';
import { defaultLimits } from './vault.ts';

test('every limit can be set, those of moves at the desk and of guardians included; terms and caps of disclosures cannot', () => {
  const { disclosure, ...limits } = defaultLimits;
  const settings: VaultSettings = {
    databaseUrl: 'postgres://hk_vault:secret@localhost/healthkit', socketPath: '/run/vault.sock', keyFolder: '/keys', outboxUrl: null, timeZone: 'Asia/Shanghai',
    origin: 'http://localhost:8080', cityName: { zh: '海川市', en: 'Haichuan' }, issuer: 'HCSIM', controlledClock: false,
  };
  const read = (given: unknown) => parseVaultSettings(JSON.stringify({ ...settings, limits: given })).limits;
  assert.deepEqual(read(limits), limits);
  assert.throws(() => read({ disclosure }), /limits/);
});
