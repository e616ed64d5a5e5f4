import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeAddCheckpoint, parseAddCheckpoint } from './addCheckpoint.ts';

// The example of the tlog-witness specification.
const PUBLISHED = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

describe('a request to a witness', () => {
  it('reads and writes as published', () => {
    const request = parseAddCheckpoint(PUBLISHED) ?? assert.fail();
    assert.equal(request.oldSize, 20_852_014);
    assert.deepEqual(request.proof.map((hash) => Buffer.from(hash).toString('hex').slice(0, 8)), ['3e544d0a', '8eb2590e', 'e7ea4a95', 'ffa59584']);
    assert.ok(request.checkpoint.startsWith('example.com/behind-the-sofa\n20852163\n'));
    assert.equal(encodeAddCheckpoint(request), PUBLISHED);
    const first = { oldSize: 0, proof: [], checkpoint: request.checkpoint };
    assert.deepEqual(parseAddCheckpoint(encodeAddCheckpoint(first)), first);
  });

  it('is refused where the size is written in another way, a line is no hash, or there are too many', () => {
    const [, hash = ''] = PUBLISHED.split('\n');
    const rest = PUBLISHED.slice(PUBLISHED.indexOf('\n\n'));
    for (const wrong of ['old', 'old ', 'old -1', 'old 01', 'old 1.0', 'old  1', 'old 1 ', 'OLD 1', 'old 9007199254740992', '1', 'old 1\r']) {
      assert.equal(parseAddCheckpoint(wrong + rest), null, wrong);
    }
    for (const wrong of ['AAAA', hash.slice(0, -1), hash.replace('kaw=', 'kax='), ` ${hash}`]) {
      assert.equal(parseAddCheckpoint(`old 1\n${wrong}${rest}`), null, wrong);
    }
    const lines = (count: number) => `old 1\n${Array.from({ length: count }, () => hash).join('\n')}${rest}`;
    assert.equal(parseAddCheckpoint(lines(63))?.proof.length, 63);
    assert.equal(parseAddCheckpoint(lines(64)), null);
    for (const wrong of ['', '\n', 'old 1\n', 'old 1', PUBLISHED.slice(0, -1)]) assert.equal(parseAddCheckpoint(wrong), null);
  });

  it('is not made of a proof that could not be read back', () => {
    assert.throws(() => encodeAddCheckpoint({ oldSize: -1, proof: [], checkpoint: '' }), RangeError);
    assert.throws(() => encodeAddCheckpoint({ oldSize: 1, proof: [new Uint8Array(31)], checkpoint: '' }), RangeError);
    assert.throws(() => encodeAddCheckpoint({ oldSize: 1, proof: Array.from({ length: 64 }, () => new Uint8Array(32)), checkpoint: '' }), RangeError);
  });
});
