/** `npm run healthkit -- keys …`: the inventory of the vault's keys. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { KeyInventory } from '@health-kit/api';
import { operatorListKeys } from '@health-kit/api/vault';
import type { Command } from './commands.ts';
import { askRunningVault } from './operatorClient.ts';
import { errorText, StartError } from './startError.ts';

const help = `Usage: npm run healthkit -- keys list [--data DIR]

  list         name, kind, version, state and times of every key, and rotations

  --data DIR   data folder of the running system (./data)

Ask as the user who started the system. No command ever shows a key.
`;

export const keysCommand: Command = {
  name: 'keys',
  summary: 'lists the vault\'s keys',
  async run(args, { print }) {
    const { values, positionals: [action] } = parse(args);
    if (values.help === true) {
      print(help);
      return 0;
    }
    const dataDir = resolve(values.data ?? 'data');
    if (action !== 'list') throw new StartError('keys needs an action: list (npm run healthkit -- keys --help).');
    for (const line of inventoryLines(await askRunningVault(dataDir, operatorListKeys, {}))) print(line);
    return 0;
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- keys --help).`);
  }
}

/** One line a key, in columns. */
export function inventoryLines({ provider, keys, people, days }: KeyInventory): readonly string[] {
  const rows = [
    ['NAME', 'KIND', 'VERSION', 'STATE', 'CREATED', 'FROM', 'UNTIL', 'KEK'],
    ...keys.map(({ name, kind, version, state, createdAt, from, until, kekVersion }) => [
      name, kind, String(version), state, minute(createdAt), minute(from), minute(until), kekVersion === null ? provider : String(kekVersion),
    ]),
  ];
  const widths = rows.reduce<readonly number[]>((widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)), []);
  return [
    ...rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()),
    '', `Data keys of ${people} people, one for each class; day keys of ${days} days.`,
  ];
}

function minute(instant: string | null): string {
  return instant === null ? '–' : `${instant.slice(0, 16).replace('T', ' ')}Z`;
}
