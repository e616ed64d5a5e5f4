/** `npm run healthkit -- vault`: the vault alone, on a host of its own, for a server on another one. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rootFingerprint } from '@health-kit/client';
import type { Command } from './commands.ts';
import { messageHelp, messageOptions, parseMessageNetwork } from './messageNetwork.ts';
import { parseDatabaseUrl, parseKeyProvider, parseOrigin, parsePhone, parseTimeZone, parseWitnesses } from './settings.ts';
import { errorText, StartError } from './startError.ts';
import { startSystem, type StartSystemOptions } from './startSystem.ts';
import { parseTlsFiles, type TlsFiles } from './tlsFiles.ts';
import { untilOver } from './untilOver.ts';

const help = `Usage: npm run healthkit -- vault --listen HOST:PORT --origin URL [options]

  --listen HOST:PORT   where servers on other hosts ask, over mutual TLS, with this host's
  --certificate F      certificate,
  --key F              key (mode 0600) and
  --ca F               certificate of the one authority whose certificates servers may show
  --origin URL         where browsers reach the system; as given to npm start there
  --time-zone NAME     IANA time zone of the city (default Asia/Shanghai); as given there
  --data DIR           folder for keys, journal and logs of the vault (./data)
${messageHelp}                    without it no one-time code leaves, and nobody can register
  --privacy-phone N    number that is told of alarms
  --identity-provider F  as given to npm start there
  --witness URL, --witness-key KEY   as given to npm start there (repeatable)
  --key-provider K     file or pkcs11, with --pkcs11-module F and --pkcs11-token L

DATABASE_URL names the PostgreSQL that both hosts use. Then, on the server's host:
npm start -- --vault HOST:PORT … (docs/operations/vault-host.md). Ctrl-C stops the vault.
`;

export const vaultCommand: Command = {
  name: 'vault',
  summary: 'runs the vault alone, on a host of its own',
  async run(args, { environment, signal, print }) {
    const options = parseVaultCommand(args, environment);
    if (options === 'help') {
      print(help);
      return 0;
    }
    const vault = await startSystem({ ...options, log: print, signal });
    try {
      if (vault.invitation !== null) print(`The first administrator enrols a passkey at ${vault.invitation}`);
      if (vault.trustRoot !== null) print(`Trust root ${rootFingerprint(vault.trustRoot)}`);
      print(`ready ${options.listen.host}:${options.listen.port}`);
      const ended = await untilOver(vault.failed, signal);
      if (ended !== null) print(ended);
      return 0;
    } finally {
      print('Stopping.');
      await vault.stop();
    }
  },
};

type VaultOptions = Omit<StartSystemOptions, 'log'> & { readonly listen: TlsFiles };

/**
 * Parses the command's arguments.
 *
 * @throws {StartError} naming the option that is wrong or missing
 */
export function parseVaultCommand(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): VaultOptions | 'help' {
  const values = parse(args);
  if (values.help === true) return 'help';
  const databaseUrl = parseDatabaseUrl(environment['DATABASE_URL']);
  if (databaseUrl === undefined) throw new StartError('The vault alone needs the database that the server uses: set DATABASE_URL.');
  if (values.listen === undefined) throw new StartError('The vault alone needs --listen HOST:PORT.');
  if (values.origin === undefined) throw new StartError('The vault alone needs --origin URL, the same as the server.');
  return {
    dataDir: resolve(values.data ?? 'data'), port: 0, demo: false, databaseUrl,
    listen: parseTlsFiles('--listen', values.listen, values),
    origin: parseOrigin(values.origin), timeZone: parseTimeZone(values['time-zone'] ?? 'Asia/Shanghai'),
    messages: parseMessageNetwork(values),
    identityProviderFile: values['identity-provider'] === undefined ? undefined : resolve(values['identity-provider']),
    privacyPhone: values['privacy-phone'] === undefined ? undefined : parsePhone(values['privacy-phone']),
    witnesses: parseWitnesses(values.witness ?? [], values['witness-key'] ?? []),
    pkcs11: parseKeyProvider(values['key-provider'] ?? 'file', values['pkcs11-module'], values['pkcs11-token']),
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        listen: text, certificate: text, key: text, ca: text, origin: text, 'time-zone': text, data: text, ...messageOptions, 'privacy-phone': text, 'identity-provider': text,
        witness: { type: 'string', multiple: true }, 'witness-key': { type: 'string', multiple: true }, 'key-provider': text, 'pkcs11-module': text, 'pkcs11-token': text, help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- vault --help).`);
  }
}
