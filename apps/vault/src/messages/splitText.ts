/** A text as the telephone network carries it: GSM 03.38 and 03.40, SMPP 3.4. */
export interface EncodedText {
  /** SMPP 5.2.19: 0 is the network's own alphabet, 8 is UCS-2. */
  readonly dataCoding: 0 | 8;
  /** One, or several that the phone puts together again. */
  readonly parts: readonly EncodedPart[];
}
export interface EncodedPart {
  /** User data header that says which part of which message it is (3GPP TS 23.040, 9.2.3.24.1); null for a text of one part. */
  readonly header: Uint8Array | null;
  readonly body: Uint8Array;
}

/** Characters of which GSM's default alphabet, ASCII and Latin 1 have the same code: whatever a network takes as its own, they arrive. */
const common = /^[A-Za-z0-9 \n\r!"#%&'()*+,\-./:;<=>?]*$/;
/** 140 octets are 160 septets, or 70 units of UCS-2; the header of a part takes six octets. */
const limits = { 0: { whole: 160, part: 153 }, 8: { whole: 70, part: 67 } };
/** Parts that a header can count. */
const mostParts = 255;

/**
 * Encodes a text, and divides one that is too long for one message.
 *
 * @param reference 0 to 255, the same in all parts and another for the next message to that phone
 */
export function encodeText(text: string, reference: number): EncodedText {
  const dataCoding = common.test(text) ? 0 : 8;
  const { whole, part } = limits[dataCoding];
  const bytes = (piece: string) => (dataCoding === 0 ? Buffer.from(piece, 'latin1') : Buffer.from(piece, 'utf16le').swap16());
  if (text.length <= whole) return { dataCoding, parts: [{ header: null, body: bytes(text) }] };
  const pieces = divide(text, part);
  if (pieces.length > mostParts) throw new RangeError('a text is longer than a message can be');
  return { dataCoding, parts: pieces.map((piece, index) => ({ header: Uint8Array.of(5, 0, 3, reference & 0xff, pieces.length, index + 1), body: bytes(piece) })) };
}

/** Pieces of at most `most` UTF-16 units, none of which ends between the two halves of a character. */
function divide(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + most, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
