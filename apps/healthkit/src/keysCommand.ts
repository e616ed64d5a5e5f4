/** `npm run healthkit -- keys …`: the inventory of the vault's keys, and their replacement while everything runs. */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { revocableKinds, rotatedKinds, type KeyInventory, type KeyRotation } from '@health-kit/api';
import { operatorListKeys, operatorRotateKey } from '@health-kit/api/vault';
import { rootFingerprint } from '@health-kit/client';
import type { Command } from './commands.ts';
import { askRunningVault } from './operatorClient.ts';
import { errorText, StartError } from './startError.ts';

const help = `Usage: npm run healthkit -- keys list [--data DIR]
       npm run healthkit -- keys rotate KIND [--revoke] [--no-wait] [--data DIR]

  list         fingerprint of the trust root, as apps and gates show it, and the
               ledger's key; name, kind, version, state and times of every key,
               and rotations
  rotate KIND  makes the next version and replaces the one in use, while
               everything runs; says how far it is until it is done. Stopping
               the command or the system does not stop the rotation: the vault
               goes on with it.
               KIND:
                 kek            wraps all other keys; all are wrapped anew, and
                                backups from before open no more
                 data           the data keys of all people; everything that is
                                sealed about them is sealed anew
                 pass, venue, status-list    sign, after an hour in the trust list
                 sealing        apps seal identities to it; the old one opens
                                them for a day
                 blind-index    finds a document that was proven before
                 one-time-code  codes, and budgets of messages
                 stops          canaries, and budgets of people
                 ledger-event   events of nobody in particular, and what
                                disclosures grant; the old one reads for good
                 ticket-root    tickets, from the day after tomorrow on

  --revoke     when the key may be known to others: takes the old versions out
               of trust at once, and with them: pass, venue, status-list: what
               they signed; sealing: what is sealed to them; one-time-code: codes
               that are open; ledger-event: disclosures that are open, and
               invitations that were not used; ticket-root: tickets of today
               (apps fetch new ones, officers sign in again)
  --no-wait    begins, and leaves the progress to "keys list"
  --data DIR   data folder of the running system (./data)

Ask as the user who started the system. No command ever shows a key.
`;

/** Why the command replaces no key of some kinds; the reasons at length are in docs/adr/0013. */
const refused: Readonly<Record<string, string>> = {
  sector: 'The keys of the sectors are not replaced: what stands under their pseudonyms lies in tables that the vault may not write.',
  'pass-id-root': 'The root of pass ids is not replaced: gates that were offline hand in scans under the ids of earlier days, for as long as visits are kept.',
  'trust-root': 'The trust root is not replaced: apps and gates remember it, and every other key is replaced under it.',
  ledger: 'The key of the ledger is not replaced: it is the identity of the log, which witnesses and verifiers hold.',
  day: 'The keys of days are made anew each day, and destroyed when the term of that day\'s visits is over.',
};

/** How often the progress is asked for, ms. */
const everyMs = 1_000;

export const keysCommand: Command = {
  name: 'keys',
  summary: 'lists the vault\'s keys and replaces them',
  async run(args, { print, signal }) {
    const { values, positionals: [action, wanted] } = parse(args);
    if (values.help === true) {
      print(help);
      return 0;
    }
    const dataDir = resolve(values.data ?? 'data');
    if (action === 'list') {
      for (const line of inventoryLines(await askRunningVault(dataDir, operatorListKeys, {}))) print(line);
      return 0;
    }
    if (action !== 'rotate') throw new StartError('keys needs an action: list or rotate KIND (npm run healthkit -- keys --help).');
    const kind = rotatedKinds.find((each) => each === wanted);
    if (kind === undefined) throw new StartError(refused[wanted ?? ''] ?? `keys rotate needs the kind of key: ${rotatedKinds.join(', ')}.`);
    const revoke = values.revoke === true;
    if (revoke && !revocableKinds.some((each) => each === kind)) throw new StartError(`--revoke is for ${revocableKinds.join(', ')}. Without it nothing is left, when the rotation is over, that an old version of the kind ${kind} opens.`);
    let rotation: KeyRotation = await askRunningVault(dataDir, operatorRotateKey, { kind, revoke });
    print(rotationLine(rotation));
    while (values['no-wait'] !== true && !signal.aborted && rotation.finishedAt === null) {
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
      const { rotations } = await askRunningVault(dataDir, operatorListKeys, {});
      const next = rotations.find(({ rotationId }) => rotationId === rotation.rotationId) ?? rotation;
      if (rotationLine(next) !== rotationLine(rotation)) print(rotationLine(next));
      rotation = next;
    }
    return 0;
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { data: { type: 'string' }, revoke: { type: 'boolean' }, 'no-wait': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- keys --help).`);
  }
}

/** One line a key, in columns, and one a rotation. */
export function inventoryLines({ provider, trustRoot, ledgerKey, keys, people, days, rotations }: KeyInventory): readonly string[] {
  const rows = [
    ['NAME', 'KIND', 'VERSION', 'STATE', 'CREATED', 'FROM', 'UNTIL', 'KEK'],
    ...keys.map(({ name, kind, version, state, createdAt, from, until, kekVersion }) => [
      name, kind, String(version), state, minute(createdAt), minute(from), minute(until), kekVersion === null ? provider : String(kekVersion),
    ]),
  ];
  const widths = rows.reduce<readonly number[]>((widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)), []);
  return [
    `Trust root  ${rootFingerprint(trustRoot)}`, `Ledger      ${ledgerKey}`, '',
    ...rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()),
    '', `Data keys of ${people} ${people === 1 ? 'person' : 'people'}, one for each class; day keys of ${days} ${days === 1 ? 'day' : 'days'}.`,
    ...(rotations.length === 0 ? [] : ['', ...rotations.map(rotationLine)]),
  ];
}

function rotationLine({ kind, revokes, startedAt, finishedAt, done, total }: KeyRotation): string {
  const progress = total === 0 ? '' : `, ${done} of ${total} (${Math.floor((done / total) * 100)} %)`;
  const end = finishedAt === null ? (total > 0 && done >= total ? 'finished once every process of the vault uses the new key' : 'under way') : `done ${minute(finishedAt)}`;
  return `Rotation of ${kind}${revokes ? ' with revocation' : ''}, begun ${minute(startedAt)}${progress}, ${end}`;
}

function minute(instant: string | null): string {
  return instant === null ? '–' : `${instant.slice(0, 16).replace('T', ' ')}Z`;
}
