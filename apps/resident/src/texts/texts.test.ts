import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Messages } from '@health-kit/ui';
import { texts as en } from './en.ts';
import { texts as zh } from './zh.ts';

/** Every message with its path. */
function* messagesOf(messages: Messages, path = ''): Generator<readonly [path: string, message: string]> {
  for (const [key, message] of Object.entries(messages)) {
    if (typeof message === 'string') yield [path + key, message];
    else yield* messagesOf(message, `${path}${key}.`);
  }
}
const chinese = new Map(messagesOf(zh));

test('both languages put the same values into each message', () => {
  const values = (message = '') => (message.match(/{{\w+}}/g) ?? []).sort();
  for (const [path, message] of messagesOf(en)) assert.deepEqual(values(chinese.get(path)), values(message), path);
});

test('Chinese messages carry Chinese punctuation and no English sentence', () => {
  for (const [path, message] of chinese) {
    assert.doesNotMatch(message, /[\u4e00-\u9fff}][,:;?!]|[,:;?!][\u4e00-\u9fff]/, path);
    assert.match(message, /[\u4e00-\u9fff]/, path);
  }
});
