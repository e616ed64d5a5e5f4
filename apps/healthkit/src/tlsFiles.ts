/** Certificate, key and authority of one end of the mutual TLS between the server's and the vault's host, as an operator names them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TlsEnd } from '@health-kit/api/process-settings';
import { errorText, StartError } from './startError.ts';

/** Where the vault listens, and the files of this host. */
export type TlsFiles = {
  readonly host: string;
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
};

/**
 * Reads `HOST:PORT` and the three paths.
 *
 * @param option the option that named the address, for complaints
 * @throws {StartError}
 */
export function parseTlsFiles(
  option: string, address: string, files: { readonly certificate?: string | undefined; readonly key?: string | undefined; readonly ca?: string | undefined },
): TlsFiles {
  const [, bracketed, plain, portText] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(address) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || port < 1_024 || port > 65_535) throw new StartError(`${option} must be a host and a port from 1024 to 65535, such as vault.example:9443, not "${address}".`);
  const { certificate, key, ca } = files;
  if (certificate === undefined || key === undefined || ca === undefined) throw new StartError(`${option} needs --certificate, --key and --ca.`);
  return { host, port, certificate: resolve(certificate), key: resolve(key), authority: resolve(ca) };
}

/**
 * Reads the files. They are read as this user, at each start of a process: the process's own user need not reach them,
 * and a renewed certificate is taken when the process starts again.
 *
 * @throws {StartError} when one is not what it should be, or others may read the key
 */
export async function readTlsEnd(files: TlsFiles, nowMs: number): Promise<TlsEnd> {
  const [certificate, key, authority] = await Promise.all([readText(files.certificate), readText(files.key), readText(files.authority)]);
  if (((await stat(files.key)).mode & 0o077) !== 0) throw new StartError(`The key ${files.key} can be read by others: chmod 600 it.`);
  const shown = parseCertificate(files.certificate, certificate);
  parseCertificate(files.authority, authority);
  if (Date.parse(shown.validTo) < nowMs) throw new StartError(`The certificate ${files.certificate} ran out on ${shown.validTo}.`);
  if (!isKeyOf(shown, key)) throw new StartError(`The file ${files.key} is not the key of the certificate ${files.certificate}.`);
  return { host: files.host, port: files.port, certificate, key, authority };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new StartError(`The file ${path} cannot be read: ${errorText(error)}.`);
  }
}

function parseCertificate(path: string, text: string): X509Certificate {
  try {
    if (text.startsWith('-----BEGIN CERTIFICATE-----')) return new X509Certificate(text);
  } catch {
    // Said below.
  }
  throw new StartError(`The file ${path} is no certificate in PEM.`);
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
