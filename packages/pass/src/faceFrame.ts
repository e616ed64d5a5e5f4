import { base45Length, decodeBase45, encodeBase45 } from './base45.ts'
import type { Bytes } from './bytes.ts'
import { concatBytes, equalBytes, sha256 } from './bytes.ts'

/** Image types of a face frame; the position plus 1 is the code in the frame. */
export const faceMediaTypes = ['image/webp', 'image/jpeg', 'image/avif', 'image/png'] as const
export type FaceMediaType = (typeof faceMediaTypes)[number]

/** The portrait's thumbnail as it travels in the second QR code. */
export type FaceFrame = { mediaType: FaceMediaType; image: Bytes }

const prefix = 'HKF1:'
export const faceFrameMaximumCharacters = 1000
/** Most bytes an image may have to fit a face frame. */
export const faceImageMaximumBytes = 662

function asciiAt(image: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...image.subarray(offset, offset + length))
}

/** The media type that the first bytes of an image tell, null if it is none of ours. */
export function sniffFaceMediaType(image: Uint8Array): FaceMediaType | null {
  if (asciiAt(image, 0, 4) === 'RIFF' && asciiAt(image, 8, 4) === 'WEBP') return 'image/webp'
  if (asciiAt(image, 0, 3) === '\xff\xd8\xff') return 'image/jpeg'
  if (asciiAt(image, 4, 8) === 'ftypavif') return 'image/avif'
  if (asciiAt(image, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  return null
}

/**
 * The text of a face frame: `HKF1:` and Base45 of one byte for the media type and the image.
 * Throws RangeError if the image is too large or is not of that type.
 */
export function makeFaceFrame(image: Uint8Array, mediaType: FaceMediaType): string {
  if (image.length > faceImageMaximumBytes) throw new RangeError(`a face image has at most ${faceImageMaximumBytes} bytes`)
  if (sniffFaceMediaType(image) !== mediaType) throw new RangeError(`the image is not ${mediaType}`)
  return prefix + encodeBase45(concatBytes(Uint8Array.of(faceMediaTypes.indexOf(mediaType) + 1), image))
}

export type FaceFrameReading = { ok: true; frame: FaceFrame } | { ok: false; reason: 'not-a-face-frame' | 'malformed' }

/** Reads the text of a face frame. The face is nobody's until {@link matchFace} says so. */
export function readFaceFrame(text: string): FaceFrameReading {
  if (!text.startsWith(prefix)) return { ok: false, reason: 'not-a-face-frame' }
  if (text.length > prefix.length + base45Length(faceImageMaximumBytes + 1)) return { ok: false, reason: 'malformed' }
  const decoded = decodeBase45(text.slice(prefix.length))
  if (!decoded.ok) return { ok: false, reason: 'malformed' }
  const image = decoded.bytes.slice(1)
  const mediaType = faceMediaTypes[(decoded.bytes[0] ?? 0) - 1]
  // the digest covers the image alone, so the type must follow from it
  if (mediaType === undefined || sniffFaceMediaType(image) !== mediaType) return { ok: false, reason: 'malformed' }
  return { ok: true, frame: { mediaType, image } }
}

/** What a pass signs of a portrait: the first 16 bytes of the SHA-256 of the frame's image. */
export async function portraitDigest(image: Uint8Array): Promise<Bytes> {
  return (await sha256(image)).slice(0, 16)
}

/** `no-portrait`: the pass signs none. `other-face`: the frame does not belong to this pass. */
export type FaceMatch = { matched: true } | { matched: false; reason: 'no-portrait' | 'other-face' }

/** Whether a face frame is the one that a verified pass signs. */
export async function matchFace(
  pass: { portraitDigest: Uint8Array | null },
  frame: FaceFrame,
): Promise<FaceMatch> {
  if (pass.portraitDigest === null) return { matched: false, reason: 'no-portrait' }
  const digest = await portraitDigest(frame.image)
  return equalBytes(digest, pass.portraitDigest) ? { matched: true } : { matched: false, reason: 'other-face' }
}
