import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { allOperations } from './allOperations.ts';
import * as api from './index.ts';
import { matches } from './matches.ts';

/** Every schema of the contract: parts of operations, and what is exported by itself. */
const schemas: readonly TSchema[] = [
  ...allOperations.flatMap(({ params, query, body, response }) => [params, query, body, response]),
  ...Object.values<unknown>(api),
].filter(isSchema);

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null && '~kind' in value;
}

/** Values of a schema, near enough that one step makes most of them right or wrong. */
function near(schema: unknown): fc.Arbitrary<unknown> {
  const rules = new Map<string, unknown>(typeof schema === 'object' && schema !== null ? Object.entries(schema) : []);
  const list = (name: string): readonly unknown[] => {
    const rule = rules.get(name);
    return Array.isArray(rule) ? rule : [];
  };
  if (rules.has('const')) return fc.constant(rules.get('const'));
  if (rules.has('enum')) return fc.constantFrom(...list('enum'));
  if (rules.has('anyOf')) return fc.oneof(...list('anyOf').map(near));
  const pattern = rules.get('pattern');
  switch (rules.get('type')) {
    case 'string': return typeof pattern === 'string' && !/\\u|\\s/.test(pattern) ? fc.stringMatching(new RegExp(pattern, 'u')) : fc.string({ maxLength: 12, unit: 'binary' });
    case 'integer': return fc.integer();
    case 'number': return fc.double();
    case 'boolean': return fc.boolean();
    case 'null': return fc.constant(null);
    case 'array': return fc.array(near(rules.get('items')), { maxLength: 3 });
    case 'object': {
      const properties = rules.get('properties');
      if (typeof properties !== 'object' || properties === null) return fc.dictionary(fc.string(), fc.jsonValue());
      const members = Object.fromEntries(Object.entries(properties).map(([name, member]: [string, unknown]) => [name, near(member)]));
      return fc.record(members, { requiredKeys: list('required').filter((name) => typeof name === 'string') });
    }
    default: return fc.jsonValue();
  }
}

/** One step away: a member less, one more, or another value somewhere. */
function beside(value: unknown, choice: number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const entries: (readonly [string, unknown])[] = Object.entries(value);
  if (Array.isArray(value)) return value.length === 0 ? [other] : value.map((item: unknown, index) => (index === choice % value.length ? beside(item, choice >> 3, other) : item));
  const [name, member] = entries[choice % Math.max(1, entries.length)] ?? ['further', null];
  if (choice % 5 === 0) return Object.fromEntries(entries.filter(([key]) => key !== name));
  if (choice % 5 === 1) return { ...value, further: other };
  if (choice % 5 === 2) return { ...value, [name]: undefined };
  return { ...value, [name]: beside(member, choice >> 3, other) };
}

test('a value matches every schema of the contract exactly when typebox says so', () => {
  assert.ok(schemas.length > 100);
  let right = 0;
  let wrong = 0;
  for (const schema of schemas) {
    fc.assert(fc.property(near(schema), fc.nat(), fc.oneof(fc.jsonValue(), fc.constantFrom(Number.NaN, undefined, '2026-11-23', '\u{1f600}')), (value, choice, other) => {
      for (const each of [value, beside(value, choice, other)]) {
        const expected = Check(schema, each);
        assert.equal(matches(schema, each), expected, JSON.stringify({ schema, each }));
        if (expected) right += 1;
        else wrong += 1;
      }
    }), { numRuns: 8 });
  }
  // Both answers are common, or the comparison says little.
  assert.ok(right > 800 && wrong > 800, `${right} right, ${wrong} wrong`);
});

test('lengths count characters, and what is refined must pass', () => {
  assert.equal(matches(Type.String({ maxLength: 1 }), '\u{1f600}'), true);
  const Bytes = Type.Refine(Type.Unknown(), (value) => value instanceof Uint8Array);
  assert.equal(matches(Bytes, new Uint8Array(2)), true);
  assert.equal(matches(Type.Object({ bytes: Bytes }), { bytes: [1, 2] }), false);
});

test('a rule that is not known here is not passed over', () => {
  assert.throws(() => matches(Type.String({ format: 'email' }), 'nobody'), /format/);
  assert.throws(() => matches(Type.Object({ at: Type.Array(Type.Integer({ multipleOf: 5 })) }), { at: [1] }), /multipleOf/);
});
