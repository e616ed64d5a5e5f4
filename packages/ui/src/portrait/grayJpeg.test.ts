import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeGrayJpeg } from './grayJpeg.ts';

/** The segments of a JPEG by marker, and its entropy-coded data with the stuffing removed. */
function parse(jpeg: Uint8Array) {
  const segments = new Map<number, Uint8Array>();
  let at = 2;
  while (jpeg[at] === 0xff && jpeg[at + 1] !== 0xd9) {
    const marker = jpeg[at + 1] ?? 0;
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0);
    segments.set(marker, jpeg.slice(at + 4, at + 2 + length));
    at += 2 + length;
    if (marker === 0xda) break;
  }
  const scan: number[] = [];
  for (; at < jpeg.length - 2; at += 1) {
    scan.push(jpeg[at] ?? 0);
    if (jpeg[at] === 0xff) at += 1;
  }
  return { segments, scan };
}

/** Reads the code tables and decodes the scan into the mean brightness of each block, as any decoder would (T.81, F.2). */
function blockMeans(jpeg: Uint8Array, side: number): number[] {
  const { segments, scan } = parse(jpeg);
  const step = segments.get(0xdb)?.[1] ?? 0;
  const tables: Map<string, number>[] = [];
  const dht = segments.get(0xc4) ?? new Uint8Array();
  for (let at = 0; at < dht.length;) {
    const counts = [...dht.slice(at + 1, at + 17)];
    const table = new Map<string, number>();
    let code = 0;
    let symbol = at + 17;
    for (const [index, count] of counts.entries()) {
      for (let each = 0; each < count; each += 1) {
        const bits = code.toString(2).padStart(index + 1, '0');
        assert.match(bits, /0/, 'no code is all ones');
        table.set(bits, dht[symbol] ?? 0);
        symbol += 1;
        code += 1;
      }
      code *= 2;
    }
    tables.push(table);
    at = symbol;
  }
  const bits = scan.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let position = 0;
  const next = (table: Map<string, number> | undefined) => {
    for (let length = 1; length <= 16; length += 1) {
      const found = table?.get(bits.slice(position, position + length));
      if (found === undefined) continue;
      position += length;
      return found;
    }
    throw new Error('no code');
  };
  const read = (size: number) => {
    const value = size === 0 ? 0 : Number.parseInt(bits.slice(position, position + size), 2);
    position += size;
    return size > 0 && value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  };
  const means: number[] = [];
  let dc = 0;
  for (let block = 0; block < (side / 8) ** 2; block += 1) {
    dc += read(next(tables[0]));
    means.push(128 + (dc * step) / 8);
    for (let index = 1; index < 64; index += 1) {
      const symbol = next(tables[1]);
      if (symbol === 0) break;
      index += symbol >> 4;
      read(symbol & 15);
    }
  }
  assert.match(bits.slice(position), /^1{0,7}$/, 'nothing but filling follows the last block');
  return means;
}

test('a decoder written from the standard reads every picture and finds each block as bright as it was', () => {
  const side = 16;
  fc.assert(fc.property(fc.uint8Array({ minLength: side * side, maxLength: side * side }), fc.integer({ min: 5, max: 95 }), (luma, quality) => {
    const jpeg = encodeGrayJpeg(luma, side, quality);
    const step = parse(jpeg).segments.get(0xdb)?.[1] ?? 0;
    for (const [block, mean] of blockMeans(jpeg, side).entries()) {
      let sum = 0;
      for (let pixel = 0; pixel < 64; pixel += 1) sum += luma[(8 * Math.floor(block / 2) + (pixel >> 3)) * side + 8 * (block % 2) + (pixel & 7)] ?? 0;
      assert.ok(Math.abs(sum / 64 - mean) <= step / 16 + 1e-9);
    }
  }));
});

test('a picture of one brightness costs little more than its tables', () => {
  assert.ok(encodeGrayJpeg(new Uint8Array(64 * 64).fill(200), 64, 60).length < 200);
});

test('a side that is no multiple of 8 is refused', () => {
  assert.throws(() => encodeGrayJpeg(new Uint8Array(100), 10, 50), RangeError);
});
