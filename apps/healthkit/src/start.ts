/** The start command: `npm start -- [options]`. */
import { rootFingerprint } from '@health-kit/client';
import { makeDemoCity } from './demoCity.ts';
import { writeInstallation, type Installation } from './installation.ts';
import { parseStartSettings, startHelp, type StartSettings } from './settings.ts';
import { errorText, StartError } from './startError.ts';
import { startSystem, type System } from './startSystem.ts';
import { untilOver } from './untilOver.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
// The bootstrap is our parent; when it is killed nobody is left to pass a Ctrl-C on.
process.on('disconnect', () => interrupted.abort());
// A reader that went away (`npm start | head`) is no reason to stop a city's health passes.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.exitCode = await main();
// The channel to the bootstrap would keep this process alive.
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  try {
    const settings = parseStartSettings(process.argv.slice(2), { DATABASE_URL: process.env['DATABASE_URL'] });
    if (settings === 'help') {
      process.stdout.write(startHelp);
      return 0;
    }
    return await run(settings);
  } catch (error) {
    // Asked to stop while starting: that is what happened, and no error.
    if (interrupted.signal.aborted) return 0;
    process.stderr.write(`${error instanceof StartError ? error.message : `Health Kit could not start: ${errorText(error)}`}\n`);
    return 1;
  }
}

async function run(settings: StartSettings): Promise<number> {
  const system = await startSystem({ ...settings, clock: 'system', log: say, signal: interrupted.signal });
  try {
    const over = untilOver(system.failed, interrupted.signal);
    const installation = await Promise.race([firstInstallation(system, settings), over]);
    // Not where it is over while the city is being filled.
    if (installation !== null && typeof installation !== 'string') announce(system, settings, installation);
    const ended = await over;
    if (ended !== null) say(ended);
    return 0;
  } finally {
    say('Stopping.');
    await system.stop();
  }
}

/** What the first start decides, and later ones find. */
async function firstInstallation(system: System, settings: StartSettings): Promise<Installation> {
  if (system.installation !== null) return system.installation;
  if (settings.demo) return makeDemoCity(system, say);
  const installation: Installation = { demo: 'none', signIn: [] };
  await writeInstallation(system.folder, installation);
  return installation;
}

function announce(system: System, { messages }: StartSettings, installation: Installation): void {
  say('');
  say(`Residents      ${system.origin}/`);
  say(`Entrances      ${system.origin}/gate/`);
  say(`Staff          ${system.origin}/console/`);
  if (messages === undefined) say(`Text messages  ${system.outboxOrigin}/  (development only)`);
  say(`Data           ${system.dataDir}`);
  if (system.trustRoot !== null) {
    // On a line of its own: it is compared, or copied, as a whole.
    say('Trust root, by which apps and gates know this system:');
    say(`  ${rootFingerprint(system.trustRoot)}`);
  }
  if (system.invitation !== null && installation.demo === 'none') {
    say('');
    say(`The first administrator enrols a passkey at ${system.invitation}`);
  }
  if (installation.signIn.length > 0) {
    say('');
    for (const line of installation.signIn) say(line);
  }
  say('');
  say('Ctrl-C stops everything.');
  say(`ready ${system.localOrigin}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
