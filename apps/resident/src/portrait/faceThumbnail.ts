/** A picture as bytes with its type. */
export interface EncodedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: 'image/webp' | 'image/jpeg';
}

/** What the thumbnail is tried with, best first: sizes in pixels, qualities as canvases take them. */
const sides = [64, 60, 56, 52, 48] as const;
const qualities = [0.5, 0.4, 0.3, 0.22, 0.15, 0.1, 0.05] as const;
/** Below this quality a larger picture shows less of a face than a smaller one that is encoded better. */
const fairQuality = 0.22;

/**
 * The best thumbnail of a face that takes at most `maximumBytes`: WebP first,
 * JPEG where the browser cannot write it; from 64 pixels downwards at a fair
 * quality, then from 48 pixels at any. Null if nothing is small enough.
 * `encode` draws the face at a side and encodes it; null where it cannot.
 */
export async function encodeFace(
  encode: (side: number, type: EncodedImage['type'], quality: number) => Promise<EncodedImage | null>, maximumBytes: number,
): Promise<EncodedImage | null> {
  for (const type of ['image/webp', 'image/jpeg'] as const) {
    const attempts = [
      ...sides.flatMap((side) => qualities.filter((quality) => quality >= fairQuality).map((quality) => ({ side, quality }))),
      ...qualities.filter((quality) => quality < fairQuality).map((quality) => ({ side: sides[sides.length - 1] ?? 48, quality })),
    ];
    for (const { side, quality } of attempts) {
      const encoded = await encode(side, type, quality);
      // Browsers that cannot write a type write PNG in its place.
      if (encoded === null || encoded.type !== type) break;
      if (encoded.bytes.length <= maximumBytes) return encoded;
    }
  }
  return null;
}

/** Draws a square part of a picture at `side` pixels and encodes it. */
export async function encodeSquare(
  picture: CanvasImageSource, crop: { readonly x: number; readonly y: number; readonly side: number },
  side: number, type: EncodedImage['type'], quality: number,
): Promise<EncodedImage | null> {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, crop.x, crop.y, crop.side, crop.side, 0, 0, side, side);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, type, quality);
  });
  if (blob === null || (blob.type !== 'image/webp' && blob.type !== 'image/jpeg')) return null;
  return { bytes: new Uint8Array(await blob.arrayBuffer()), type: blob.type };
}
