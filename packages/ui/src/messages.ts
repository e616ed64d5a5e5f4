/** A tree of messages; values are put in where a message says `{{name}}`. */
export interface Messages {
  readonly [key: string]: string | Messages;
}

/** The forms that a count takes in some language (Unicode, UTS 35, plural rules); Arabic has all of them, Chinese the last alone. */
type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** The same keys with other words: what makes a missing or surplus translation a compile error. A count may take further forms. */
export type SameKeys<M> =
  & { readonly [K in keyof M]: M[K] extends string ? string : SameKeys<M[K]> }
  & { readonly [K in keyof M & string as K extends `${infer Base}_other` ? `${Base}_${Exclude<PluralForm, 'one' | 'other'>}` : never]?: string };

/** Some of the keys and no other: a translation that is under way. English stands in for the rest. */
export type SomeKeys<M> =
  & { readonly [K in keyof M]?: M[K] extends string ? string : SomeKeys<M[K]> }
  & { readonly [K in keyof M & string as K extends `${infer Base}_other` ? `${Base}_${Exclude<PluralForm, 'one' | 'other'>}` : never]?: string };

/** Plural forms are written `key_one` and `key_other`, and asked for as `key` with a `count`. */
type WithoutPluralForm<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;

/** Every dotted path to a message. */
export type MessageKey<M> = {
  [K in keyof M & string]: M[K] extends string ? WithoutPluralForm<K> : `${K}.${MessageKey<M[K]>}`;
}[keyof M & string];

export type MessageValues = Readonly<Record<string, string | number>>;

/** Looks a message up in the language in force. */
export type Text<M> = (key: MessageKey<M>, values?: MessageValues) => string;

/** A language's messages, with the tag by whose plural rules they are chosen. */
export interface Translation {
  readonly tag: string;
  readonly messages: Messages;
}

/**
 * Finds a message by its dotted path in the first translation that has it, in the form that `values.count` takes there,
 * and puts the values in. Null where none has it.
 */
export function findMessage(translations: readonly Translation[], path: string, values: MessageValues = {}): string | null {
  const parts = path.split('.');
  for (const { tag, messages } of translations) {
    const message = messageAt(messages, parts, tag, values['count']);
    if (message !== null) return message.replaceAll(/{{(\w+)}}/g, (whole, name: string) => String(values[name] ?? whole));
  }
  return null;
}

function messageAt(messages: Messages, parts: readonly string[], tag: string, count: string | number | undefined): string | null {
  const last = parts.length - 1;
  let tree = messages;
  for (const part of parts.slice(0, last)) {
    const branch = member(tree, part);
    if (typeof branch !== 'object') return null;
    tree = branch;
  }
  const key = parts[last] ?? '';
  const forms = typeof count === 'number' ? [`${key}_${pluralForm(tag, count)}`, `${key}_other`, key] : [key];
  for (const form of forms) {
    const message = member(tree, form);
    if (typeof message === 'string') return message;
  }
  return null;
}

function member(tree: Messages, key: string): string | Messages | undefined {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

const pluralRules = new Map<string, Intl.PluralRules>();
function pluralForm(tag: string, count: number): PluralForm {
  const rules = pluralRules.get(tag) ?? new Intl.PluralRules(tag);
  pluralRules.set(tag, rules);
  return rules.select(count);
}
