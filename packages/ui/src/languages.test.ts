import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLanguages } from './build/languages.ts';
import { preferredLanguage } from './languages.ts';
import type { Messages } from './messages.ts';
import { texts as english } from './texts/en.ts';
import { texts as chinese } from './texts/zh.ts';

test('the remembered language wins over the browser, and the browser\'s first known language over later ones', () => {
  const known = ['en', 'zh'];
  assert.equal(preferredLanguage('en', ['zh-CN'], known), 'en');
  assert.equal(preferredLanguage(null, ['zh-Hant-HK', 'en'], known), 'zh');
  assert.equal(preferredLanguage(null, ['de-DE', 'en-GB', 'zh'], known), 'en');
  assert.equal(preferredLanguage(null, ['de-DE', 'zh-CN'], known), 'zh');
  assert.equal(preferredLanguage('tlh', ['de-DE'], known), 'en');
});

test('a language that is there whole wins over the one of its first part', () => {
  assert.equal(preferredLanguage(null, ['zh-hant-HK', 'zh'], ['en', 'zh', 'zh-Hant']), 'zh-Hant');
  assert.equal(preferredLanguage(null, ['ug-CN'], ['en', 'ug', 'zh']), 'ug');
});

test('the build finds a language in each file of the texts folder, with its own name and direction', async () => {
  const found = await findLanguages('no such folder');
  assert.deepEqual(found.map(({ id, name, direction, partial }) => ({ id, name, direction, partial })), [
    { id: 'en', name: 'English', direction: 'ltr', partial: false },
    { id: 'zh', name: '中文', direction: 'ltr', partial: false },
  ]);
});

test('both languages put the same values into each shared message', () => {
  const values = (message: string) => (message.match(/{{\w+}}/g) ?? []).sort();
  const compare = (en: Messages, zh: Messages): void => {
    assert.deepEqual(Object.keys(zh), Object.keys(en));
    for (const [key, message] of Object.entries(en)) {
      const translated = zh[key];
      if (typeof message === 'string' && typeof translated === 'string') assert.deepEqual(values(translated), values(message), key);
      else if (typeof message === 'object' && typeof translated === 'object') compare(message, translated);
      else assert.fail(`${key} has no counterpart`);
    }
  };
  compare(english, chinese);
});
