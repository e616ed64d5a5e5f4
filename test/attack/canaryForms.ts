import { constants, inflateRawSync, inflateSync } from 'node:zlib';

/** A text in one of the forms in which it may lie about. */
export interface Form {
  readonly canary: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** The forms that are looked for; compressed ones are unpacked where they are met. */
export function formsOf(canary: string): Form[] {
  const utf8 = Buffer.from(canary, 'utf8');
  const utf16le = Buffer.from(canary, 'utf16le');
  const form = (name: string, bytes: Buffer | string): Form => ({ canary, name, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes });
  const escaped = Array.from({ length: canary.length }, (_, index) => canary.charCodeAt(index))
    .map((code) => (code < 128 ? String.fromCharCode(code) : `\\u${code.toString(16).padStart(4, '0')}`)).join('');
  const percent = encodeURIComponent(canary);
  const forms = [
    form('UTF-8', utf8), form('UTF-16LE', utf16le), form('UTF-16BE', Buffer.from(utf16le).swap16()),
    form('hex', utf8.toString('hex')), form('HEX', utf8.toString('hex').toUpperCase()), form('hex of UTF-16LE', utf16le.toString('hex')),
    ...base64Forms(utf8).flatMap(({ shift, text }) => [form(`base64 +${shift}`, text), form(`base64url +${shift}`, text.replaceAll('+', '-').replaceAll('/', '_'))]),
    form('JSON', escaped), form('JSON in capitals', escaped.replaceAll(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)),
    form('percent', percent), form('percent in lower case', percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  ];
  // Of ASCII, several forms are one, which is then called by the first name.
  return [...new Map(forms.toReversed().map((each) => [each.bytes.toString('latin1'), each])).values()].toReversed();
}

/** Base64 of bytes at each of the three places that they can have in a longer text, without the characters that depend on neighbours. */
function base64Forms(bytes: Buffer): { readonly shift: number; readonly text: string }[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').replace(/=+$/, '');
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + bytes.length) * 8) / 6);
    return { shift, text: text.slice(from, to) };
  });
}

export interface Hit {
  readonly canary: string;
  readonly form: string;
  /** `gzip` or `deflate` where the text was in a compressed stream. */
  readonly packing: string;
}

/** Finds texts in bytes, in one pass over them. */
export interface Search {
  /** Longest form in bytes; pieces of a whole must overlap by so much. */
  readonly longest: number;
  hits(bytes: Uint8Array): Hit[];
}

const gzipStart = 0x1f8b;
const zlibStarts: ReadonlySet<number> = new Set([0x7801, 0x785e, 0x789c, 0x78da]);
/** Unpacked at most of one stream, bytes. */
const mostUnpacked = 4 * 1024 * 1024;

/** @param canaries each of at least six bytes, or they would be met by chance */
export function searchFor(canaries: readonly string[]): Search {
  const forms = canaries.flatMap(formsOf);
  const byStart = new Map<number, Form[]>();
  // A form is found by its second and third byte: the first alone is often 0.
  for (const form of forms) {
    const start = ((form.bytes[1] ?? 0) << 8) | (form.bytes[2] ?? 0);
    byStart.set(start, [...(byStart.get(start) ?? []), form]);
  }
  const marked = new Uint8Array(65_536);
  for (const start of byStart.keys()) marked[start] = 1;
  for (const start of [gzipStart, ...zlibStarts]) marked[start] = 1;

  function scan(bytes: Uint8Array, packing: string, hits: Map<string, Hit>): void {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let pair = bytes[0] ?? 0;
    for (let index = 1; index < bytes.length; index += 1) {
      pair = ((pair << 8) & 0xff00) | (bytes[index] ?? 0);
      if (marked[pair] === 0) continue;
      const at = index - 1;
      for (const form of byStart.get(pair) ?? []) {
        if (at >= 1 && view.compare(form.bytes, 0, form.bytes.length, at - 1, Math.min(at - 1 + form.bytes.length, view.length)) === 0) {
          hits.set(`${form.canary}/${form.name}/${packing}`, { canary: form.canary, form: form.name, packing });
        }
      }
      if (packing === '' && (pair === gzipStart || zlibStarts.has(pair))) {
        const unpacked = unpack(view.subarray(at), pair === gzipStart);
        if (unpacked !== null) scan(unpacked, pair === gzipStart ? 'gzip' : 'deflate', hits);
      }
    }
  }
  return {
    longest: Math.max(...forms.map(({ bytes }) => bytes.length)),
    hits(bytes) {
      const hits = new Map<string, Hit>();
      scan(bytes, '', hits);
      return [...hits.values()];
    },
  };
}

/** What a stream that begins here holds, as far as it goes; null where there is none. */
function unpack(bytes: Buffer, isGzip: boolean): Buffer | null {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostUnpacked };
  try {
    const piece = bytes.subarray(0, mostUnpacked);
    // By its content alone: `gunzip` takes what follows a stream for the next one.
    return isGzip ? inflateRawSync(piece.subarray(gzipHeader(piece)), options) : inflateSync(piece, options);
  } catch {
    return null;
  }
}

/** Length of a gzip header (RFC 1952, 2.3): ten bytes, then what the flags announce. */
function gzipHeader(bytes: Buffer): number {
  const [, , method, flags = 0] = bytes;
  if (method !== 8 || (flags & 0xe0) !== 0) throw new RangeError('no gzip');
  let length = 10;
  if ((flags & 4) !== 0) length += 2 + bytes.readUInt16LE(length);
  // Name and comment, each ended by a zero.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) length = bytes.indexOf(0, length) + 1;
  return (flags & 2) === 0 ? length : length + 2;
}
