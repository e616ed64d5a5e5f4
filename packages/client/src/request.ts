import type { Operation } from '@health-kit/api';
import { makeProof } from '@health-kit/proof';
import type { Connection } from './connection.ts';

/** Thrown when an operation is called on a connection that lacks the key or ticket its authority asks for. */
export class MissingCredentialError extends Error {
  override readonly name = 'MissingCredentialError';
}

export interface PreparedRequest {
  readonly method: Operation['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Exact bytes of the body, over which the proof was made; null where the operation takes none. */
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** A request as it goes out, with a fresh proof where the operation's authority asks for one. */
export async function prepareRequest(connection: Connection, operation: Operation, input: unknown): Promise<PreparedRequest> {
  const path = fillPath(operation.path, memberOf(input, 'params'));
  const body = operation.body === undefined ? null : encodeBody(operation, memberOf(input, 'body') ?? {});
  const headers: Record<string, string> = { accept: `${operation.produces ?? 'application/json'}, application/problem+json` };
  if (body !== null) headers['content-type'] = operation.consumes ?? 'application/json';

  const prove = async (ticket: string | null) => {
    if (connection.key === null) throw new MissingCredentialError(`${operation.id} needs a key`);
    headers['dpop'] = await makeProof({
      key: connection.key, method: operation.method, url: connection.origin + path, body: body ?? new Uint8Array(), ticket,
      nowMs: connection.now(), nonce: connection.randomBytes(16),
    });
  };
  const ticket = () => {
    if (connection.ticket === null) throw new MissingCredentialError(`${operation.id} needs a ticket`);
    return connection.ticket;
  };
  switch (operation.authority.kind) {
    case 'anyone':
      break;
    case 'device':
      await prove(null);
      break;
    case 'ticket':
    case 'institution':
      headers['authorization'] = `Bearer ${ticket()}`;
      break;
    case 'resident':
    case 'gate':
    case 'staff':
      headers['authorization'] = `DPoP ${ticket()}`;
      await prove(ticket());
      break;
  }
  return { method: operation.method, url: connection.origin + path + encodeQuery(memberOf(input, 'query')), headers, body };
}

function fillPath(pattern: string, params: unknown): string {
  return pattern.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = memberOf(params, name);
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') throw new TypeError(`the path parameter ${name} is missing`);
    return encodeURIComponent(value);
  });
}

function encodeQuery(query: unknown): string {
  const text = new URLSearchParams(textMembers(query)).toString();
  return text === '' ? '' : `?${text}`;
}

function encodeBody(operation: Operation, body: unknown): Uint8Array<ArrayBuffer> {
  const text = operation.consumes === 'application/x-www-form-urlencoded' ? new URLSearchParams(textMembers(body)).toString() : JSON.stringify(body);
  return new TextEncoder().encode(text);
}

function textMembers(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]): [string, string][] =>
    typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean' ? [[name, String(member)]] : []);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}
