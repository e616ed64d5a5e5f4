/** `npm run healthkit -- restore`: makes a database whole that a backup replaced. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command } from './commands.ts';
import { errorText, StartError } from './startError.ts';
import { startSystem } from './startSystem.ts';

const help = `Usage: npm run healthkit -- restore [options]

  --data DIR        data folder of the system, which is stopped (./data)
  --time-zone ZONE  the city's time zone (Asia/Shanghai)
  --origin URL      as given to npm start, if it was

Run it after a backup of the database was put back, before npm start: appends the ledger's entries that the backup
lacks, erases again whoever was erased since, destroys again the days whose term is over, and records it. DATABASE_URL
names the database where it is not the embedded one. docs/operations/backup.md says what to back up.
`;

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'makes a database whole that a backup replaced',
  async run(args, { environment, signal, print }) {
    const values = parse(args);
    if (values.help === true) {
      print(help);
      return 0;
    }
    const dataDir = resolve(values.data ?? 'data');
    // Otherwise a mistyped folder would become a new, empty system, and be called restored.
    if (!existsSync(join(dataDir, 'keys'))) throw new StartError(`${dataDir} is no data folder of Health Kit: name the one whose database was put back with --data.`);
    const system = await startSystem({
      dataDir, port: 0, databaseUrl: environment['DATABASE_URL'], timeZone: values['time-zone'] ?? 'Asia/Shanghai',
      origin: values.origin, demo: false, restore: true, log: print, signal,
    });
    await system.stop();
    print(system.restored ?? 'Nothing was to be restored.');
    print('The system can be started.');
    return 0;
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { data: { type: 'string' }, 'time-zone': { type: 'string' }, origin: { type: 'string' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- restore --help).`);
  }
}
