/** The options of the start command and the one environment variable it reads, parsed once. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCosignerKey } from '@health-kit/tlog';
import { messageHelp, messageOptions, parseMessageNetwork, type MessageNetwork } from './messageNetwork.ts';
import { errorText, StartError } from './startError.ts';
import { parseTlsFiles, type TlsFiles } from './tlsFiles.ts';

export type StartSettings = {
  /** TCP port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Absolute path of the data folder. */
  readonly dataDir: string;
  /** Whether a first start fills a synthetic city. */
  readonly demo: boolean;
  /** IANA time zone in which a day begins and ends. */
  readonly timeZone: string;
  /** Where browsers reach the system, if not at http://localhost:PORT. */
  readonly origin: string | undefined;
  /** Where the privacy officer on call is told of alarms, E.164. */
  readonly privacyPhone: string | undefined;
  /** File that describes the identity provider; undefined where the desk alone proves identities. */
  readonly identityProviderFile: string | undefined;
  /** Where text messages go; undefined shows them on a page instead. */
  readonly messages: MessageNetwork | undefined;
  /** Admin URL of a PostgreSQL that runs elsewhere; undefined starts the embedded one. */
  readonly databaseUrl: string | undefined;
  /** The PKCS#11 token that holds the keys; undefined keeps them in the data folder. */
  readonly pkcs11: { readonly module: string; readonly token: string } | undefined;
  /** The vault, where it runs on a host of its own; undefined starts one here. */
  readonly remoteVault: TlsFiles | undefined;
  /** Witnesses that cosign the ledger: where they take checkpoints, and their keys. */
  readonly witnesses: readonly { readonly url: string; readonly key: string }[];
};

export const startHelp = `Usage: npm start -- [options]

Starts Health Kit on this machine: database, vault, server and, for development,
a telephone network that shows the text messages instead of sending them.

  --port N          port on 127.0.0.1 (default 8080; 0 takes a free one)
  --data DIR        folder for everything that is kept (default ./data)
  --no-demo         do not fill a synthetic city on the first start
  --time-zone NAME  IANA time zone of the city (default Asia/Shanghai)
  --origin URL      where browsers reach the system, if a proxy stands before it
                    (default http://localhost:PORT)
  --witness URL     submit the ledger's tree heads to this witness (repeatable), with
  --witness-key KEY the key it prints; once for each --witness, in the same order
${messageHelp}                    (default: shown on the next port; with it, no synthetic city)
  --privacy-phone N  number that is told of alarms by text message, e.g. +8613800000000
  --identity-provider F  file that describes the OpenID Connect provider by which
                    residents prove who they are (default: at a desk only)
  --key-provider K  who holds the keys: file (the data folder, the default) or pkcs11
  --pkcs11-module F shared library of the PKCS#11 module
  --pkcs11-token L  label of the token; its PIN is read from keys/pkcs11-pin
                    in the data folder (mode 0600)
  --vault HOST:PORT use the vault that "npm run healthkit -- vault" runs there, and start
                    none here; needs DATABASE_URL, the same --origin and --time-zone as
                    that vault, and this host's
  --certificate F   certificate,
  --key F           key (mode 0600) and
  --ca F            certificate of the authority that the vault's is of
  --help            show this text

Environment:
  DATABASE_URL      use this PostgreSQL (15 or later) instead of the embedded one;
                    its user must be allowed to create roles and schemas

Ctrl-C stops everything. The next start finds its data again.
`;

/**
 * Parses the command line of `npm start`.
 *
 * @returns the settings, or `'help'` when the reader asked for it
 * @throws {StartError} naming the option that is wrong
 */
export function parseStartSettings(args: readonly string[], environment: { readonly DATABASE_URL?: string | undefined }): StartSettings | 'help' {
  const options = parseOptions(args);
  if (options.help === true) return 'help';
  const databaseUrl = parseDatabaseUrl(environment.DATABASE_URL);
  const remoteVault = parseRemoteVault(options, databaseUrl);
  const messages = parseMessageNetwork(options);
  if (messages !== undefined && remoteVault !== undefined) throw new StartError('--messages is for the host of the vault, not together with --vault.');
  return {
    port: parsePort(options.port ?? '8080'),
    dataDir: resolve(options.data ?? 'data'),
    // The link of the first administrator, with whom the synthetic city begins, is printed on the vault's host.
    // Nor do made-up people get messages by a real network.
    demo: options['no-demo'] !== true && remoteVault === undefined && messages === undefined,
    messages,
    timeZone: parseTimeZone(options['time-zone'] ?? 'Asia/Shanghai'),
    privacyPhone: options['privacy-phone'] === undefined ? undefined : parsePhone(options['privacy-phone']),
    origin: options.origin === undefined ? undefined : parseOrigin(options.origin),
    identityProviderFile: options['identity-provider'] === undefined ? undefined : resolve(options['identity-provider']),
    databaseUrl, remoteVault,
    pkcs11: parseKeyProvider(options['key-provider'] ?? 'file', options['pkcs11-module'], options['pkcs11-token']),
    witnesses: parseWitnesses(options.witness ?? [], options['witness-key'] ?? []),
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        'no-demo': { type: 'boolean' },
        'time-zone': { type: 'string' },
        origin: { type: 'string' },
        'key-provider': { type: 'string' },
        'pkcs11-module': { type: 'string' },
        'pkcs11-token': { type: 'string' },
        witness: { type: 'string', multiple: true },
        'witness-key': { type: 'string', multiple: true },
        'privacy-phone': { type: 'string' },
        'identity-provider': { type: 'string' },
        ...messageOptions,
        vault: { type: 'string' },
        certificate: { type: 'string' },
        key: { type: 'string' },
        ca: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm start -- --help lists the options).`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new StartError(`--port must be a number from 0 to 65535, not "${text}".`);
  return port;
}

export function parseKeyProvider(provider: string, module: string | undefined, token: string | undefined): StartSettings['pkcs11'] {
  if (provider !== 'file' && provider !== 'pkcs11') throw new StartError(`--key-provider must be file or pkcs11, not "${provider}".`);
  if (provider === 'file') {
    if (module !== undefined || token !== undefined) throw new StartError('--pkcs11-module and --pkcs11-token need --key-provider pkcs11.');
    return undefined;
  }
  if (module === undefined || token === undefined) throw new StartError('--key-provider pkcs11 needs --pkcs11-module and --pkcs11-token.');
  return { module: resolve(module), token };
}

export function parseTimeZone(name: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    throw new StartError(`--time-zone must be an IANA name such as Asia/Shanghai, not "${name}".`);
  }
}

export function parsePhone(text: string): string {
  if (!/^\+[1-9]\d{6,14}$/.test(text)) throw new StartError(`--privacy-phone must be a number such as +8613800000000, not "${text}".`);
  return text;
}

export function parseOrigin(text: string): string {
  const url = URL.parse(text);
  const isOrigin = url !== null && (url.protocol === 'https:' || url.protocol === 'http:')
    && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isOrigin) throw new StartError(`--origin must be scheme and host such as https://health.example, not "${text}".`);
  return url.origin;
}

export function parseWitnesses(urls: readonly string[], keys: readonly string[]): StartSettings['witnesses'] {
  if (urls.length !== keys.length) throw new StartError('Each --witness URL needs one --witness-key KEY, in the same order.');
  return urls.map((text, index) => {
    const url = URL.parse(text);
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new StartError(`--witness must be a URL such as https://witness.example, not "${text}".`);
    const key = keys[index] ?? '';
    if (parseCosignerKey(key) === null) throw new StartError('--witness-key must be the line that the witness prints, such as witness.example/w1+0123abcd+BA….');
    return { url: text, key };
  });
}

type RemoteOptions = Readonly<Partial<Record<'vault' | 'certificate' | 'key' | 'ca' | 'key-provider', string>>>;

function parseRemoteVault({ vault, certificate, key, ca, 'key-provider': provider }: RemoteOptions, databaseUrl: string | undefined): TlsFiles | undefined {
  if (vault === undefined) {
    if (certificate !== undefined || key !== undefined || ca !== undefined) throw new StartError('--certificate, --key and --ca need --vault.');
    return undefined;
  }
  if (provider !== undefined) throw new StartError('--key-provider is for the host of the vault, not together with --vault.');
  if (databaseUrl === undefined) throw new StartError('--vault needs a database that both hosts reach: set DATABASE_URL.');
  return parseTlsFiles('--vault', vault, { certificate, key, ca });
}

/**
 * Reads DATABASE_URL; undefined where none is set. The URL holds a password, so a complaint about it never quotes it.
 *
 * @throws {StartError}
 */
export function parseDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw new StartError('DATABASE_URL must look like postgres://user:password@host:5432/database.');
  }
  return text;
}
