/**
 * The way in for every command: `node bin/bootstrap.mjs start|test|check|attack|bench|replay|healthkit [arguments]`.
 *
 * Runs on Node 20 with nothing installed: installs the packages if they are missing or not those of the lock file,
 * builds the web apps if their sources changed, and hands over to the project's own Node 24, which runs TypeScript as
 * it is. Signals and the exit code pass through.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ownNode = join(root, 'node_modules', '.bin', 'node');
const lockFile = join(root, 'package-lock.json');
const lockStamp = join(root, 'node_modules', '.hk-lock');
const webApps = ['resident', 'gate', 'console'];

const commands = {
  start: { entry: 'apps/healthkit/src/start.ts', needsWeb: true },
  replay: { entry: 'apps/healthkit/src/replay.ts', needsWeb: true },
  healthkit: { entry: 'apps/healthkit/src/healthkit.ts', needsWeb: false },
  test: { entry: 'bin/test.ts', needsWeb: true },
  attack: { entry: 'bin/attack.ts', needsWeb: true },
  check: { entry: 'bin/check.ts', needsWeb: false },
  bench: { entry: 'bench', needsWeb: true },
};

/** Ends the command with one sentence. */
class Refusal extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : `The command could not be run: ${error.message}`}\n`);
  process.exitCode = 1;
}

async function main([name, ...args]) {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) throw new Refusal(`Usage: node bin/bootstrap.mjs ${Object.keys(commands).join('|')} [arguments]`);
  if (Number(process.versions.node.split('.')[0]) < 20) throw new Refusal(`Health Kit needs Node 20 or later; this is ${process.version}.`);

  let { entry } = command;
  if (name === 'bench') {
    const bench = args.shift();
    const known = existsSync(join(root, 'bench')) ? readdirSync(join(root, 'bench')).filter((file) => /^[a-z][\w-]*\.ts$/i.test(file) && !file.endsWith('.test.ts')).map((file) => file.slice(0, -3)) : [];
    if (!known.includes(bench)) throw new Refusal(`Usage: npm run bench -- NAME, with one of: ${known.join(', ') || '(there are none)'}.`);
    entry = `bench/${bench}.ts`;
  }
  if (!existsSync(join(root, entry))) throw new Refusal(`This version of Health Kit has no ${entry}.`);

  await installPackages();
  if (command.needsWeb && !args.includes('--help') && !args.includes('-h')) await buildWebApps();
  return run(ownNode, [join(root, entry), ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
}

/** Runs `npm ci` unless what is installed is what the lock file says. */
async function installPackages() {
  const lockText = readFileSync(lockFile, 'utf8');
  const lockHash = createHash('sha256').update(lockText).digest('hex');
  const stamped = existsSync(lockStamp) ? readFileSync(lockStamp, 'utf8').trim() : null;
  if (stamped === lockHash && existsSync(ownNode)) return;
  if (!existsSync(ownNode) || !isInstalled(JSON.parse(lockText))) {
    say('Installing the packages (a minute or two, once).');
    const began = Date.now();
    // npm tells its scripts where it lies, and on which Node it runs (ours is about to be replaced); a plain `node bin/bootstrap.mjs` finds it on the path.
    const npm = process.env.npm_execpath?.endsWith('.js') ? [process.env.npm_node_execpath ?? process.execPath, process.env.npm_execpath] : ['npm'];
    // Development packages too, whatever NODE_ENV says: they build the web apps.
    const code = await run(npm[0], [...npm.slice(1), 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (code !== 0) throw new Refusal('The packages could not be installed: npm ci failed, see above.');
    if (!existsSync(ownNode)) throw new Refusal('npm installed the packages without running their install scripts, which bring Node 24: allow them (npm config set ignore-scripts false) and try again.');
    say(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  }
  writeFileSync(lockStamp, `${lockHash}\n`);
}

/** Whether npm's own record of what it installed has every package of the lock file in its version. */
function isInstalled(lock) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages ?? {};
  return Object.entries(lock.packages ?? {}).every(([path, wanted]) =>
    !path.includes('node_modules/') || wanted.optional === true || wanted.peer === true || installed[path]?.version === wanted.version);
}

/** Builds each web app whose sources changed since its last build. */
async function buildWebApps() {
  for (const app of webApps) {
    const folder = join(root, 'apps', app);
    if (!existsSync(join(folder, 'vite.config.ts'))) continue;
    const stamp = join(root, 'node_modules', '.cache', 'health-kit', `${app}.sha256`);
    const hash = sourcesHash(app);
    const isFresh = existsSync(join(folder, 'dist', 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
    if (isFresh) continue;
    say(`Building the ${app} app.`);
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const code = await run(ownNode, [vite, 'build', '--logLevel', 'warn'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (code !== 0) throw new Refusal(`The ${app} app could not be built, see above.`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, hash);
  }
}

/** A hash over everything that goes into an app: its own files, the packages, and the versions of the libraries. */
function sourcesHash(app) {
  const hash = createHash('sha256');
  const folders = [join('apps', app), ...readdirSync(join(root, 'packages')).map((name) => join('packages', name))];
  const files = [...folders.flatMap((folder) => [...sourceFiles(folder)]), 'package-lock.json', 'tsconfig.base.json', 'tsconfig.web.json'];
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  return hash.digest('hex');
}

function* sourceFiles(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (entry.isFile() && !entry.name.endsWith('.test.ts')) yield path;
  }
}

/** Runs a program to its end and returns its exit code; signals to this process reach it. */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, ...options });
    // A Ctrl-C in the terminal reaches the child without us, a signal to our number alone does not: it may get two.
    const pass = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    // npm itself can be killed without a word to us; its script is ours, so our parent changes only then.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill('SIGTERM');
    }, 500);
    watch.unref();
    child.on('error', (error) => reject(new Refusal(`${command} could not be started: ${error.message}`)));
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      for (const each of signals) process.off(each, pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1));
    });
  });
}

/** Progress goes where it does not mix with what the command prints. */
function say(line) {
  process.stderr.write(`${line}\n`);
}
