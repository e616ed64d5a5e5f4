import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { importRulesProgram, projectRoot } from './checks.ts';

const Report = Type.Object({
  summary: Type.Object({ violations: Type.Array(Type.Object({ rule: Type.Object({ name: Type.String() }), from: Type.String(), to: Type.String() })) }),
});

/** Writes a small project, applies the house rules to it, and lists `rule: from → to`. */
async function violations(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-import-rules-'));
  try {
    for (const [path, text] of Object.entries({ 'tsconfig.json': '{}', 'package.json': '{"type":"module"}', 'apps/keep.ts': '', 'packages/keep.ts': '', ...files })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [
      importRulesProgram, '--config', join(projectRoot, '.dependency-cruiser.cjs'), '--output-type', 'json', 'apps', 'packages',
    ], { cwd: folder, encoding: 'utf8' });
    assert.equal(stderr, '');
    return Value.Parse(Report, JSON.parse(stdout)).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const something = 'export const something = 1;\n';

test('imports that keep the house rules pass', async () => {
  assert.deepEqual(await violations({
    'packages/tlog/src/index.ts': something,
    'packages/tlog/src/index.test.ts': `import 'node:test';\nimport './index.ts';\n`,
    'apps/server/src/visits/routes.ts': `import '../venues/index.ts';\nimport './checkIn.ts';\nimport '../../../../packages/tlog/src/index.ts';\n`,
    'apps/server/src/visits/checkIn.ts': something,
    'apps/server/src/venues/index.ts': `export * from './openVenue.ts';\n`,
    'apps/server/src/venues/openVenue.ts': something,
    'apps/vault/src/main.ts': `import './keys.ts';\n`,
    'apps/vault/src/keys.ts': something,
  }), []);
});

const planted: readonly (readonly [title: string, files: Readonly<Record<string, string>>, caught: string])[] = [
  ['a pure package that opens files', { 'packages/tlog/src/tile.ts': `import 'node:fs';\n` }, 'pure-packages-do-no-io: packages/tlog/src/tile.ts → fs'],
  [
    'a package that imports an app',
    { 'packages/client/src/call.ts': `import '../../../apps/server/src/problems.ts';\n`, 'apps/server/src/problems.ts': something },
    'packages-know-no-app: packages/client/src/call.ts → apps/server/src/problems.ts',
  ],
  [
    'an app that imports another app',
    { 'apps/gate/src/scan.ts': `import '../../resident/src/pass.ts';\n`, 'apps/resident/src/pass.ts': something },
    'apps-are-strangers: apps/gate/src/scan.ts → apps/resident/src/pass.ts',
  ],
  [
    'a server that has the vault\'s code at hand, if only for a type',
    { 'apps/server/src/names.ts': `import type { Name } from '../../vault/src/people.ts';\nexport type N = Name;\n`, 'apps/vault/src/people.ts': 'export type Name = string;\n' },
    'vault-is-closed: apps/server/src/names.ts → apps/vault/src/people.ts',
  ],
  [
    'a capability that reaches into another',
    { 'apps/server/src/tracing/contacts.ts': `import '../visits/sql.ts';\n`, 'apps/server/src/visits/sql.ts': something },
    'capabilities-by-their-index: apps/server/src/tracing/contacts.ts → apps/server/src/visits/sql.ts',
  ],
  [
    'two files that import each other',
    { 'apps/server/src/a.ts': `import './b.ts';\nexport const a = 1;\n`, 'apps/server/src/b.ts': `import './a.ts';\nexport const b = 1;\n` },
    'no-cycles: apps/server/src/a.ts → apps/server/src/b.ts',
  ],
  ['an import that leads nowhere', { 'apps/server/src/a.ts': `import './gone.ts';\n` }, 'nothing-unresolved: apps/server/src/a.ts → ./gone.ts'],
];

for (const [title, files, caught] of planted) {
  test(`${title} is caught`, async () => {
    assert.ok((await violations(files)).includes(caught), `expected ${caught}`);
  });
}
