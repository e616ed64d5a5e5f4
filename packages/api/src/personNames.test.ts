import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isName, tidyName } from './personNames.ts';

test('every point that keyboards offer between the parts of a name becomes the one that documents print', () => {
  for (const point of ['·', '•', '‧', '∙', '⋅', '・', '･', '．', '.', ' · ', '●']) assert.equal(tidyName(`阿卜杜拉${point}买买提`), '阿卜杜拉·买买提', JSON.stringify(point));
  assert.equal(tidyName('J. Smith'), 'J. Smith');
});

test('a name is composed, half-width, and without outer and doubled spaces', () => {
  assert.equal(tidyName('  Mu\u0308ller  Ｍａｉｅｒ\u3000 '), 'Müller Maier');
  assert.equal(tidyName('O’Connor'), 'O\'Connor');
  assert.equal(tidyName('欧阳'), '欧阳');
  // Rare characters of names stay what they are.
  assert.equal(tidyName('䶮禤㛃𠮷'), '䶮禤㛃𠮷');
});

test('tidying twice changes nothing more', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => {
    assert.equal(tidyName(tidyName(typed)), tidyName(typed));
  }), { seed: 12 });
});

test('digits, invisible characters and nothing are no name', () => {
  for (const name of ['', '123', 'a\u200bb', '\u202eabc', 'a<b', '·']) assert.ok(!isName(name), JSON.stringify(name));
  for (const name of ['王', 'Ó Súilleabháin-van der Berg', '阿卜杜拉·买买提', 'D\'Angelo']) assert.ok(isName(name), name);
});
