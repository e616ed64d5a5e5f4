import type { Bytes } from './bytes.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const valueOf = new Map(Array.from(alphabet, (character, value) => [character, value]))

/** Length in characters of the Base45 text of `byteLength` bytes. */
export function base45Length(byteLength: number): number {
  return Math.floor(byteLength / 2) * 3 + (byteLength % 2) * 2
}

/** Base45 (RFC 9285): two bytes become three characters, a last odd byte becomes two. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 2) {
    const first = bytes[index] ?? 0
    const second = bytes[index + 1]
    const value = second === undefined ? first : first * 256 + second
    text += alphabet.charAt(value % 45) + alphabet.charAt(Math.floor(value / 45) % 45)
    if (second !== undefined) text += alphabet.charAt(Math.floor(value / 2025))
  }
  return text
}

export type Base45Refusal = 'bad-character' | 'bad-length' | 'overflow'
export type Base45Result = { ok: true; bytes: Bytes } | { ok: false; reason: Base45Refusal }

/**
 * Decodes Base45 (RFC 9285, section 6: what does not decode must be refused). Every byte string
 * has exactly one accepted text: lower-case letters, a length of 1 modulo 3, and groups above
 * 0xFFFF (0xFF for a last pair) are refused.
 */
export function decodeBase45(text: string): Base45Result {
  const values: number[] = []
  for (const character of text) {
    const value = valueOf.get(character)
    if (value === undefined) return { ok: false, reason: 'bad-character' }
    values.push(value)
  }
  if (values.length % 3 === 1) return { ok: false, reason: 'bad-length' }
  const bytes = new Uint8Array(Math.floor(values.length / 3) * 2 + (values.length % 3 === 2 ? 1 : 0))
  let offset = 0
  for (let index = 0; index < values.length; index += 3) {
    const [low = 0, middle = 0, high] = values.slice(index, index + 3)
    const value = low + middle * 45 + (high ?? 0) * 2025
    if (value > (high === undefined ? 0xff : 0xffff)) return { ok: false, reason: 'overflow' }
    if (high !== undefined) bytes[offset++] = value >> 8
    bytes[offset++] = value & 0xff
  }
  return { ok: true, bytes }
}
