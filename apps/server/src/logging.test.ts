import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ready } from '@health-kit/api/vault';
import { describeError } from './logging.ts';
import { openVaultClient } from './vault/index.ts';

test('a vault that does not answer is logged with the operation and what went wrong', async () => {
  const vault = openVaultClient({ socketPath: '/nowhere/vault.sock' });
  const error: unknown = await vault.call(ready, {}).catch((failure: unknown) => failure);
  vault.close();
  const { type, message, cause } = describeError(error);
  assert.deepEqual([type, message], ['VaultUnavailableError', `${ready.name}: no answer`]);
  assert.ok(typeof cause === 'object' && cause !== null && 'code' in cause && 'message' in cause);
  assert.deepEqual([cause.code, cause.message], ['ENOENT', ''], 'whatever else went wrong is told by its code');
});

test('what any other error says stays out of the log, for it may quote a value', () => {
  assert.equal(describeError(new TypeError('Li Wei, 13912345678')).message, '');
  assert.deepEqual(describeError('Li Wei'), { type: 'string', message: '', stack: '' });
});
