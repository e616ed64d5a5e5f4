/** Sends the vault what it should not get: mutated, mixed, repeated and made-up requests, at several connections. */
import * as protocol from '@health-kit/api/vault';
import { allOperations } from '@health-kit/api';
import { makeProof } from '@health-kit/proof';
import type { Random } from '@health-kit/simulate';
import { setTimeout as delay } from 'node:timers/promises';
import { rawPost, sendRaw } from './rawSocket.ts';
import { isObject, plausible } from './targets.ts';
import type { Captured } from './vaultRelay.ts';

/** How a request is spoilt; each is tried for the same share of the time. */
export const unproven = ['noise', 'bytes of a request', 'members of a request', 'form of an operation', 'members of two callers', 'a request again', 'a request to another operation', 'HTTP of a request'] as const;
export type Kind = (typeof unproven)[number] | "a stranger's proof";

/** What the server says of its own counting: any number is good, and a large one raises an alarm (row 2). */
export const serversWord = 'report-refused-sources';

/** Every operation of the vault's contract but that one. */
const operations = Object.values(protocol).flatMap((value) => {
  if (!isObject(value) || typeof value['name'] !== 'string' || !('callerOperation' in value) || value['name'] === serversWord) return [];
  const { name, request, callerOperation } = value;
  return [{ name, request, callerOperation: typeof callerOperation === 'string' ? callerOperation : null }];
});
const openNames: ReadonlySet<string> = new Set(operations.filter(({ callerOperation }) => callerOperation === null).map(({ name }) => name));

export interface FuzzPlan {
  readonly socketPath: string;
  /** The system's address, over which strangers prove. */
  readonly origin: string;
  readonly captured: readonly Captured[];
  readonly random: Random;
  readonly kinds: readonly Kind[];
  readonly durationMs: number;
  /** The system's time, epoch ms. */
  readonly nowMs: number;
  /** The answer that is right for all that nobody has proven. */
  readonly uniformAnswer: string;
}
export interface FuzzReport {
  readonly attempts: number;
  readonly byKind: ReadonlyMap<Kind, number>;
  /** What was answered otherwise than it should, once for each kind of it. */
  readonly findings: readonly string[];
}
interface Attempt {
  readonly bytes: Buffer;
  /** Whether it may be answered otherwise than uniformly: it stands for an operation that takes nobody's authority, or has a stranger's proof. */
  readonly mayBeServed: boolean;
}

/** What an answer to something that may be served looks like: success, or a named refusal. */
const served = /^HTTP\/1\.1 (200 OK\r\n|422 Unprocessable Entity\r\n[^{]*\r\n\r\n\{"refusal":"[a-z-]+"\}$)/;
const connections = 8;
/** Findings beyond so many tell nothing new. */
const mostFindings = 20;

/** Fuzzes for as long as the plan says. The vault's death ends it early. */
export async function fuzzVault(plan: FuzzPlan): Promise<FuzzReport> {
  const findings = new Map<string, string>();
  const byKind = new Map<Kind, number>();
  let attempts = 0;
  let unanswered = 0;
  const until = performance.now() + plan.durationMs;
  const strangers = await Promise.all(Array.from({ length: 4 }, () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])));

  async function work(random: Random): Promise<void> {
    while (performance.now() < until && findings.size < mostFindings) {
      const kind = random.pick(plan.kinds);
      const { bytes, mayBeServed } = await make(kind, plan, random, strangers);
      const answer = await sendRaw(plan.socketPath, [bytes], 3_000, 20, 400);
      attempts += 1;
      byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
      if (answer.refused) {
        // A vault that has died refuses every connection; one that sheds a flood does not for long.
        unanswered += 1;
        if (unanswered > 50) {
          findings.set('dead', `nothing listens any more, after ${kind}`);
          return;
        }
        await delay(20);
        continue;
      }
      unanswered = 0;
      const text = answer.bytes.toString('latin1');
      // Half a request may be waited for in silence; that is what the vault's time limit is for.
      if (text === '' || text === plan.uniformAnswer || (mayBeServed && served.test(text))) continue;
      const key = `${kind}: ${text.slice(0, 60)}`;
      if (!findings.has(key)) findings.set(key, `${kind} was answered with ${JSON.stringify(text.slice(0, 300))}: ${JSON.stringify(bytes.toString('latin1').slice(0, 600))}`);
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => work(plan.random.fork(`connection ${index}`))));
  return { attempts, byKind, findings: [...findings.values()] };
}

async function make(kind: Kind, plan: FuzzPlan, random: Random, strangers: readonly CryptoKeyPair[]): Promise<Attempt> {
  const { name, body } = random.pick(plan.captured);
  const mayBeServed = openNames.has(name);
  switch (kind) {
    case 'noise': return { bytes: noise(random, random.integer(4_000)), mayBeServed: false };
    // A changed byte may turn one operation's name into nothing, never into another's: names differ in more.
    case 'bytes of a request': return { bytes: changedBytes(rawPost(name, body), random), mayBeServed };
    case 'members of a request': return { bytes: rawPost(name, changedJson(body, random)), mayBeServed };
    case 'form of an operation': {
      const operation = random.pick(operations);
      return { bytes: rawPost(operation.name, changedJson(JSON.stringify(plausible(operation.request)), random)), mayBeServed: openNames.has(operation.name) };
    }
    case 'members of two callers': return { bytes: mixedCallers(plan.captured, random), mayBeServed: false };
    case 'a request again': return { bytes: rawPost(name, body), mayBeServed };
    case 'a request to another operation': {
      const other = random.pick(operations).name;
      return { bytes: rawPost(other, body), mayBeServed: openNames.has(other) };
    }
    case 'HTTP of a request': return { bytes: changedHttp(name, body, random), mayBeServed };
    case "a stranger's proof": return { bytes: await strangersRequest(plan, random, random.pick(strangers)), mayBeServed: true };
  }
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(256)));
}

function changedBytes(bytes: Buffer, random: Random): Buffer {
  let changed = Buffer.from(bytes);
  for (let times = 1 + random.integer(8); times > 0; times -= 1) {
    const at = random.integer(changed.length);
    switch (random.integer(5)) {
      case 0: changed[at] = random.integer(256); break;
      case 1: changed = Buffer.concat([changed.subarray(0, at), noise(random, 1 + random.integer(20)), changed.subarray(at)]); break;
      case 2: changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + 1 + random.integer(20))]); break;
      case 3: changed = changed.subarray(0, Math.max(1, at)); break;
      default: changed = Buffer.concat([changed, changed.subarray(at)]);
    }
  }
  return changed;
}

/** Values that parsers and databases have stumbled over. */
const hostile: readonly unknown[] = [
  null, true, 0, -1, 1.5, 1e308, -1e308, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 4_294_967_295, '', ' ', '\0', 'a\0b', '\ud800', '\u202e', '‮٠١', '9'.repeat(400), "' OR 1=1 --", '$1', '%00', '../../x',
  '00000000-0000-0000-0000-000000000000', '2026-02-30', '9999-12-31', '-271821-04-20T00:00:00.000Z', '2026-11-23T24:00:00Z', [], [[]], {}, { toString: 1 }, { then: 1 }, { length: 5 }, 'x'.repeat(70_000),
];

/** One or more members replaced, removed, repeated, nested or moved. */
function changedJson(text: string, random: Random): string {
  let value: unknown = JSON.parse(text);
  for (let times = 1 + random.integer(3); times > 0; times -= 1) value = changedValue(value, random);
  let changed = JSON.stringify(value) ?? 'null';
  switch (random.integer(12)) {
    case 0: changed = changed.replace('{', '{"__proto__":{"admin":true},'); break;
    case 1: changed = changed.replace('{', '{"constructor":{"prototype":{}},'); break;
    case 2: changed = `${'['.repeat(5_000)}${changed}${']'.repeat(5_000)}`; break;
    case 3: changed = changed.replace(/:"([^"]*)"/, (_, inner: string) => `:"${inner}","x":"${inner}"`); break;
    case 4: changed = `\ufeff${changed}`; break;
    default:
  }
  return changed;
}

function changedValue(value: unknown, random: Random): unknown {
  if (Array.isArray(value) && value.length > 0 && random.next() < 0.8) {
    const at = random.integer(value.length);
    const items: readonly unknown[] = value;
    const choice = random.integer(4);
    if (choice === 0) return items.filter((_, index) => index !== at);
    if (choice === 1) return Array.from({ length: 1 + random.integer(3_000) }, () => items[at]);
    return items.map((item, index) => (index === at ? changedValue(item, random) : item));
  }
  if (isObject(value) && Object.keys(value).length > 0 && random.next() < 0.9) {
    const at = random.pick(Object.keys(value));
    const choice = random.integer(6);
    if (choice === 0) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== at));
    if (choice === 1) return { ...value, [random.pick(['extra', 'toJSON', 'hasOwnProperty', '', 'caller'])]: random.pick(hostile) };
    return { ...value, [at]: changedValue(value[at], random) };
  }
  if (typeof value === 'string' && value.length > 0 && random.next() < 0.5) {
    const at = random.integer(value.length);
    return random.pick([
      () => value.slice(0, at), () => value.slice(0, at) + String.fromCharCode(random.integer(65_536)) + value.slice(at + 1), () => value + value, () => value.toUpperCase(), () => ` ${value}`, () => `${value}\0`,
    ])();
  }
  if (typeof value === 'number' && random.next() < 0.5) return value + random.pick([1, -1, 0.5, 2 ** 40]);
  return random.pick(hostile);
}

/** A caller put together of two: the proof of one with path, method, body or ticket of another, sent to either's operation. */
function mixedCallers(captured: readonly Captured[], random: Random): Buffer {
  const callers = captured.filter(({ name }) => !openNames.has(name));
  for (;;) {
    const [one, other] = [random.pick(callers), random.pick(callers)];
    const [first, second] = [callerOf(one), callerOf(other)];
    const members = Object.keys(first).filter((member) => random.next() < 0.4 && first[member] !== second[member]);
    if (members.length === 0) continue;
    const mixed = { ...first, ...Object.fromEntries(members.map((member) => [member, second[member]])) };
    return rawPost(random.pick([one, other]).name, JSON.stringify({ caller: mixed }));
  }
}

function callerOf({ body }: Captured): Record<string, unknown> {
  const request: unknown = JSON.parse(body);
  return isObject(request) && isObject(request['caller']) ? request['caller'] : {};
}

function changedHttp(name: string, body: string, random: Random): Buffer {
  const length = Buffer.byteLength(body);
  return random.pick([
    () => rawPost(name, body, [`Content-Length: ${random.pick([0, 1, length - 1, length + 1, -1, 2 ** 31, 2 ** 53, 1e21])}`]),
    () => rawPost(name, body, ['Transfer-Encoding: chunked']),
    () => rawPost(name, body, ['Transfer-Encoding: chunked', `Content-Length: ${length}`]),
    () => rawPost(name, body, [`Transfer-Encoding: ${random.pick(['gzip', 'identity', 'chunked, chunked', ' chunked', 'x'])}`]),
    () => rawPost(name, body, [`Content-Type: ${random.pick(['text/json', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', ';', 'application/json, text/plain'])}`]),
    () => rawPost(name, body, [`Content-Encoding: ${random.pick(['gzip', 'br', 'identity'])}`]),
    () => rawPost(name, body, [`Expect: ${random.pick(['100-continue', 'x'])}`]),
    () => rawPost(name, body, [`X: ${'x'.repeat(random.integer(20_000))}`]),
    () => rawPost(name, body, Array.from({ length: random.integer(500) }, (_, index) => `x${index}: ${index}`)),
    () => rawPost(random.pick([`${name}?x=1`, `${name}/`, `/${name}`, `../${name}`, `%2e/${name}`, `${name}%00`, name.toUpperCase(), `${name}#x`, 'x'.repeat(3_000)]), body),
    () => Buffer.concat([rawPost(name, body), noise(random, random.integer(200))]),
    () => rawPost(name, body).subarray(0, random.integer(length + 50)),
    () => Buffer.from(rawPost(name, body).toString('latin1').replace('POST', random.pick(['GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'post', 'PATCH', 'SEARCH', 'M-SEARCH', ''])), 'latin1'),
    () => Buffer.from(rawPost(name, body).toString('latin1').replace('HTTP/1.1', random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'FTP/1.1', ''])), 'latin1'),
    () => Buffer.from(rawPost(name, body).toString('latin1').replaceAll('\r\n', random.pick(['\n', '\r', '\r\r\n'])), 'latin1'),
  ])();
}

/** A well-made proof by a key that nobody knows, over a hostile body, for one of the operations that take proofs. */
async function strangersRequest(plan: FuzzPlan, random: Random, key: CryptoKeyPair): Promise<Buffer> {
  const { name, callerOperation } = random.pick(operations.filter((operation) => operation.callerOperation !== null));
  const declared = allOperations.find(({ id }) => id === callerOperation);
  if (declared === undefined) throw new TypeError(`${name} takes the proofs of an operation that does not exist`);
  const example = plan.captured.find((captured) => captured.name === name);
  const caller = example === undefined ? {} : callerOf(example);
  const path = typeof caller['path'] === 'string' ? caller['path'] : declared.path.replaceAll(/:\w+/g, () => crypto.randomUUID());
  const body = typeof caller['body'] === 'string' && caller['body'] !== '' ? changedJson(caller['body'], random) : random.pick(['', '{}', '{', 'null']);
  // Only after a beginning does the passkey's answer get looked at.
  if (name === 'finish-officer-sign-in') await sendRaw(plan.socketPath, [await proven(plan, key, 'begin-officer-sign-in', 'POST', '/v1/staff/sign-in/options', '{}')], 3_000, 20, 400);
  return proven(plan, key, name, declared.method, path, body);
}

async function proven(plan: FuzzPlan, key: CryptoKeyPair, name: string, method: string, path: string, body: string): Promise<Buffer> {
  const proof = await makeProof({ key, method, url: plan.origin + path, body: Buffer.from(body, 'utf8'), ticket: null, nowMs: plan.nowMs, nonce: crypto.getRandomValues(new Uint8Array(16)) });
  return rawPost(name, JSON.stringify({ caller: { proof, method, path, body, ticket: null } }));
}
