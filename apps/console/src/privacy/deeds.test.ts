import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOperations, problemTypes } from '@health-kit/api';
import * as vault from '@health-kit/api/vault';
import { isDeed } from './deeds.ts';

/** The vault's names of what officers can be refused: its operations on a proof whose caller is staff. */
const byOfficers = Object.values(vault).flatMap((exported) => {
  if (typeof exported !== 'object' || !('callerOperation' in exported) || !('name' in exported)) return [];
  const { callerOperation, name } = exported;
  return allOperations.some(({ id, authority }) => id === callerOperation && authority.kind === 'staff') ? [name] : [];
});

test('each operation that an officer can be refused has words', () => {
  assert.ok(byOfficers.length > 30);
  assert.deepEqual(byOfficers.filter((name) => !isDeed(name)), []);
});

test('each refusal of the vault is a problem that people are told in words', () => {
  assert.deepEqual(vault.vaultRefusals.filter((refusal) => !Object.hasOwn(problemTypes, refusal)), []);
});
