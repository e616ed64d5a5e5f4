import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { projectRoot } from './checks.ts';

export type Tally = { readonly passed: number; readonly failed: number };

/** A test file that takes longer than this hangs. */
const fileTimeoutMs = 15 * 60_000;

/** Absolute paths of the test files under `folders`, in order. */
export function testFiles(folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.test.ts`, {
      cwd: projectRoot,
      exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
    }))
    .sort()
    .map((file) => join(projectRoot, file));
}

/** Runs test files with `node --test`, two at a time, prints the report and counts. @param args for the files to read */
export async function runNodeTests(files: readonly string[], args: readonly string[] = [], timeout = fileTimeoutMs): Promise<Tally> {
  // Without files the runner would look for some by itself.
  if (files.length === 0) return { passed: 0, failed: 0 };
  const stream = run({ files: [...files], concurrency: 2, timeout, argv: [...args], cwd: projectRoot });
  let tally: Tally = { passed: 0, failed: 1 };
  stream.on('test:summary', ({ file, counts, success }) => {
    if (file !== undefined) return;
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    tally = { passed: counts.passed, failed: success ? failed : Math.max(failed, 1) };
  });
  for await (const chunk of stream.compose(spec)) process.stdout.write(String(chunk));
  return tally;
}
