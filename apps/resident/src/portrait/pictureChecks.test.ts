import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSide, measurePicture, pictureFault } from './pictureChecks.ts';

/** A picture by its brightness at each place, both from 0 to 1. */
function picture(brightness: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: checkSide * checkSide }, (_, index) => {
    const value = brightness((index % checkSide) / checkSide, Math.floor(index / checkSide) / checkSide);
    return Math.max(0, Math.min(255, Math.round(255 * value)));
  });
}
/** A face of a few hard shapes before a wall. */
const faceAt = (skin: number, wall: number) => (x: number, y: number) => {
  if (((x - 0.5) / 0.29) ** 2 + ((y - 0.5) / 0.38) ** 2 > 1) return wall;
  const eye = [0.4, 0.6].some((centre) => ((x - centre) / 0.05) ** 2 + ((y - 0.44) / 0.025) ** 2 < 1);
  const mouth = Math.abs(y - 0.68) < 0.02 && Math.abs(x - 0.5) < 0.1;
  const hair = y < 0.3;
  return eye || mouth || hair ? skin * 0.25 : skin;
};
/** The same through a lens that is out of focus: the mean of a square around each pixel. */
function blurred(luma: Uint8Array, radius: number): Uint8Array {
  return luma.map((_, index) => {
    const [x, y] = [index % checkSide, Math.floor(index / checkSide)];
    let [sum, count] = [0, 0];
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        const value = luma[(y + dy) * checkSide + x + dx];
        if (x + dx < 0 || x + dx >= checkSide || value === undefined) continue;
        sum += value;
        count += 1;
      }
    }
    return sum / count;
  });
}
const faultOf = (luma: Uint8Array) => pictureFault(measurePicture(luma, checkSide));

test('a face in good light, of any skin, is told nothing', () => {
  for (const skin of [0.35, 0.5, 0.65, 0.8]) for (const wall of [0.3, 0.55, 0.75]) {
    if (wall - skin > 0.3) continue;
    assert.equal(faultOf(picture(faceAt(skin, wall))), null, `${skin} before ${wall}`);
  }
});

test('too dark, too bright, and light from behind are each told as that', () => {
  assert.equal(faultOf(picture(faceAt(0.15, 0.1))), 'dark');
  assert.equal(faultOf(picture(() => 0)), 'dark');
  assert.equal(faultOf(picture(() => 1)), 'bright');
  assert.equal(faultOf(picture((x) => (x > 0.5 ? 1 : 0.6))), 'bright');
  assert.equal(faultOf(picture(faceAt(0.3, 0.95))), 'backlit');
});

test('what is out of focus is told as blurred, and the more blur the less sharp', () => {
  const sharp = picture(faceAt(0.6, 0.7));
  assert.equal(faultOf(blurred(sharp, 5)), 'blurred');
  const measures = [0, 1, 2, 4, 8].map((radius) => measurePicture(blurred(sharp, radius), checkSide).sharpness);
  for (const [index, value] of measures.entries()) if (index > 0) assert.ok(value < (measures[index - 1] ?? 0), String(measures));
});

test('the measures are numbers within bounds, whatever the picture is', () => {
  fc.assert(fc.property(fc.integer({ min: 8, max: 40 }).chain((side) => fc.tuple(fc.constant(side), fc.uint8Array({ minLength: side * side, maxLength: side * side }))), ([side, luma]) => {
    const { face, around, burnt, sharpness } = measurePicture(luma, side);
    assert.ok(face >= 0 && face <= 255 && around >= 0 && around <= 255 && burnt >= 0 && burnt <= 1 && sharpness >= -1e-6);
  }));
});
