import { encodeGrayJpeg } from './grayJpeg.ts';

/** A picture as bytes with its type. */
export interface EncodedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: 'image/webp' | 'image/jpeg';
}

/** A face that can be drawn at any side, pixels. */
export interface DrawableFace {
  /** In colour; null where the browser writes no WebP. Qualities as canvases take them, 0 to 1. */
  webp(side: number, quality: number): Promise<EncodedImage | null>;
  /** One byte of brightness a pixel, rows first. */
  luma(side: number): Uint8Array;
}

/** Sides that are tried, largest first, multiples of 8; and qualities, best first. */
const sides = [64, 56, 48] as const;
const webpQualities = [0.5, 0.4, 0.3] as const;
const grayQualities = [60, 48, 36, 28, 22] as const;
/** What a restless background may force a small picture down to. */
const lastGrayQualities = [16, 11, 8] as const;

/**
 * The best thumbnail of a face that takes at most `maximumBytes`: in colour if
 * a WebP of fair quality fits, else in grey, in which a face is known as well
 * and which every browser can make. Null if nothing is small enough.
 */
export async function encodeFace(face: DrawableFace, maximumBytes: number): Promise<EncodedImage | null> {
  for (const side of sides) {
    for (const quality of webpQualities) {
      const encoded = await face.webp(side, quality);
      if (encoded !== null && encoded.bytes.length <= maximumBytes) return encoded;
    }
  }
  for (const side of sides) {
    const luma = face.luma(side);
    for (const quality of side === 48 ? [...grayQualities, ...lastGrayQualities] : grayQualities) {
      const bytes = encodeGrayJpeg(luma, side, quality);
      if (bytes.length <= maximumBytes) return { bytes, type: 'image/jpeg' };
    }
  }
  return null;
}

/** A square part of a picture, in its pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Draws a square part of a picture at `side` pixels; null where the browser gives no canvas. */
function drawSquare(picture: CanvasImageSource, crop: Crop, side: number): { readonly canvas: HTMLCanvasElement; readonly context: CanvasRenderingContext2D } | null {
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, crop.x, crop.y, crop.side, crop.side, 0, 0, side, side);
  return { canvas, context };
}

/** Draws a square part of a picture at `side` pixels and encodes it; null where the browser does not write the type. */
export async function encodeSquare(picture: CanvasImageSource, crop: Crop, side: number, type: EncodedImage['type'], quality: number): Promise<EncodedImage | null> {
  const drawn = drawSquare(picture, crop, side);
  if (drawn === null) return null;
  const blob = await new Promise<Blob | null>((resolve) => {
    drawn.canvas.toBlob(resolve, type, quality);
  });
  // Browsers that cannot write a type write PNG in its place.
  return blob?.type === type ? { bytes: new Uint8Array(await blob.arrayBuffer()), type } : null;
}

/** The face in a part of a picture. */
export function drawableFace(picture: CanvasImageSource, crop: Crop): DrawableFace {
  return {
    webp: (side, quality) => encodeSquare(picture, crop, side, 'image/webp', quality),
    luma: (side) => {
      const pixels = drawSquare(picture, crop, side)?.context.getImageData(0, 0, side, side).data ?? new Uint8ClampedArray(4 * side * side);
      // ITU-R BT.601, as JPEG has it.
      return Uint8Array.from({ length: side * side }, (_, index) => 0.299 * (pixels[4 * index] ?? 0) + 0.587 * (pixels[4 * index + 1] ?? 0) + 0.114 * (pixels[4 * index + 2] ?? 0));
    },
  };
}
