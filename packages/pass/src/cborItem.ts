/**
 * CBOR (RFC 8949) as far as passes and certificates have it, in a tenth of the size of a general library: for every phone
 * fetches it before its pass is drawn. `cbor.test.ts` compares it with such a library, byte by byte.
 */

const utf8 = new TextEncoder()
/** Text that is no UTF-8 is refused. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Writes an item, definite and shortest (section 4.2.1); throws for what this system never writes. */
export function writeItem(value: unknown): number[] {
  if (value === null) return [0xf6]
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4]
  if (typeof value === 'number') return value < 0 ? writeHead(1, -1 - value) : writeHead(0, value)
  if (typeof value === 'string') return withLength(3, utf8.encode(value))
  if (value instanceof Uint8Array) return withLength(2, value)
  if (Array.isArray(value)) return [...writeHead(4, value.length), ...value.flatMap((item: unknown) => writeItem(item))]
  if (!(value instanceof Map)) throw new TypeError('only what passes are made of is written')
  const members = [...value].map(([key, member]: [unknown, unknown]) => ({ key: writeItem(key), member: writeItem(member) }))
  const sorted = members.toSorted((a, b) => compare(a.key, b.key))
  return [...writeHead(5, sorted.length), ...sorted.flatMap(({ key, member }) => [...key, ...member])]
}

function withLength(major: number, bytes: Uint8Array): number[] {
  return [...writeHead(major, bytes.length), ...bytes]
}

/** Bytewise lexicographic. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, byte] of a.entries()) {
    const difference = byte - (b[index] ?? -1)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function writeHead(major: number, argument: number): number[] {
  if (!Number.isSafeInteger(argument)) throw new TypeError('only whole numbers are written')
  const top = major << 5
  if (argument < 24) return [top | argument]
  const width = argument < 2 ** 8 ? 1 : argument < 2 ** 16 ? 2 : argument < 2 ** 32 ? 4 : 8
  const bytes = Array.from({ length: width }, (_, index) => Math.floor(argument / 2 ** (8 * (width - 1 - index))) % 256)
  return [top | (24 + Math.log2(width)), ...bytes]
}

/** Reads the one item that fills `bytes`; throws for anything else, for indefinite lengths, tags, repeated keys and numbers that are none. */
export function readItem(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  function take(length: number): number {
    const start = at
    if (length > bytes.length - start) throw new RangeError('the item is cut off')
    at += length
    return start
  }
  /** An argument beyond 2^53 stays a bigint. */
  function argument(info: number): number | bigint {
    if (info < 24) return info
    if (info === 24) return view.getUint8(take(1))
    if (info === 25) return view.getUint16(take(2))
    if (info === 26) return view.getUint32(take(4))
    if (info !== 27) throw new TypeError('no definite length')
    const whole = view.getBigUint64(take(8))
    return whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole
  }
  function count(info: number): number {
    const length = argument(info)
    if (typeof length === 'bigint') throw new RangeError('longer than anything')
    return length
  }
  function item(): unknown {
    const initial = view.getUint8(take(1))
    const info = initial & 31
    switch (initial >> 5) {
      case 0: return argument(info)
      case 1: {
        const value = argument(info)
        const negative = -1n - BigInt(value)
        return negative >= Number.MIN_SAFE_INTEGER ? Number(negative) : negative
      }
      case 2: { const length = count(info); const start = take(length); return bytes.slice(start, start + length) }
      case 3: { const length = count(info); const start = take(length); return strictUtf8.decode(bytes.subarray(start, start + length)) }
      case 4: {
        const items: unknown[] = []
        for (let left = count(info); left > 0; left -= 1) items.push(item())
        return items
      }
      case 5: {
        const map = new Map<unknown, unknown>()
        for (let left = count(info); left > 0; left -= 1) {
          const key = item()
          if (map.has(key)) throw new TypeError('a key is repeated')
          map.set(key, item())
        }
        return map
      }
      case 7: return simple(info)
      default: throw new TypeError('a tag')
    }
  }
  function simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21
    if (info === 22) return null
    const value = info === 25 ? float16(view.getUint16(take(2))) : info === 26 ? view.getFloat32(take(4)) : info === 27 ? view.getFloat64(take(8)) : Number.NaN
    if (!Number.isFinite(value)) throw new TypeError('no value and no number')
    return value
  }

  const value = item()
  if (at !== bytes.length) throw new TypeError('more follows')
  return value
}

/** Half precision (IEEE 754, binary16; RFC 8949, appendix D). */
function float16(half: number): number {
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? Number.NaN : (fraction + 1024) * 2 ** (exponent - 25)
  return half & 0x8000 ? -size : size
}
