/** `npm run attack`: the attacks of `test/attack` against a started system. The last line is `N passed, N failed`. */
import { runNodeTests, testFiles } from './nodeTests.ts';

const { passed, failed } = await runNodeTests(testFiles(['test/attack']));
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
