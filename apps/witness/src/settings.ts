import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseVerifierKey, type VerifierKey } from '@health-kit/tlog';
import { WitnessError } from './witnessError.ts';

export interface WitnessSettings {
  readonly host: string;
  readonly port: number;
  /** Absolute path of the folder with key and records. */
  readonly folder: string;
  /** Name of the key; undefined takes that of the key there is. */
  readonly name: string | undefined;
  readonly logs: ReadonlyMap<string, readonly VerifierKey[]>;
}

export const witnessHelp = `Usage: npm run healthkit -- witness --log ORIGIN=KEY [options]

Runs an independent witness of ledgers (C2SP tlog-witness): it cosigns a log's tree
heads as long as each continues the last one it saw. Run it elsewhere than the log.

  --log ORIGIN=KEY  a log to watch: its origin and verifier key, as "keys list" of
                    the log's operator names it; repeat for several
  --name NAME       name of the key at the first start, such as witness.example.org/w1
  --data DIR        folder for key and records (default ./witness-data)
  --host HOST       address to listen on (default 127.0.0.1)
  --port N          port to listen on (default 8090; 0 takes a free one)
  --help            show this text

It prints the key that logs and readers are configured with. Keep its folder: without
the records it could be made to cosign a second history.
`;

/** Parses the command line. @throws {WitnessError} naming the option that is wrong */
export function parseWitnessSettings(args: readonly string[]): WitnessSettings | 'help' {
  const options = parseOptions(args);
  if (options.help === true) return 'help';
  const port = Number(options.port ?? '8090');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new WitnessError('--port must be a number from 0 to 65535.');
  const logs = new Map<string, VerifierKey[]>();
  for (const text of options.log ?? []) {
    const split = text.indexOf('=');
    const origin = text.slice(0, split);
    const key = parseVerifierKey(text.slice(split + 1));
    if (split < 1 || key === null) throw new WitnessError(`--log must be ORIGIN=KEY, such as localhost:8080/ledger=localhost:8080/ledger+0123abcd+AQ…, not "${text}".`);
    logs.set(origin, [...(logs.get(origin) ?? []), key]);
  }
  if (logs.size === 0) throw new WitnessError('A witness needs at least one --log ORIGIN=KEY.');
  return { host: options.host ?? '127.0.0.1', port, folder: resolve(options.data ?? 'witness-data'), name: options.name, logs };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], strict: true,
      options: {
        log: { type: 'string', multiple: true }, name: { type: 'string' }, data: { type: 'string' }, host: { type: 'string' }, port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new WitnessError(`${error instanceof Error ? error.message : 'The options are wrong'} (--help lists the options).`);
  }
}
