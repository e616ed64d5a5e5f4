import assert from 'node:assert/strict';
import { test } from 'node:test';
import { administrationTexts } from './administration/texts.ts';
import { answersTexts } from './answers/texts.ts';
import { deskTexts } from './desk/texts.ts';
import { disclosureTexts } from './disclosure/texts.ts';
import { formsTexts } from './forms/texts.ts';
import { keysTexts } from './keys/texts.ts';
import { laboratoryTexts } from './laboratory/texts.ts';
import { listsTexts } from './lists/texts.ts';
import { ordersTexts } from './orders/texts.ts';
import { privacyTexts } from './privacy/texts.ts';
import { samplingTexts } from './sampling/texts.ts';
import { sessionTexts } from './session/texts.ts';
import { shellTexts } from './shell/texts.ts';
import { sunsetTexts } from './sunset/texts.ts';
import { tracingTexts } from './tracing/texts.ts';

const all = { administrationTexts, answersTexts, deskTexts, disclosureTexts, formsTexts, keysTexts, laboratoryTexts, listsTexts, ordersTexts, privacyTexts, samplingTexts, sessionTexts, shellTexts, sunsetTexts, tracingTexts };

/** Every message with its path. */
function messages(tree: unknown, path = ''): (readonly [path: string, message: string])[] {
  if (typeof tree === 'string') return [[path, tree]];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, member]: [string, unknown]) => messages(member, `${path}.${key}`));
}

const pairs = Object.entries(all).flatMap(([name, { en, zh }]) => {
  const chinese = new Map(messages(zh, name));
  return messages(en, name).map(([path, english]) => ({ path, english, chinese: chinese.get(path) ?? '' }));
});

test('both languages put the same values into each message', () => {
  const values = (message: string) => [...new Set(message.match(/{{\w+}}/g) ?? [])].sort();
  // A singular may leave its number out: "the pseudonym" needs none.
  for (const { path, english, chinese } of pairs) if (!path.endsWith('_one')) assert.deepEqual(values(chinese), values(english), path);
});

test('every sentence is told in Chinese, with Chinese marks between Chinese characters', () => {
  assert.ok(pairs.length > 300);
  for (const { path, english, chinese } of pairs) {
    if (/[a-z]{4}/i.test(english.replaceAll(/{{\w+}}/g, ''))) assert.match(chinese, /[\u4e00-\u9fff]/, path);
    assert.doesNotMatch(chinese, /[\u4e00-\u9fff][,:;?!]/, path);
  }
});
