import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { canCross, canReach, chooseDatabaseUser } from './databaseUser.ts';

/** A number that owns nothing here. */
const stranger = 58_999;
const skip = process.getuid?.() === 0 ? false : 'a user of its own needs root, which CI is';

test('who started by root runs the database needs no capability for a data folder that others pass through and cannot read', { skip }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hk-user-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const [program, data] = [join(folder, 'postgres'), join(folder, 'data')];
  await writeFile(program, '');
  await mkdir(data);
  await chmod(folder, 0o755);
  await chmod(program, 0o755);
  const choose = () => chooseDatabaseUser(stranger, { programs: [program], folders: [data] });

  await chmod(data, 0o711);
  assert.deepEqual([await canCross(stranger, data), await canReach(stranger, data)], [true, false]);
  assert.deepEqual(await choose(), { uid: stranger, capability: null });

  await chmod(data, 0o700);
  assert.match((await choose())?.capability ?? 'none', /^dac_/, 'a closed data folder');

  await chmod(data, 0o711);
  await chmod(program, 0o711);
  assert.match((await choose())?.capability ?? 'none', /^dac_/, 'a program that cannot be read');

  await chmod(program, 0o755);
  await chmod(folder, 0o700);
  assert.match((await choose())?.capability ?? 'none', /^dac_/, 'a closed folder above them');
});
