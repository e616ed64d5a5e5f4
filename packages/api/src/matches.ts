import type { Static, TSchema } from 'typebox';

/**
 * Whether a value has the shape of a schema, as `Check` of typebox says it, in a twentieth of its size: for what is read
 * before a page is drawn. It knows the keywords that the contract's schemas use, and throws on any other, so that no rule is
 * passed over.
 */
export function matches<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return follows(schema, value);
}

type Members = ReadonlyMap<string, unknown>;
/** Whether a value follows a rule, which may look at the rules beside it. */
type Keyword = (rule: unknown, value: unknown, rules: Members) => boolean;

function follows(schema: unknown, value: unknown): boolean {
  const rules = membersOf(schema);
  if (rules === null) throw new TypeError('a schema is an object');
  return isRefined(schema, value) && [...rules].every(([keyword, rule]) => {
    const check = keywords.get(keyword);
    if (check === undefined) throw new TypeError(`the keyword ${keyword} is not known here`);
    return check(rule, value, rules);
  });
}

const always = () => true;
const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['title', always], ['description', always],
  ['type', (rule, value) => isOfType(rule, value)],
  ['const', (rule, value) => value === rule],
  ['enum', (rule, value) => listOf(rule).includes(value)],
  ['anyOf', (rule, value) => listOf(rule).some((schema) => follows(schema, value))],
  ['pattern', (rule, value) => typeof value !== 'string' || new RegExp(String(rule), 'u').test(value)],
  ['minLength', (rule, value) => typeof value !== 'string' || [...value].length >= Number(rule)],
  ['maxLength', (rule, value) => typeof value !== 'string' || [...value].length <= Number(rule)],
  ['minimum', (rule, value) => typeof value !== 'number' || value >= Number(rule)],
  ['maximum', (rule, value) => typeof value !== 'number' || value <= Number(rule)],
  ['minItems', (rule, value) => !Array.isArray(value) || value.length >= Number(rule)],
  ['maxItems', (rule, value) => !Array.isArray(value) || value.length <= Number(rule)],
  ['uniqueItems', (rule, value) => rule !== true || !Array.isArray(value) || new Set(value.map((item: unknown) => JSON.stringify(item))).size === value.length],
  ['items', (rule, value) => !Array.isArray(value) || value.every((item: unknown) => follows(rule, item))],
  ['required', (rule, value) => {
    const members = membersOf(value);
    return members === null || listOf(rule).every((name) => typeof name === 'string' && members.has(name));
  }],
  ['properties', (rule, value) => {
    const [members, schemas] = [membersOf(value), membersOf(rule)];
    // A member that may be absent may be undefined, too.
    const isAbsent = (name: string, schema: unknown) => !members?.has(name) || (isOptional(schema) && members.get(name) === undefined);
    return members === null || schemas === null || [...schemas].every(([name, schema]) => isAbsent(name, schema) || follows(schema, members.get(name)));
  }],
  ['patternProperties', (rule, value) => {
    const [members, schemas] = [membersOf(value), membersOf(rule)];
    return members === null || schemas === null || [...schemas].every(([pattern, schema]) => [...members].every(([name, member]) => !new RegExp(pattern, 'u').test(name) || follows(schema, member)));
  }],
  ['additionalProperties', (rule, value, rules) => {
    if (rule !== false) throw new TypeError('only the absence of further members is known here');
    const [members, named] = [membersOf(value), membersOf(rules.get('properties'))];
    return members === null || [...members.keys()].every((name) => named?.has(name) === true);
  }],
]);

function isOfType(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'string': case 'boolean': return typeof value === type;
    case 'number': return Number.isFinite(value);
    case 'integer': return Number.isInteger(value);
    case 'null': return value === null;
    case 'array': return Array.isArray(value);
    case 'object': return membersOf(value) !== null;
    default: throw new TypeError(`the type ${String(type)} is not known here`);
  }
}

/** What `Type.Refine` added to a schema. */
function isRefined(schema: unknown, value: unknown): boolean {
  const added = typeof schema === 'object' && schema !== null && '~refine' in schema ? listOf(schema['~refine']) : [];
  return added.every((refinement) => {
    const check = typeof refinement === 'object' && refinement !== null && 'check' in refinement ? refinement.check : null;
    return isCheck(check) && check(value);
  });
}

function isCheck(value: unknown): value is (value: unknown) => boolean {
  return typeof value === 'function';
}

function isOptional(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && '~optional' in schema;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Own members by name; null for what is no object, or an array. */
function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map<string, unknown>(Object.entries(value)) : null;
}
