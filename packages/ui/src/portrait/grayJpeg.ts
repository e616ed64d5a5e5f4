/**
 * A JPEG writer (ITU-T T.81, baseline, one grey component) for pictures of a
 * few hundred bytes. Browsers write Huffman tables of 420 bytes into every
 * JPEG and some write no WebP; here the tables hold the codes that this one
 * picture uses, so that nearly all bytes are picture.
 */

/** T.81, table K.1, in zigzag order. */
const luminanceSteps = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
  56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
] as const;

/** Position of each zigzag index in a block (T.81, figure A.6). */
const zigzag: readonly number[] = Array.from({ length: 64 }, (_, position) => ({ position, row: position >> 3, column: position & 7 }))
  .sort((a, b) => a.row + a.column - (b.row + b.column) || ((a.row + a.column) % 2 === 0 ? b.row - a.row : a.row - b.row))
  .map(({ position }) => position);

/** A code table: lengths counted as DHT wants them, symbols by length, and each symbol's code. */
interface CodeTable {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
  readonly codes: ReadonlyMap<number, { readonly code: number; readonly length: number }>;
}
/** A Huffman symbol and the bits that follow it. */
interface Token {
  readonly symbol: number;
  readonly extra: number;
  readonly extraLength: number;
}

/**
 * Encodes a square grey picture.
 *
 * @param luma one byte a pixel, rows first, `side` × `side`
 * @param side a multiple of 8
 * @param quality 1 to 100, as the Independent JPEG Group counts it
 */
export function encodeGrayJpeg(luma: Uint8Array, side: number, quality: number): Uint8Array<ArrayBuffer> {
  if (side % 8 !== 0 || luma.length !== side * side) throw new RangeError('the picture is a square of whole blocks');
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const steps = luminanceSteps.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
  const dc: Token[] = [];
  const blocks: { readonly dc: Token; readonly ac: readonly Token[] }[] = [];
  let previous = 0;
  for (let top = 0; top < side; top += 8) {
    for (let left = 0; left < side; left += 8) {
      const coefficients = transform(luma, side, top, left);
      const levels = zigzag.map((position, index) => Math.round((coefficients[position] ?? 0) / (steps[index] ?? 1)));
      const first = levels[0] ?? 0;
      const block = { dc: token(0, first - previous), ac: acTokens(levels) };
      previous = first;
      dc.push(block.dc);
      blocks.push(block);
    }
  }
  const dcTable = codeTable(dc);
  const acTable = codeTable(blocks.flatMap(({ ac }) => ac));
  const bits = new BitWriter();
  for (const block of blocks) {
    bits.token(dcTable, block.dc);
    for (const each of block.ac) bits.token(acTable, each);
  }
  return new Uint8Array([
    0xff, 0xd8,
    ...segment(0xdb, [0, ...steps]),
    ...segment(0xc0, [8, side >> 8, side & 255, side >> 8, side & 255, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x00, ...dcTable.counts, ...dcTable.symbols, 0x10, ...acTable.counts, ...acTable.symbols]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...bits.finish(),
    0xff, 0xd9,
  ]);
}

function segment(marker: number, content: readonly number[]): number[] {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
}

/** cos((2x + 1)uπ / 16), x rows first, with the factor of u. */
const cosines: readonly number[] = Array.from({ length: 64 }, (_, index) => {
  const u = index & 7;
  return Math.cos(((2 * (index >> 3) + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1) / 2;
});

/** Forward DCT of a block (T.81, A.3.3), rows first, then columns. */
function transform(luma: Uint8Array, side: number, top: number, left: number): Float64Array {
  const rows = new Float64Array(64);
  const result = new Float64Array(64);
  for (let y = 0; y < 8; y += 1) {
    for (let u = 0; u < 8; u += 1) {
      for (let x = 0; x < 8; x += 1) rows[8 * y + u] = (rows[8 * y + u] ?? 0) + ((luma[(top + y) * side + left + x] ?? 0) - 128) * (cosines[8 * x + u] ?? 0);
    }
  }
  for (let v = 0; v < 8; v += 1) {
    for (let u = 0; u < 8; u += 1) {
      for (let y = 0; y < 8; y += 1) result[8 * v + u] = (result[8 * v + u] ?? 0) + (rows[8 * y + u] ?? 0) * (cosines[8 * y + v] ?? 0);
    }
  }
  return result;
}

/** A level with its run of zeros before: the symbol is run and size, the extra bits are the level (T.81, F.1.2). */
function token(run: number, level: number): Token {
  const size = level === 0 ? 0 : Math.floor(Math.log2(Math.abs(level))) + 1;
  return { symbol: 16 * run + size, extra: level < 0 ? level + 2 ** size - 1 : level, extraLength: size };
}

function acTokens(levels: readonly number[]): Token[] {
  const tokens: Token[] = [];
  const last = levels.findLastIndex((level) => level !== 0);
  let run = 0;
  for (const level of levels.slice(1, Math.max(1, last + 1))) {
    if (level === 0) {
      run += 1;
      continue;
    }
    for (; run > 15; run -= 16) tokens.push({ symbol: 0xf0, extra: 0, extraLength: 0 });
    tokens.push(token(run, level));
    run = 0;
  }
  if (last < 63) tokens.push({ symbol: 0, extra: 0, extraLength: 0 });
  return tokens;
}

/** The shortest codes for these tokens, at most 16 bits, none all ones (T.81, K.2). */
function codeTable(tokens: readonly Token[]): CodeTable {
  const frequencies = new Map<number, number>();
  for (const { symbol } of tokens) frequencies.set(symbol, (frequencies.get(symbol) ?? 0) + 1);
  const ordered = [...frequencies].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const lengths = codeLengths([...ordered.map(([, frequency]) => frequency), 0]);
  const counts = Array.from({ length: 16 }, (_, index) => lengths.filter((length) => length === index + 1).length);
  // The last of the longest codes is the one of all ones; the reserved place takes it.
  const longest = counts.findLastIndex((count) => count > 0);
  counts[longest] = (counts[longest] ?? 1) - 1;
  const codes = new Map<number, { code: number; length: number }>();
  let code = 0;
  let next = 0;
  for (const [index, count] of counts.entries()) {
    for (let each = 0; each < count; each += 1) {
      codes.set(ordered[next]?.[0] ?? 0, { code, length: index + 1 });
      code += 1;
      next += 1;
    }
    code *= 2;
  }
  return { counts, symbols: ordered.map(([symbol]) => symbol), codes };
}

/** Huffman code lengths for frequencies in falling order, shortest first, none above 16. */
function codeLengths(frequencies: readonly number[]): number[] {
  let nodes = frequencies.map((weight, index) => ({ weight, leaves: [index] }));
  const lengths = frequencies.map(() => 0);
  while (nodes.length > 1) {
    nodes = nodes.sort((a, b) => b.weight - a.weight);
    const [a, b] = [nodes.pop(), nodes.pop()];
    if (a === undefined || b === undefined) break;
    const leaves = [...a.leaves, ...b.leaves];
    for (const leaf of leaves) lengths[leaf] = (lengths[leaf] ?? 0) + 1;
    nodes.push({ weight: a.weight + b.weight, leaves });
  }
  const counts = Array.from({ length: 64 }, (_, length) => lengths.filter((each) => each === length).length);
  // T.81, figure K.3: two leaves that are too deep move up, and a leaf above them moves down to make room.
  for (let length = 63; length > 16; length -= 1) {
    while ((counts[length] ?? 0) > 0) {
      let shorter = length - 2;
      while ((counts[shorter] ?? 0) === 0) shorter -= 1;
      counts[length] = (counts[length] ?? 0) - 2;
      counts[length - 1] = (counts[length - 1] ?? 0) + 1;
      counts[shorter + 1] = (counts[shorter + 1] ?? 0) + 2;
      counts[shorter] = (counts[shorter] ?? 0) - 1;
    }
  }
  return counts.flatMap((count, length) => Array.from({ length: count }, () => length));
}

/** Writes bits, the first one highest; a byte of ones is followed by a zero byte (T.81, F.1.2.3). */
class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  token(table: CodeTable, { symbol, extra, extraLength }: Token): void {
    const entry = table.codes.get(symbol);
    if (entry === undefined) throw new RangeError('a symbol has no code');
    this.#write(entry.code, entry.length);
    this.#write(extra, extraLength);
  }

  #write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit -= 1) {
      this.#pending = 2 * this.#pending + ((value >> bit) & 1);
      this.#count += 1;
      if (this.#count < 8) continue;
      this.#bytes.push(this.#pending);
      if (this.#pending === 0xff) this.#bytes.push(0);
      this.#pending = 0;
      this.#count = 0;
    }
  }

  /** The bytes, the last one filled with ones. */
  finish(): readonly number[] {
    while (this.#count !== 0) this.#write(1, 1);
    return this.#bytes;
  }
}
