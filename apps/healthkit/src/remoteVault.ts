/** Makes sure, before anything is started, that the vault on another host takes this one, and was started for the same city. */
import { request } from 'node:https';
import type { TlsEnd } from '@health-kit/api/process-settings';
import { publicKeys } from '@health-kit/api/vault';
import { Value } from 'typebox/value';
import { errorCode, StartError } from './startError.ts';

const deadlineMs = 10_000;

/** @throws {StartError} when it does not answer, one of the two certificates is not taken, or origin or time zone differ */
export async function checkRemoteVault(place: TlsEnd, { origin, timeZone }: { readonly origin: string; readonly timeZone: string }): Promise<void> {
  const answer = await ask(place);
  const where = `The vault at ${place.host}:${place.port}`;
  if (!Value.Check(publicKeys.response, answer)) throw new StartError(`${where} is of another version, or no vault.`);
  if (answer.origin !== origin) throw new StartError(`${where} was started with --origin ${answer.origin}, but this host with ${origin}: no proof would hold. Give both the same.`);
  if (answer.timeZone !== timeZone) throw new StartError(`${where} was started with --time-zone ${answer.timeZone}, but this host with ${timeZone}: their days would differ. Give both the same.`);
}

function ask({ host, port, certificate, key, authority }: TlsEnd): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host, port, cert: certificate, key, ca: authority, minVersion: 'TLSv1.3', rejectUnauthorized: true, agent: false,
      path: `/${publicKeys.name}`, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': 2 }, signal: AbortSignal.timeout(deadlineMs),
    }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => void chunks.push(chunk));
      incoming.on('error', () => resolve(null));
      incoming.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch {
          resolve(null);
        }
      });
    });
    outgoing.on('error', (error) => reject(new StartError(`The vault at ${host}:${port} cannot be used: ${reasonOf(error)}.`)));
    outgoing.end('{}');
  });
}

function reasonOf(error: Error): string {
  const code = errorCode(error) ?? '';
  const unreached: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'there is no such host', EAI_AGAIN: 'the host name cannot be resolved now',
    EHOSTUNREACH: 'the host cannot be reached', ENETUNREACH: 'the host cannot be reached', ETIMEDOUT: 'it does not answer', ABORT_ERR: 'it does not answer',
    CERT_HAS_EXPIRED: 'its certificate has run out', ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  };
  const known = unreached[code];
  if (known !== undefined) return known;
  // With TLS 1.3 the other end's refusal of our certificate comes after the handshake, as an alert or as the end of the connection.
  if (code === 'ECONNRESET' || code === 'EPIPE' || /ALERT/.test(code)) return 'it does not take the certificate of this host';
  return `its certificate is not of the authority in --ca (${code})`;
}
