import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeText } from './splitText.ts';

const textOf = ({ dataCoding, parts }: ReturnType<typeof encodeText>) => parts.map(({ body }) => (dataCoding === 0 ? Buffer.from(body).toString('latin1') : Buffer.from(body).swap16().toString('utf16le'))).join('');

test('a text of letters that every alphabet has alike goes in the network\'s own, any other as UCS-2', () => {
  assert.equal(encodeText('Your code is 12345678.', 0).dataCoding, 0);
  for (const text of ['验证码 12345678', 'Zürich', 'five €', 'at@home', 'a_b', '[x]']) assert.equal(encodeText(text, 0).dataCoding, 8, text);
});

test('160 characters, and 70 Chinese ones, are one message; one more are two with a header that says so', () => {
  assert.deepEqual(encodeText('x'.repeat(160), 7).parts.map(({ header, body }) => [header, body.length]), [[null, 160]]);
  assert.deepEqual(encodeText('码'.repeat(70), 7).parts.map(({ header, body }) => [header, body.length]), [[null, 140]]);
  assert.deepEqual(encodeText('x'.repeat(161), 7).parts.map(({ header, body }) => [[...(header ?? [])], body.length]), [[[5, 0, 3, 7, 2, 1], 153], [[5, 0, 3, 7, 2, 2], 8]]);
  assert.deepEqual(encodeText('码'.repeat(71), 300).parts.map(({ header, body }) => [[...(header ?? [])], body.length]), [[[5, 0, 3, 44, 2, 1], 134], [[5, 0, 3, 44, 2, 2], 8]]);
});

test('no part ends within a character, and the parts together are the text', () => {
  // A rare name character of two UTF-16 units, of which the first would be the 67th.
  const text = `${'名'.repeat(66)}𠮷${'字'.repeat(90)}`;
  const encoded = encodeText(text, 1);
  assert.equal(textOf(encoded), text);
  assert.ok(encoded.parts.every(({ body }) => body.length <= 134));
  for (const { body } of encoded.parts) assert.ok(Buffer.from(body).swap16().toString('utf16le').isWellFormed());
});

test('what no header can count is refused', () => {
  assert.throws(() => encodeText('码'.repeat(67 * 255 + 1), 0), RangeError);
});
