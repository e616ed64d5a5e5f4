/**
 * `npm run attack`: the attacks of `test/attack` against a started system. The last line is `N passed, N failed`.
 * `-- --fuzz-minutes N`: the fuzzing of the vault's socket alone, for so long; `--fuzz-seed TEXT` makes another run.
 */
import { parseArgs } from 'node:util';
import { runNodeTests, testFiles } from './nodeTests.ts';

const args = process.argv.slice(2);
const { values } = parseArgs({ args, options: { 'fuzz-minutes': { type: 'string' }, 'fuzz-seed': { type: 'string' } } });
const minutes = values['fuzz-minutes'];
const files = testFiles(['test/attack']).filter((file) => minutes === undefined || file.endsWith('vaultFuzz.test.ts'));
const { passed, failed } = await runNodeTests(files, args, minutes === undefined ? undefined : Number(minutes) * 90_000 + 5 * 60_000);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
