import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage, type Messages } from './i18n.ts';
import { uiEn } from './texts/en.ts';
import { uiZh } from './texts/zh.ts';

test('the remembered language wins over the browser, and the browser\'s first known language over later ones', () => {
  assert.equal(preferredLanguage('en', ['zh-CN']), 'en');
  assert.equal(preferredLanguage(null, ['zh-Hant-HK', 'en']), 'zh');
  assert.equal(preferredLanguage(null, ['de-DE', 'en-GB', 'zh']), 'en');
  assert.equal(preferredLanguage(null, ['de-DE', 'zh-CN']), 'zh');
  assert.equal(preferredLanguage('tlh', ['de-DE']), 'en');
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
  compare(uiEn, uiZh);
});
