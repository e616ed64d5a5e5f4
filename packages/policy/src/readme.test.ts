import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { rules, RULE_SET_VERSION } from './statusRules.ts';
import { statusWords } from './statusWords.ts';

describe('the README', () => {
  it('prints the rules as they are, in their order', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const printed = readme.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    const expected = rules.map(({ id, version, status, words }, position) => {
      const name = `${statusWords[status].en} · ${statusWords[status].zh}`;
      return `| ${position + 1} | \`${id}\` | ${version} | ${name} | ${words.en} | ${words.zh} |`;
    });
    assert.deepEqual(printed, expected);
    assert.ok(readme.includes(`Rule set version ${RULE_SET_VERSION}.`));
  });
});
