import fc from 'fast-check';
import Type from 'typebox';
import { Value } from 'typebox/value';

/** An operation as its OpenAPI document describes it: all that an attacker reads. */
export interface Target {
  readonly id: string;
  readonly method: string;
  /** Path with `{name}` parameters. */
  readonly path: string;
  /** How the operation wants its caller to prove himself (`x-authority`). */
  readonly authority: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly body: unknown;
  readonly mediaType: string | null;
}

/** A place in a request where an attacker can put what he knows. */
export interface Position {
  readonly place: 'path' | 'query' | 'header' | 'body';
  /** Parameter or header name, or for the body the path of members. */
  readonly name: string;
}

const Document = Type.Object({ paths: Type.Record(Type.String(), Type.Record(Type.String(), Type.Object({
  operationId: Type.String(),
  'x-authority': Type.Object({ kind: Type.String() }),
  parameters: Type.Optional(Type.Array(Type.Object({ name: Type.String(), in: Type.String(), schema: Type.Unknown() }))),
  requestBody: Type.Optional(Type.Object({ content: Type.Record(Type.String(), Type.Object({ schema: Type.Unknown() })) })),
}))) });

/** Reads every operation of a running system from its own document. */
export async function readTargets(origin: string): Promise<Target[]> {
  const response = await fetch(`${origin}/openapi.json`);
  const document = Value.Parse(Document, await response.json());
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => {
    const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [null, null];
    return {
      id: operation.operationId, method: method.toUpperCase(), path, authority: operation['x-authority'].kind,
      parameters: operation.parameters ?? [], body: content?.schema ?? null, mediaType,
    };
  }));
}

/** A declared member of a request, with its schema. */
export interface Field {
  readonly position: Position;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** The members of a request that the document declares: parameters, texts and numbers of the body, and objects of it that declare no members of their own. */
export function fieldsOf(target: Target): Field[] {
  const parameters = target.parameters.flatMap(({ name, in: place, schema }): Field[] => (place === 'path' || place === 'query' ? [{ position: { place, name }, schema: leaves(schema, name)[0]?.[1] ?? (isObject(schema) ? schema : {}) }] : []));
  return [...parameters, ...leaves(target.body).map(([name, schema]): Field => ({ position: { place: 'body', name }, schema }))];
}

/** Every place of a request: the declared ones, and one undeclared of each kind, because a careless handler reads those too. */
export function positionsOf(target: Target): Position[] {
  const declared = fieldsOf(target).filter(({ position, schema }) => position.place !== 'body' || (schema['type'] === 'string' && position.name !== '')).map(({ position }) => position);
  const undeclared: Position[] = [{ place: 'query', name: 'q' }, { place: 'header', name: 'x-forwarded-user' }];
  if (target.body !== null) undeclared.push({ place: 'body', name: 'subject' });
  return [...declared, ...undeclared];
}

type Leaf = readonly [path: string, schema: Readonly<Record<string, unknown>>];

/** The members of a body that hold text, a number or an object of any form, as dotted paths; `0` is the first element of an array. */
function leaves(schema: unknown, path = ''): Leaf[] {
  if (!isObject(schema)) return [];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const choices = schema['anyOf'];
  if (Array.isArray(choices)) return [...new Map(choices.flatMap((choice) => leaves(choice, path)))];
  if (schema['type'] === 'object' && isObject(schema['properties'])) return Object.entries(schema['properties']).flatMap(([name, member]) => leaves(member, at(name)));
  if (schema['type'] === 'array') return leaves(schema['items'], at('0'));
  return typeof schema['type'] === 'string' && ['string', 'integer', 'number', 'object'].includes(schema['type']) ? [[path, schema]] : [];
}

/** A value that a schema accepts, so that the attack reaches what lies behind validation; the same each time but for free text. */
export function plausible(schema: unknown): unknown {
  if (!isObject(schema)) return {};
  const known = made.get(schema);
  if (known !== undefined) return known;
  const value = make(schema, 1);
  made.set(schema, value);
  return value;
}
const made = new WeakMap<object, unknown>();

/** Stands where any text will do; `attempt` puts a text there that was never used before, so that one attempt does not meet what an earlier one left. */
export const freeText = '‹free›';

function make(schema: unknown, seed: number): unknown {
  if (!isObject(schema)) return {};
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (Array.isArray(schema['anyOf'])) return make(schema['anyOf'][0], seed);
  if (schema['title'] === 'Instant') return new Date(Date.now() - 60_000).toISOString();
  if (schema['type'] === 'object') {
    const members = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
    return Object.fromEntries(members.map(([name, member], index) => [name, make(member, seed + index)]));
  }
  if (schema['type'] === 'array') return [make(schema['items'], seed)];
  if (schema['type'] === 'string') return text(schema, seed);
  if (schema['type'] === 'integer' || schema['type'] === 'number') return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
  return schema['type'] === 'boolean' ? true : null;
}

function text(schema: Record<string, unknown>, seed: number): string {
  const minLength = typeof schema['minLength'] === 'number' ? schema['minLength'] : 1;
  if (typeof schema['pattern'] !== 'string' || schema['title'] === 'PlainText') return freeText;
  // An open repetition would rarely be long enough by chance.
  const pattern = schema['pattern'].replace(/[*+]\$$/, `{${minLength},${minLength + 8}}$`);
  return fc.sample(fc.stringMatching(new RegExp(pattern)), { seed, numRuns: 1 })[0] ?? '';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
