import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolesFault } from './roles.ts';

test('nobody both proposes and decides, and an officer has one to three roles', () => {
  assert.equal(rolesFault(['tracer', 'medical-officer']), 'both');
  for (const role of ['tracer', 'medical-officer'] as const) assert.equal(rolesFault(['administrator', role]), 'inviter');
  assert.equal(rolesFault(['administrator', 'registrar']), null);
  assert.equal(rolesFault(['privacy-officer', 'registrar']), 'watcher');
  assert.equal(rolesFault(['privacy-officer']), null);
  assert.equal(rolesFault([]), 'none');
  assert.equal(rolesFault(['registrar', 'sampler', 'laboratory', 'tracer']), 'many');
  assert.equal(rolesFault(['registrar', 'sampler', 'laboratory']), null);
});
