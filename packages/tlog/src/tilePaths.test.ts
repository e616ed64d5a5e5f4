import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeEntryBundle, parseEntryBundle } from './entryBundle.ts';
import { bundlePath, parseBundlePath, parseTilePath, tilePath } from './tilePaths.ts';

const ids = fc.record({ level: fc.nat({ max: 63 }), index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) });

describe('the path of a tile', () => {
  it('is as published', () => {
    assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067');
    assert.equal(tilePath({ level: 1, index: 0, width: 17 }), 'tile/1/000.p/17');
    assert.equal(bundlePath({ index: 273, width: 112 }), 'tile/entries/273.p/112');
    assert.equal(bundlePath({ index: 1000, width: 256 }), 'tile/entries/x001/000');
  });

  it('reads back as the same tile', () => {
    fc.assert(fc.property(ids, ({ level, index, width }) => {
      assert.deepEqual(parseTilePath(tilePath({ level, index, width })), { level, index, width });
      assert.deepEqual(parseBundlePath(bundlePath({ index, width })), { index, width });
    }));
  });

  it('is read in no other spelling', () => {
    for (const wrong of [
      '', 'tile/0', 'tile/0/', 'tile/00/000', 'tile/64/000', 'tile/-1/000', 'tile/0/0', 'tile/0/0000', 'tile/0/001/000', 'tile/0/x000/001', 'tile/0/x001',
      'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/', 'tile/0/000.p/1/', '/tile/0/000', 'tile/0/000?', 'tile/0/x999/x999/x999/x999/x999/999',
      'tile/entries/000', 'tile/0/../000', 'tile/0/００0',
    ]) {
      assert.equal(parseTilePath(wrong), null, wrong);
    }
    for (const wrong of ['tile/entries/', 'tile/entries/x000/001', 'tile/entries/000.p/256', 'tile/0/000', 'tile/entries/0']) {
      assert.equal(parseBundlePath(wrong), null, wrong);
    }
  });

  it('is not made for what is no tile', () => {
    for (const wrong of [{ level: 64 }, { level: -1 }, { index: -1 }, { index: 0.5 }, { width: 0 }, { width: 257 }]) {
      assert.throws(() => tilePath({ level: 0, index: 0, width: 1, ...wrong }), RangeError);
    }
  });
});

describe('an entry bundle', () => {
  it('puts each entry after its length in two bytes, and reads back', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(7, 8), new Uint8Array(), new Uint8Array(300).fill(1)]);
    assert.deepEqual([...bundle.slice(0, 8)], [0, 2, 7, 8, 0, 0, 1, 44]);
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (entries) => {
      assert.deepEqual(parseEntryBundle(encodeEntryBundle(entries)), entries.map((entry) => Uint8Array.from(entry)));
    }));
  });

  it('is refused where it is cut short, and not made of an entry too long', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(7, 8), Uint8Array.of(9)]);
    for (const cut of [1, 2, 3, 5, 6]) assert.equal(parseEntryBundle(bundle.slice(0, cut)), null);
    assert.throws(() => encodeEntryBundle([new Uint8Array(65_536)]), RangeError);
  });
});
