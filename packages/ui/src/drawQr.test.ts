import assert from 'node:assert/strict';
import { test } from 'node:test';
import decodeQR from 'qr/decode.js';
import { drawQr } from './drawQr.ts';

/** Paints the path's runs into RGBA pixels, as a browser would fill them. */
function paint({ size, path }: { size: number; path: string }, scale: number) {
  const side = size * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(length)) * scale; column += 1) data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

test('a reader gets back the text that was drawn', () => {
  for (const text of ['HK1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90KECTHGWJC0FDC:5AIA%G7X+AQB9F.2', 'https://health.example/v#AbC_-1']) {
    assert.equal(decodeQR(paint(drawQr(text), 4)), text);
  }
});

test('text of the alphanumeric alphabet needs fewer modules than text beyond it', () => {
  assert.ok(drawQr('HK1:' + 'A1'.repeat(150)).size < drawQr('hk1:' + 'a1'.repeat(150)).size);
});

test('the quiet zone of four modules is drawn', () => {
  const { size, path } = drawQr('HK1:A');
  const starts = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)];
  assert.equal(Math.min(...starts.map(([, x]) => Number(x))), 4);
  assert.equal(Math.max(...starts.map(([, x, , length]) => Number(x) + Number(length))), size - 4);
});
