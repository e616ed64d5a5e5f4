/**
 * `npm test`: the static checks, every test of packages, apps and attacks, and the journeys in a browser. The last
 * line is `N passed, N failed`; the exit code is 0 only if something ran and nothing failed.
 */
import { runChecks } from './checks.ts';
import { runJourneys } from './journeys.ts';
import { runNodeTests, testFiles } from './nodeTests.ts';

const checks = await runChecks();
const tests = await runNodeTests(testFiles(['packages', 'apps', 'database', 'test', 'bin']));
const journeys = runJourneys();

const passed = checks.filter((check) => check.passed).length + tests.passed + journeys.passed;
const failed = checks.filter((check) => !check.passed).length + tests.failed + journeys.failed;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || tests.passed === 0 ? 1 : 0;
