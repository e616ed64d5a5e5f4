import type { Bytes } from './bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const valueOf = new Map(Array.from(alphabet, (character, value) => [character, value]))

/** Base64url without padding (RFC 4648, section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = ''
  let pending = 0
  let pendingBits = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    pendingBits += 8
    while (pendingBits >= 6) {
      pendingBits -= 6
      text += alphabet.charAt((pending >> pendingBits) & 63)
    }
    pending &= (1 << pendingBits) - 1
  }
  return pendingBits === 0 ? text : text + alphabet.charAt((pending << (6 - pendingBits)) & 63)
}

/**
 * Decodes base64url without padding. Returns null for any text that {@link encodeBase64url} does
 * not produce: foreign characters, padding, impossible lengths, and trailing bits that are not
 * zero (RFC 4648, section 3.5), so that a byte string has one text only.
 */
export function decodeBase64url(text: string): Bytes | null {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let offset = 0
  let pending = 0
  let pendingBits = 0
  for (const character of text) {
    const value = valueOf.get(character)
    if (value === undefined) return null
    pending = (pending << 6) | value
    pendingBits += 6
    if (pendingBits >= 8) {
      pendingBits -= 8
      bytes[offset++] = pending >> pendingBits
      pending &= (1 << pendingBits) - 1
    }
  }
  return pending === 0 ? bytes : null
}
