import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupedCode, guardianLink, readGuardianCode } from './guardianCode.ts';

const code = '7K2M0Q1Z';

test('a code is read however it was typed, and out of the link that was scanned', () => {
  for (const text of [code, ' 7k2m 0q1z ', '7K2M-0Q1Z', '7K2MOQIZ', '7k2moqlz', groupedCode(code), guardianLink('https://kit.example', code), guardianLink('https://other.example', code)]) {
    assert.equal(readGuardianCode(text), code, text);
  }
});

test('what is no code is none: another length, a letter that Base32 has not, a pass, a venue', () => {
  for (const text of ['', code.slice(1), `${code}0`, '7K2M0QUZ', 'HK1:6BFOXN', 'https://kit.example/v#HKV1-ABCDEFGHIJKLMN']) assert.equal(readGuardianCode(text), null, text);
});
