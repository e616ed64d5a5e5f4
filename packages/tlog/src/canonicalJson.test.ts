import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalJsonBytes } from './canonicalJson.ts';
import type { JsonValue } from './canonicalJson.ts';

const text = (value: JsonValue) => new TextDecoder().decode(canonicalJsonBytes(value));

describe('canonical JSON', () => {
  it('is as in RFC 8785, 3.2.2 and 3.2.3', () => {
    assert.equal(
      text({
        numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
        string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
        literals: [null, true, false],
      }),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    // Sorted by UTF-16 code units: the smiley's surrogate (D83D) comes before U+FB33.
    const members = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    assert.equal(text(members), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
  });

  it('is the same whatever the order of members, and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.array(fc.boolean()))), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(text(reversed), text(value));
        assert.deepEqual(JSON.parse(text(value)), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses what JSON or UTF-8 cannot say', () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udfff': 1 }, [Number.NaN]]) {
      assert.throws(() => canonicalJsonBytes(wrong), RangeError);
    }
  });
});
