import type { Bytes } from './bytes.ts'
import { readItem, writeItem } from './cborItem.ts'

/** What this package writes: integers, text, bytes, booleans, null, arrays, and maps. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>

/** Core deterministic encoding (RFC 8949, section 4.2.1). */
export function encodeCbor(value: CborValue): Bytes {
  return new Uint8Array(writeItem(value))
}

/**
 * Decodes one CBOR item that fills `bytes`. Returns undefined (which no accepted item decodes to)
 * for whatever is not well-formed, has indefinite lengths, duplicate map keys, tags or
 * undefined, or is nested beyond the stack. Maps become `Map`.
 */
export function decodeCbor(bytes: Uint8Array): unknown {
  try {
    return readItem(bytes)
  } catch {
    return undefined
  }
}

/** True for an integer from `minimum` to `maximum`. */
export function isIntegerWithin(value: unknown, minimum: number, maximum: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum
}
