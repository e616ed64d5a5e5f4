import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedNameMaximumBytes } from '@health-kit/pass';
import fc from 'fast-check';
import { maskName, maskPhone } from './mask.ts';

test('a name is its family name and a mark for each further character, two at most', () => {
  assert.equal(maskName('王', '伟'), '王＊');
  assert.equal(maskName('欧阳', '娜娜'), '欧阳＊＊');
  assert.equal(maskName('李', '小龙飞'), '李＊＊');
  assert.equal(maskName('Müller', 'Anna'), 'Müller **');
  assert.equal(maskName('O', 'K'), 'O *');
});

test('of an only name no more than its first character is shown', () => {
  assert.equal(maskName('Suharto', ''), 'S **');
  assert.equal(maskName('阿卜杜拉·买买提', ''), '阿＊＊');
  assert.equal(maskName('金花', ''), '金＊');
});

test('a long family name is cut at a character, never within one', () => {
  assert.equal(maskName('Wolfeschlegelsteinhausen', 'Hubert'), 'Wolfeschlegelst **');
  assert.equal(maskName('阿卜杜拉希提江', '买买提'), '阿卜杜拉＊＊');
  // A character of four bytes (Extension B) beside others.
  assert.equal(maskName('𠮷𠮷𠮷𠮷', '野家'), '𠮷𠮷𠮷＊＊');
});

test('every masked name fits the pass and tells nothing of the given name but two marks', () => {
  const letters = fc.string({ unit: fc.constantFrom('王', '欧', '𠮷', 'a', 'Z', 'é', 'ö', ' ', '-'), minLength: 1, maxLength: 40 });
  fc.assert(fc.property(letters, letters, letters, (family, given, other) => {
    const masked = maskName(family, given);
    assert.ok(Buffer.byteLength(masked) <= maskedNameMaximumBytes);
    const length = (name: string) => Math.min(2, [...name.replaceAll(' ', '')].length);
    if (length(given) === length(other)) assert.equal(masked, maskName(family, other));
  }), { seed: 4 });
});

test('a phone number shows the first and last three digits of its national part', () => {
  assert.equal(maskPhone('+8613800138000'), '138*****000');
  assert.equal(maskPhone('+12025550123'), '202****123');
  assert.equal(maskPhone('+4915112345678'), '151*****678');
  assert.equal(maskPhone('+85251234567'), '512**567');
});

test('at least two digits of a national number stay hidden, however short it is', () => {
  fc.assert(fc.property(fc.stringMatching(/^\+[1-9][0-9]{6,14}$/), (phone) => {
    assert.ok((maskPhone(phone).match(/\*/g) ?? []).length >= 2, maskPhone(phone));
  }), { seed: 5 });
});
