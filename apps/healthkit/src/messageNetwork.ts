/** Where text messages go, as an operator names it: a gateway over HTTP, or a message centre over SMPP. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SmppSettings } from '@health-kit/api/process-settings';
import { errorText, StartError } from './startError.ts';

export type MessageNetwork =
  | { readonly over: 'http'; /** Base URL; messages are posted to `/messages` of it. */ readonly url: string }
  | ({ readonly over: 'smpp'; readonly passwordFile: string; readonly authorityFile: string | undefined } & Pick<SmppSettings, 'host' | 'port' | 'tls' | 'systemId'> & { readonly from: string | undefined });

/** The options that name it, for `parseArgs`. */
export const messageOptions = {
  messages: { type: 'string' }, 'messages-password': { type: 'string' }, 'messages-from': { type: 'string' }, 'messages-ca': { type: 'string' },
} as const;

export const messageHelp = `  --messages URL    where text messages go: https://gateway.example (posted to URL/messages),
                    or smpp://SYSTEM-ID@HOST:PORT, over TLS ssmpp://…, with
  --messages-password F  file with the password there (mode 0600, 8 characters at most),
  --messages-from N      the sender that phones show, and
  --messages-ca F        certificate of the authority that the centre's is of
`;

/** Ports that SMPP centres usually listen on. */
const usualPort = { 'smpp:': 2775, 'ssmpp:': 3550 };

/**
 * Reads the options.
 *
 * @throws {StartError} naming the option that is wrong; a password in it is never quoted
 */
export function parseMessageNetwork(options: Readonly<Partial<Record<keyof typeof messageOptions, string>>>): MessageNetwork | undefined {
  const { messages, 'messages-password': passwordFile, 'messages-from': from, 'messages-ca': authority } = options;
  const isSmpp = messages !== undefined && /^s?smpp:/i.test(messages);
  if (!isSmpp && (passwordFile !== undefined || from !== undefined || authority !== undefined)) throw new StartError('--messages-password, --messages-from and --messages-ca need --messages smpp://….');
  if (messages === undefined) return undefined;
  const url = URL.parse(messages);
  if (url !== null && url.password !== '') throw new StartError('--messages must not hold a password, which everybody on this machine could read: put it into a file and name that with --messages-password.');
  if (!isSmpp) {
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw new StartError(`--messages must be a URL such as https://gateway.example or smpp://city@centre.example:2775, not "${messages}".`);
    return { over: 'http', url: messages };
  }
  if (url === null || (url.protocol !== 'smpp:' && url.protocol !== 'ssmpp:') || url.hostname === '' || !/^[\x21-\x7e]{1,15}$/.test(decodeURIComponent(url.username)) || !['', '/'].includes(url.pathname) || url.search !== '') {
    throw new StartError(`--messages must be such as smpp://city@centre.example:2775, with a system id of at most 15 characters, not "${messages}".`);
  }
  if (passwordFile === undefined) throw new StartError('--messages smpp://… needs --messages-password FILE.');
  if (from !== undefined && !/^(\+?\d{3,15}|[A-Za-z0-9 ]{1,11})$/.test(from)) throw new StartError(`--messages-from must be a number, or up to eleven letters and digits, not "${from}".`);
  if (authority !== undefined && url.protocol === 'smpp:') throw new StartError('--messages-ca needs --messages ssmpp://….');
  return {
    over: 'smpp', host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? usualPort[url.protocol] : Number(url.port), tls: url.protocol === 'ssmpp:',
    systemId: decodeURIComponent(url.username), passwordFile: resolve(passwordFile), authorityFile: authority === undefined ? undefined : resolve(authority), from,
  };
}

/**
 * What the vault is given. Files are read as this user, at each start of the vault, whose own user need not reach them.
 *
 * @throws {StartError} where a file is missing, or others may read the password
 */
export async function readMessageNetwork(network: MessageNetwork): Promise<{ readonly outboxUrl: string | null; readonly smpp?: SmppSettings }> {
  if (network.over === 'http') return { outboxUrl: network.url };
  const { host, port, tls, systemId, passwordFile, authorityFile, from } = network;
  const password = (await readText(passwordFile)).trim();
  if (((await stat(passwordFile)).mode & 0o077) !== 0) throw new StartError(`The password in ${passwordFile} can be read by others: chmod 600 it.`);
  if (!/^[\x21-\x7e]{0,8}$/.test(password)) throw new StartError(`The password in ${passwordFile} must be at most 8 printable characters (SMPP 3.4, 5.2.2).`);
  return {
    outboxUrl: null,
    smpp: { host, port, tls, systemId, password, ...(from === undefined ? {} : { from }), ...(authorityFile === undefined ? {} : { authority: await readText(authorityFile) }) },
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new StartError(`The file ${path} cannot be read: ${errorText(error)}.`);
  }
}
