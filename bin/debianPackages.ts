/** Programs and fonts that tests and benchmarks take from Debian's packages. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';

export interface DebianPackage {
  readonly package: string;
  /** A file that it installs, `*` standing for a version; while one is there, nothing is missing. */
  readonly file: string;
}

/** Installs what is missing, as root on a machine with apt-get; otherwise returns a sentence that says how. */
export function installDebianPackages(needed: readonly DebianPackage[]): string | null {
  const missing = needed.filter(({ file }) => globSync(file).length === 0).map((each) => each.package);
  if (missing.length === 0) return null;
  const how = `install them with "apt-get install ${missing.join(' ')}" as root`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return `${missing.join(' and ')} are missing: ${how}.`;
  process.stdout.write(`Installing ${missing.join(' and ')}.\n`);
  const aptGet = (...args: readonly string[]) => spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status;
  aptGet('update');
  return aptGet('install', '-y', '--no-install-recommends', ...missing) === 0 ? null : `${missing.join(' and ')} could not be installed: ${how}.`;
}
