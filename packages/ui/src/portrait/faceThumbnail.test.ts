import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFace, type DrawableFace } from './faceThumbnail.ts';

/** A face whose WebP sizes follow a formula (null: a browser without WebP) and whose brightness is given. */
function face(webpBytes: ((side: number, quality: number) => number) | null, brightness: (index: number, side: number) => number): DrawableFace {
  return {
    webp: async (side, quality) => (webpBytes === null ? null : { type: 'image/webp', bytes: new Uint8Array(Math.round(webpBytes(side, quality))) }),
    luma: (side) => Uint8Array.from({ length: side * side }, (_, index) => brightness(index, side)),
  };
}
const soft = (index: number, side: number) => 128 + 90 * Math.sin((3 * (index % side)) / side) * Math.cos((5 * Math.floor(index / side)) / side);
const noise = (index: number) => (Math.imul(index, 2654435761) >>> 13) & 255;

test('the largest WebP of fair quality that fits is taken', async () => {
  const taken = await encodeFace(face((side, quality) => side * side * quality * 0.4, soft), 640);
  assert.equal(taken?.type, 'image/webp');
  assert.equal(taken?.bytes.length, Math.round(64 * 64 * 0.3 * 0.4));
});

test('a browser without WebP, and a WebP that is too large, give a grey JPEG within the limit', async () => {
  for (const webp of [null, () => 641]) {
    const taken = await encodeFace(face(webp, soft), 640);
    assert(taken !== null);
    assert.equal(taken.type, 'image/jpeg');
    assert.ok(taken.bytes.length <= 640);
    assert.deepEqual([...taken.bytes.slice(0, 3)], [0xff, 0xd8, 0xff]);
  }
});

test('even noise becomes small enough, and what nothing makes small enough is refused instead of cut', async () => {
  const taken = await encodeFace(face(null, noise), 640);
  assert.ok(taken !== null && taken.bytes.length <= 640);
  assert.equal(await encodeFace(face(null, noise), 200), null);
});
