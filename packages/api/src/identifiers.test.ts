import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { PlainText } from './identifiers.ts';

const name = PlainText({ maxLength: 20 });

test('a name in any script is plain text, rare characters and marks included', () => {
  for (const text of ['老码头餐厅 Old Wharf', '𠮷野家', '䶮', "O'Brien & Söhne", '=1+1', 'مقهى', '👍']) assert.ok(Value.Check(name, text), text);
});

test('what cannot be seen, breaks a line or turns text around is no plain text', () => {
  for (const text of ['', '   ', 'a\nb', 'a\u0000', 'a\u007f', 'x\u202ey', 'a\u200bb', '\ufeffa', '\ud800', 'a\u2028b']) assert.ok(!Value.Check(name, text), JSON.stringify(text));
});
