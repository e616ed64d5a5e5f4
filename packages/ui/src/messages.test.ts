import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMessage, type SameKeys, type SomeKeys } from './messages.ts';

const english = { pass: { title: 'Pass', until: 'Until {{time}}', days_one: '{{count}} day', days_other: '{{count}} days' }, close: 'Close' };
const inEnglish = { tag: 'en', messages: english };

test('a message is found by its path, with its values put in', () => {
  assert.equal(findMessage([inEnglish], 'pass.until', { time: '14:05' }), 'Until 14:05');
  assert.equal(findMessage([inEnglish], 'close'), 'Close');
  // A value that nobody gave stays visible instead of vanishing, and one that looks like a pattern is put in as it is.
  assert.equal(findMessage([inEnglish], 'pass.until'), 'Until {{time}}');
  assert.equal(findMessage([inEnglish], 'pass.until', { time: '$& {{time}}' }), 'Until $& {{time}}');
});

test('a count takes the form of the language that has the message', () => {
  assert.equal(findMessage([inEnglish], 'pass.days', { count: 1 }), '1 day');
  assert.equal(findMessage([inEnglish], 'pass.days', { count: 0 }), '0 days');
  const russian: SameKeys<typeof english> = { pass: { title: 'Пропуск', until: 'До {{time}}', days_one: '{{count}} день', days_few: '{{count}} дня', days_many: '{{count}} дней', days_other: '{{count}} дня' }, close: 'Закрыть' };
  const said = [1, 2, 5, 21].map((count) => findMessage([{ tag: 'ru', messages: russian }], 'pass.days', { count }));
  assert.deepEqual(said, ['1 день', '2 дня', '5 дней', '21 день']);
});

test('English stands in for a message that a language has not got, in the forms of English', () => {
  const welsh: SomeKeys<typeof english> = { pass: { title: 'Pàs' } };
  const reading = [{ tag: 'cy', messages: welsh }, inEnglish];
  assert.equal(findMessage(reading, 'pass.title'), 'Pàs');
  assert.equal(findMessage(reading, 'close'), 'Close');
  assert.equal(findMessage(reading, 'pass.days', { count: 1 }), '1 day');
});

test('what is no message is no message, whatever an object has by nature', () => {
  assert.equal(findMessage([inEnglish], 'pass.toString'), null);
  assert.equal(findMessage([inEnglish], 'constructor.name'), null);
  assert.equal(findMessage([inEnglish], 'pass'), null);
});

test('a translation that lacks a message does not compile as a whole one', () => {
  type Whole<T> = T extends SameKeys<typeof english> ? true : false;
  const lacksClose: Whole<{ pass: (typeof english)['pass'] }> = false;
  const isWhole: Whole<typeof english> = true;
  assert.notEqual(lacksClose, isWhole);
});
