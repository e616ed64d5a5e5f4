import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './checks.ts';
import { installDebianPackages, type DebianPackage } from './debianPackages.ts';
import type { Tally } from './nodeTests.ts';

const config = join(projectRoot, 'playwright.config.ts');

/** What the journeys need of the machine: a browser, and a font for Chinese. */
const needed: readonly DebianPackage[] = [
  { package: 'chromium', file: '/usr/bin/chromium' },
  { package: 'fonts-noto-cjk', file: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' },
];

/** Runs the journeys through the apps in a real browser, and counts. */
export function runJourneys(): Tally {
  if (!existsSync(config)) return { passed: 0, failed: 0 };
  const missing = installDebianPackages(needed);
  if (missing !== null) {
    process.stdout.write(`✖ journeys: ${missing}\n`);
    return { passed: 0, failed: 1 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'hk-journeys-'));
  try {
    const report = join(folder, 'report.json');
    spawnSync(process.execPath, [join(projectRoot, 'node_modules', '@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'], {
      cwd: projectRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    return tallyOf(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts from Playwright's JSON report; one that is missing or empty of counts means that it broke. */
function tallyOf(report: string): Tally {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const value: unknown = JSON.parse(readFileSync(report, 'utf8'));
  const stats = field(value, 'stats');
  const count = (name: string) => {
    const number = field(stats, name);
    return typeof number === 'number' ? number : 0;
  };
  const errors = field(value, 'errors');
  const broken = Array.isArray(errors) ? errors.length : 0;
  // A journey that passed on a second try is not one to rely on.
  return { passed: count('expected'), failed: count('unexpected') + count('flaky') + (count('unexpected') === 0 ? broken : 0) };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}
