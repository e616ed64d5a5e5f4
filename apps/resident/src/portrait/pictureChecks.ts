/**
 * What can be said of a portrait by its brightness alone, while it is still on the screen. It needs no model of faces:
 * the guide says where the face is.
 */

/** Side of the square in which a frame is looked at, pixels; small, so that an old phone does it three times a second. */
export const checkSide = 128;
/** The guide's oval as shares of the square's side. */
export const ovalShare = { width: 0.58, height: 0.76 } as const;

/** What would make the face hard to recognise; the first one that holds is told. */
export type PictureFault = 'dark' | 'bright' | 'backlit' | 'blurred';

export interface PictureMeasures {
  /** Mean brightness within the oval, 0 to 255. */
  readonly face: number;
  /** Mean brightness around it. */
  readonly around: number;
  /** Share of the oval without any drawing left, 0 to 1. */
  readonly burnt: number;
  /** Variance of the Laplacian within the oval: edges make it high, blur takes it away. */
  readonly sharpness: number;
}

/**
 * @param luma one byte of brightness a pixel, rows first, `side` × `side`
 */
export function measurePicture(luma: Uint8Array, side: number): PictureMeasures {
  let [faceSum, faceCount, aroundSum, aroundCount, burnt] = [0, 0, 0, 0, 0];
  let [laplacianSum, laplacianSquares] = [0, 0];
  const at = (x: number, y: number) => luma[y * side + x] ?? 0;
  // Without the outermost pixels, which have no neighbours on one side.
  for (let y = 1; y < side - 1; y += 1) {
    for (let x = 1; x < side - 1; x += 1) {
      const value = at(x, y);
      if (!isInOval((x + 0.5) / side, (y + 0.5) / side)) {
        aroundSum += value;
        aroundCount += 1;
        continue;
      }
      const laplacian = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * value;
      laplacianSum += laplacian;
      laplacianSquares += laplacian * laplacian;
      faceSum += value;
      faceCount += 1;
      if (value >= 250) burnt += 1;
    }
  }
  const mean = laplacianSum / faceCount;
  return { face: faceSum / faceCount, around: aroundSum / aroundCount, burnt: burnt / faceCount, sharpness: laplacianSquares / faceCount - mean * mean };
}

/** What is wrong with the light or the sharpness; null when nothing is. It is advice: nobody is kept from taking the picture they can take. */
export function pictureFault({ face, around, burnt, sharpness }: PictureMeasures): PictureFault | null {
  if (face < 100 && around - face > 70) return 'backlit';
  if (face < 55) return 'dark';
  if (face > 225 || burnt > 0.3) return 'bright';
  // Little contrast leaves little to measure; what was found too dark or too bright is told as that.
  return sharpness < 18 ? 'blurred' : null;
}

function isInOval(x: number, y: number): boolean {
  return ((x - 0.5) / (ovalShare.width / 2)) ** 2 + ((y - 0.5) / (ovalShare.height / 2)) ** 2 <= 1;
}
