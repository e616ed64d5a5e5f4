import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemTypes, problemTypeUri } from '@health-kit/api';
import { problemName, problemText } from './problemTexts.ts';
import { problems } from './texts/zh.ts';

test('every problem of the catalogue is told in Chinese without a Latin sentence, and in English', () => {
  for (const name of Object.keys(problemTypes)) {
    const type = `urn:health-kit:problem:${name}`;
    assert.equal(problemName(type), name);
    const chinese = problemText(type, problems);
    assert.match(chinese.title, /[\u4e00-\u9fff]/);
    assert.match(chinese.detail, /[\u4e00-\u9fff].*\u3002$/);
    // Between Chinese characters stand Chinese marks.
    assert.doesNotMatch(chinese.title + chinese.detail, /[\u4e00-\u9fff][,:;?!]/);
    assert.match(problemText(type, {}).detail, /\.$/);
  }
});

test('a problem type that is not in the catalogue reads as an internal error', () => {
  assert.equal(problemName('about:blank'), null);
  assert.deepEqual(problemText('about:blank', {}), problemText(problemTypeUri('internal-error'), {}));
});
