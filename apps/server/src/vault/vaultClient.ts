/** The vault's operations over its Unix socket, or over mutual TLS to its host. The only way from here to identities and keys. */
import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import type { ServerSettings } from '@health-kit/api/process-settings';
import { vaultRefusals, type VaultOperation, type VaultRefusal } from '@health-kit/api/vault';

/**
 * The vault did not answer, not in time, or not by its protocol. Whether it acted is unknown. The message is logged: it
 * names the operation and says what went wrong, and holds nothing of a request or an answer.
 */
export class VaultUnavailableError extends Error {
  override readonly name = 'VaultUnavailableError';
}

export type VaultOutcome<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly refusal: VaultRefusal };

export interface VaultClient {
  /**
   * Calls an operation and returns its answer or its refusal. Whatever the vault holds for no proven request of the
   * operation, a malformed one included, is the refusal `not-authorized`. Throws {@link VaultUnavailableError}.
   */
  call<Request extends TSchema, Response extends TSchema>(
    operation: VaultOperation<Request, Response>, request: Static<Request>,
  ): Promise<VaultOutcome<Static<Response>>>;
  close(): void;
}

const deadlineMs = 10_000;
const longestAnswerBytes = 16_777_216;
const connections = 64;

/** Where the vault is: its socket on this host, or an address that only certificates of one authority get to. */
export type VaultPlace = ServerSettings['vault'];

/** A client of the vault; connections are kept open. */
export function openVaultClient(place: VaultPlace): VaultClient {
  const { agent, ...route } = routeTo(place);
  const checks = new Map<string, (value: unknown) => boolean>();

  function hasShape<Response extends TSchema>(operation: VaultOperation<TSchema, Response>, value: unknown): value is Static<Response> {
    let check = checks.get(operation.name);
    if (check === undefined) {
      const validator = Compile(operation.response);
      check = (answer) => validator.Check(answer);
      checks.set(operation.name, check);
    }
    return check(value);
  }

  return {
    async call(operation, request) {
      const { status, body } = await post({ agent, ...route }, operation.name, JSON.stringify(request));
      const answer = parse(body);
      if (status === 200 && hasShape(operation, answer)) return { ok: true, value: answer };
      const refusal = status === 422 ? refusalOf(answer) : undefined;
      if (refusal !== undefined) return { ok: false, refusal };
      throw new VaultUnavailableError(`${operation.name} was answered with status ${status}${status === 200 ? ' in another shape' : ''}`);
    },
    close: () => agent.destroy(),
  };
}

function routeTo(place: VaultPlace): RequestOptions & { readonly agent: Agent } {
  const kept = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  if ('socketPath' in place) return { agent: new Agent(kept), socketPath: place.socketPath };
  const { host, port, certificate, key, authority } = place;
  return {
    // Every connection shows both certificates anew: no session is kept beyond one.
    agent: new TlsAgent({ ...kept, cert: certificate, key, ca: authority, minVersion: 'TLSv1.3', rejectUnauthorized: true, maxCachedSessions: 0 }),
    protocol: 'https:', host, port,
  };
}

function refusalOf(answer: unknown): VaultRefusal | undefined {
  if (typeof answer !== 'object' || answer === null || !('refusal' in answer)) return undefined;
  return vaultRefusals.find((known) => known === answer.refusal);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function post(route: RequestOptions, operationName: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) => reject(new VaultUnavailableError(`${operationName}: ${reason}`, { cause }));
    const outgoing = httpRequest({
      ...route, path: `/${operationName}`, method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(deadlineMs),
    }, (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > longestAnswerBytes) incoming.destroy(new Error('too long'));
        else chunks.push(chunk);
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      incoming.on('error', (error) => fail('the answer broke off', error));
    });
    outgoing.on('error', (error) => fail('no answer', error));
    outgoing.end(body);
  });
}
