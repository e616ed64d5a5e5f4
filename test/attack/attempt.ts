import { setTimeout as delay } from 'node:timers/promises';
import { makeProof } from '@health-kit/proof';
import { freeText, isObject, plausible, type Position, type Target } from './targets.ts';

/** Somebody who attacks with a role's real credentials. */
export interface Attacker {
  readonly name: string;
  readonly key: CryptoKeyPair | null;
  readonly ticket: string | null;
}

/** What an attacker learns from one request. */
export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** A request as it goes over the wire, before anybody proves anything. */
export interface PlainRequest {
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly search: string;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly headers: Headers;
}

/** Puts values at places of an otherwise plausible request. */
export function plainRequest(target: Target, values: ReadonlyMap<Position, string> = new Map()): PlainRequest {
  const at = (place: Position['place']) => [...values].filter(([position]) => position.place === place);
  const value = (place: Position['place'], name: string) => at(place).find(([position]) => position.name === name)?.[1];

  const path = target.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = target.parameters.find((parameter) => parameter.in === 'path' && parameter.name === name)?.schema;
    return encodeURIComponent(value('path', name) ?? String(plausible(schema)));
  });
  const query = new URLSearchParams(at('query').map(([position, text]) => [position.name, text]));
  const body = target.body === null ? null : encode(target, place(plausible(target.body), at('body')));
  const headers = new Headers(at('header').map(([position, text]): [string, string] => [position.name, encodeURIComponent(text)]));
  if (target.mediaType !== null) headers.set('content-type', target.mediaType);
  return { path, search: query.size === 0 ? '' : `?${query.toString()}`, body, headers };
}

export interface Where {
  /** Where the system believes to be; proofs are made over it. */
  readonly origin: string;
  /** Where requests are sent. */
  readonly via: string;
  /** The system's time where it is not the machine's. */
  readonly nowMs?: number;
}

/** Sends a plausible request with these values, as this attacker. */
export function attempt(where: Where, target: Target, attacker: Attacker, values: ReadonlyMap<Position, string>): Promise<Answer> {
  return sendAs(where, target, attacker, plainRequest(target, values));
}

/** Sends a request with the attacker's credentials, proven over just this request. */
export async function sendAs(where: Where, target: Target, attacker: Attacker, request: PlainRequest): Promise<Answer> {
  await prove(where, target, attacker, request.path, request.body, request.headers);
  return send(where.via, target.method, request);
}

/** How often a process that sheds load is asked, and how long is waited in between. */
const mostAttempts = 20;
const pauseMs = 1_000;

/** Sends a request as it is; again where a process under load turned it away before it looked at it (503). */
export async function send(via: string, method: string, { path, search, body, headers }: PlainRequest): Promise<Answer> {
  const ask = () => fetch(via + path + search, { method, headers, body, redirect: 'manual' });
  let response = await ask();
  for (let attempts = 1; response.status === 503 && attempts < mostAttempts; attempts += 1) {
    await response.arrayBuffer();
    await delay(pauseMs);
    response = await ask();
  }
  const names = [...response.headers.keys()].filter((name) => !changing.has(name)).sort();
  return {
    status: response.status,
    headers: names.map((name) => `${name}: ${response.headers.get(name) ?? ''}`).join('\n'),
    body: Buffer.from(await response.arrayBuffer()).toString('utf8'),
  };
}

/** Headers that differ between any two answers, whoever is asked about. */
const changing = new Set(['date', 'connection', 'keep-alive', 'retry-after']);

/** Adds what the attacker can prove with his credentials to a request's headers. */
export async function prove(options: Where, target: Target, attacker: Attacker, path: string, body: Uint8Array<ArrayBuffer> | null, headers: Headers): Promise<void> {
  const bearer = target.authority === 'ticket' || target.authority === 'institution';
  if (bearer && attacker.ticket !== null) headers.set('authorization', `Bearer ${attacker.ticket}`);
  if (bearer || attacker.key === null || target.authority === 'anyone') return;
  const ticket = target.authority === 'device' ? null : attacker.ticket;
  if (ticket !== null) headers.set('authorization', `DPoP ${ticket}`);
  headers.set('dpop', await makeProof({
    key: attacker.key, method: target.method, url: options.origin + path, body: body ?? new Uint8Array(), ticket, nowMs: options.nowMs ?? Date.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
  }));
}

function encode(target: Target, body: unknown): Uint8Array<ArrayBuffer> {
  if (target.mediaType === 'application/x-www-form-urlencoded' && isObject(body)) {
    return new TextEncoder().encode(new URLSearchParams(Object.entries(body).map(([name, member]) => [name, String(member)])).toString());
  }
  return new TextEncoder().encode(JSON.stringify(body).replaceAll(freeText, freshText));
}

let freshTexts = 0;
function freshText(): string {
  freshTexts += 1;
  return `plausible ${String(freshTexts).padStart(6, '0')}`;
}

/** A copy of a body with texts put at dotted paths. */
function place(body: unknown, texts: readonly (readonly [Position, string])[]): unknown {
  const copy: unknown = structuredClone(body);
  for (const [position, text] of texts) {
    const names = position.name.split('.');
    const last = names.pop() ?? '';
    let holder: unknown = copy;
    for (const name of names) holder = Array.isArray(holder) ? holder[Number(name)] : isObject(holder) ? holder[name] : undefined;
    if (isObject(holder)) holder[last] = text;
    else if (Array.isArray(holder)) holder[Number(last)] = text;
  }
  return copy;
}

/**
 * An answer without what the attacker said himself and without what is random
 * in every answer (identifiers, instants, keys and tokens), each replaced by a
 * mark. Two answers with the same rest tell the same.
 */
export function told(answer: Answer, said: readonly string[]): string {
  let text = `${answer.status}\n${answer.headers}\n\n${answer.body}`;
  for (const word of said) for (const form of [word, JSON.stringify(word).slice(1, -1), encodeURIComponent(word)]) text = text.replaceAll(form, '‹said›');
  return text
    .replaceAll(/plausible \d{6}/g, '‹free›')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '‹id›')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '‹instant›')
    // A guardian's code: eight random letters, drawn anew in each answer.
    .replaceAll(/"code":"[0-9A-HJKMNP-TV-Z]{8}"/g, '"code":"‹code›"')
    // The reference of a canary that was declared: ten of the same, and nobody's.
    .replaceAll(/"reference":"[0-9A-HJKMNP-TV-Z]{10}"/g, '"reference":"‹reference›"')
    .replaceAll(/[A-Za-z0-9_-]{22,}(\.[A-Za-z0-9_-]+)*/g, '‹token›')
    .replaceAll(/^content-length: \d+$/gm, 'content-length: ‹length›');
}

