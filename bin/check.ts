/** `npm run check`: types, lint and import rules. Ends with 0 only if all pass. */
import { runChecks } from './checks.ts';

const failed = (await runChecks()).filter(({ passed }) => !passed);
process.exitCode = failed.length === 0 ? 0 : 1;
