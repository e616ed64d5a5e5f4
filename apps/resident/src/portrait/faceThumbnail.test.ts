import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFace, type EncodedImage } from './faceThumbnail.ts';

/** An encoder whose sizes follow a formula, and what it was asked for. */
function encoder(bytesOf: (side: number, quality: number) => number, writesWebp = true) {
  const asked: { side: number; type: string; quality: number }[] = [];
  return {
    asked,
    encode: async (side: number, type: EncodedImage['type'], quality: number): Promise<EncodedImage | null> => {
      asked.push({ side, type, quality });
      if (type === 'image/webp' && !writesWebp) return null;
      return { type, bytes: new Uint8Array(Math.round(bytesOf(side, quality))) };
    },
  };
}

test('the largest size at a fair quality that fits is taken', async () => {
  const { encode, asked } = encoder((side, quality) => side * side * quality * 0.6);
  const face = await encodeFace(encode, 640);
  assert.equal(face?.type, 'image/webp');
  assert.deepEqual(asked.at(-1), { side: 64, type: 'image/webp', quality: 0.22 });
  assert.ok(face !== null && face.bytes.length <= 640);
});

test('a browser that writes no WebP gets a JPEG', async () => {
  const { encode } = encoder(() => 600, false);
  assert.equal((await encodeFace(encode, 640))?.type, 'image/jpeg');
});

test('a picture that nothing makes small enough is refused instead of cut', async () => {
  const { encode, asked } = encoder(() => 641);
  assert.equal(await encodeFace(encode, 640), null);
  assert.ok(asked.some(({ side, quality }) => side === 48 && quality === 0.05));
});
