/** The replay command: `npm run replay -- CHECKINS VENUES [options]`. */
import { parseArgs } from 'node:util';
import { isFaithful, runReplay, type Replay, type ReplayOptions } from './runReplay.ts';
import { errorText, StartError } from './startError.ts';

const help = `Usage: npm run replay -- CHECKINS VENUES [options]

Replays real or synthetic check-ins through a system of its own, in a temporary
folder and over the public API: people and venues are registered, the clock is
stepped day by day, every check-in of the day is sent, then index people are
tested and traced, and each contact list is compared with what follows from the
file by brute force.

  CHECKINS          lines of user, venue, Unix seconds, separated by tabs
  VENUES            lines of venue, latitude, longitude, separated by tabs

  --from DATE       first day of the file to replay (default: the densest days)
  --days N          number of days, 1 to 14 (default 14); the last becomes today
  --cases N         index people to test and trace (default 20)
  --seed S          chooses the index people: half are those who met most
                    others, the rest are drawn (default 1)
  --port N          port on 127.0.0.1 (default 0: a free one)
  --help            show this text

Lines that do not parse are refused and named. Lines alike in every field are one
check-in that is sent that often, and must be stored once. Nobody checks out: a
visit lasts the 60 minutes that are usual where the kind of venue is not known.

The last line of the output is JSON. The exit code is 0 only if every check-in
was accepted and no contact is missing or extra.
`;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort(new StartError('Interrupted.')));
process.on('disconnect', () => interrupted.abort(new StartError('Interrupted.')));

process.exitCode = await main();
if (process.connected) process.disconnect();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options === 'help') {
      process.stdout.write(help);
      return 0;
    }
    const replay = await runReplay({ ...options, nowMs: Date.now(), log: say, signal: interrupted.signal });
    report(replay);
    return isFaithful(replay.summary) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof StartError ? error.message : `The replay failed: ${errorText(error)}`}\n`);
    return 1;
  }
}

function parseOptions(args: readonly string[]): Omit<ReplayOptions, 'nowMs' | 'log'> | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  const [checkInsFile, venuesFile, ...rest] = positionals;
  if (checkInsFile === undefined || venuesFile === undefined || rest.length > 0) throw new StartError('Name the check-ins file and the venues file (npm run replay -- --help tells more).');
  return {
    checkInsFile, venuesFile, from: values.from ?? null, seed: values.seed ?? '1',
    days: wholeNumber('--days', values.days ?? '14', 14), cases: wholeNumber('--cases', values.cases ?? '20', 500), port: wholeNumber('--port', values.port ?? '0', 65_535),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], strict: true, allowPositionals: true,
      options: {
        from: { type: 'string' }, days: { type: 'string' }, cases: { type: 'string' }, seed: { type: 'string' }, port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run replay -- --help lists the options).`);
  }
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d{1,6}$/.test(text) || number > most) throw new StartError(`${option} must be a number from 0 to ${most}, not "${text}".`);
  return number;
}

function report({ summary, refusedLines, repeatedLines, comparison }: Replay): void {
  const rows: readonly (readonly [string, string | number])[] = [
    ['Lines refused', refusedLines.checkIns.length + refusedLines.venues.length],
    ['Lines that repeat another', repeatedLines],
    ['Check-ins', summary.checkins],
    ['  accepted', summary.accepted],
    ['  per second', summary.checkinsPerSecond],
    ['Cases', summary.cases],
    ['Contacts by brute force', summary.expectedContacts],
    ['  found by tracing', summary.foundContacts],
    ['  missing', summary.missing],
    ['  extra', summary.extra],
    ['Trace, median', `${summary.traceMsP50} ms`],
    ['Trace, 95 of 100 within', `${summary.traceMsP95} ms`],
  ];
  say('');
  for (const [name, value] of rows) say(`${name.padEnd(28)}${String(value).padStart(12)}`);
  for (const difference of comparison.differences.slice(0, 20)) say(`  ${difference}`);
  say('');
  say(JSON.stringify(summary));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
