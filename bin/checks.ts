import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const projectRoot = join(import.meta.dirname, '..');

const modules = join(projectRoot, 'node_modules');

/** The program that applies `.dependency-cruiser.cjs`. */
export const importRulesProgram = join(modules, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

/** The static checks, each a program of an installed package and its arguments. */
const checks = [
  { name: 'types of server, packages and tests', args: [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json'] },
  { name: 'types of the web apps', args: [join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.web.json'] },
  { name: 'lint', args: [join(modules, 'eslint', 'bin', 'eslint.js'), '--max-warnings=0', '.'] },
  { name: 'import rules', args: [importRulesProgram, '--config', '.dependency-cruiser.cjs', 'apps', 'packages', 'database'] },
] as const;

export type CheckResult = { readonly name: string; readonly passed: boolean };

/** Runs all checks, two at a time, and prints what the failing ones say. */
export async function runChecks(): Promise<readonly CheckResult[]> {
  const waiting = [...checks];
  const results: CheckResult[] = [];
  async function work(): Promise<void> {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { code, output } = await runNode(check.args);
      const passed = code === 0;
      results.push({ name: check.name, passed });
      process.stdout.write(`${passed ? '✔' : '✖'} ${check.name}\n${passed ? '' : output}`);
    }
  }
  await Promise.all([work(), work()]);
  return results;
}

/** Runs a Node program in the project's root and gathers what it prints. */
export function runNode(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    const gather = (chunk: Buffer) => void chunks.push(chunk);
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
