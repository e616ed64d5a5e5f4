import { decodeBase45, encodeBase45 } from './base45.ts'
import type { Bytes } from './bytes.ts'
import { concatBytes, copyBytes, equalBytes, sha256 } from './bytes.ts'
import { decodeCbor, encodeCbor, isIntegerWithin } from './cbor.ts'
import type { Signer } from './coseSign1.ts'
import { signEs256, verifyEs256 } from './coseSign1.ts'
import { importVerificationKey } from './p256.ts'
import { packPass, unpackPass } from './packedPass.ts'
import type { Pass, PassRefusal } from './passToken.ts'
import { readUnverifiedPass, verifyPass } from './passToken.ts'
import type { TrustedKey, TrustList } from './trustList.ts'

/** The code on the screen is made anew this often. */
export const slotSeconds = 15
/** Alphanumeric capacity of a QR code of version 12 at level M (ISO/IEC 18004, table 7). */
export const codeMaximumCharacters = 419

const turningPrefix = 'HK1:'
const printedPrefix = 'HKP1:'
const maximumSlot = 0xffff

/** Slot number at `nowMs` (Unix ms) of a pass issued at `issuedAt` (Unix seconds); negative before. */
export function slotAt(issuedAt: number, nowMs: number): number {
  return Math.floor((nowMs - issuedAt * 1000) / (slotSeconds * 1000))
}

/**
 * What the device key signs: "hk-holder-1" || SHA-256(pass) || slot (4 bytes, big-endian). The
 * prefix keeps the signature from meaning anything in another protocol of the same key.
 */
async function holderMessage(passBytes: Uint8Array, slot: number): Promise<Bytes> {
  const slotBytes = new Uint8Array(4)
  new DataView(slotBytes.buffer).setUint32(0, slot)
  return concatBytes(new TextEncoder().encode('hk-holder-1'), await sha256(passBytes), slotBytes)
}

/**
 * The text of the code shown at `slotTimeMs` (Unix ms): `HK1:` and Base45 of CBOR [packed pass,
 * slot, holder signature], at most 419 characters of the QR alphanumeric set. It changes every
 * 15 s; make a new one at the start of each slot. `signer` signs with the device key.
 *
 * Throws RangeError if `passBytes` is no pass with a holder key, or the time lies outside its life.
 */
export async function makeTurningCode(passBytes: Uint8Array, slotTimeMs: number, signer: Signer): Promise<string> {
  const pass = readUnverifiedPass(passBytes)
  const packed = packPass(passBytes)
  const canonicalPass = unpackPass(packed)
  if (pass === null || packed === null || canonicalPass === null) throw new RangeError('not a pass')
  if (pass.holderKey === null) throw new RangeError('a pass without holder key has a printed code only')
  const slot = slotAt(pass.issuedAt, slotTimeMs)
  if (!isIntegerWithin(slot, 0, maximumSlot) || slotTimeMs >= pass.expiresAt * 1000) {
    throw new RangeError('the pass is not valid at this time')
  }
  const signature = await signEs256(signer, await holderMessage(canonicalPass, slot))
  return turningPrefix + encodeBase45(encodeCbor([packed, slot, signature]))
}

/**
 * The text of a printed pass: `HKP1:` and Base45 of the packed pass. Throws RangeError if
 * `passBytes` is no pass, or has a holder key: the proof of a phone's pass must not be lost by
 * copying it to paper.
 */
export function makePrintedCode(passBytes: Uint8Array): string {
  const packed = packPass(passBytes)
  if (packed === null) throw new RangeError('not a pass')
  if (readUnverifiedPass(passBytes)?.holderKey !== null) throw new RangeError('a pass with a holder key is not printed')
  return printedPrefix + encodeBase45(encodeCbor(packed))
}

/** Whether a text is a printed code, by its prefix alone. */
export function isPrintedCode(text: string): boolean {
  return text.startsWith(printedPrefix)
}

/** What a code holds, not yet verified. `passBytes` is the COSE_Sign1, ready for `verifyPass`. */
export type Code =
  | { kind: 'turning'; passBytes: Bytes; slot: number; holderSignature: Bytes }
  | { kind: 'printed'; passBytes: Bytes }

/** `not-a-pass-code`: another text, such as a venue code or a face frame. */
export type CodeReading = { ok: true; code: Code } | { ok: false; reason: 'not-a-pass-code' | 'malformed' }

function readTurning(content: unknown): Code | null {
  if (!Array.isArray(content) || content.length !== 3) return null
  const members: readonly unknown[] = content
  const [packed, slot, holderSignature] = members
  const passBytes = unpackPass(packed)
  if (passBytes === null || !isIntegerWithin(slot, 0, maximumSlot)) return null
  if (!(holderSignature instanceof Uint8Array) || holderSignature.length !== 64) return null
  return { kind: 'turning', passBytes, slot, holderSignature: copyBytes(holderSignature) }
}

/** Reads the text of a turning (`HK1:`) or printed (`HKP1:`) code without verifying it. */
export function readCode(text: string): CodeReading {
  const prefix = [turningPrefix, printedPrefix].find((known) => text.startsWith(known))
  if (prefix === undefined) return { ok: false, reason: 'not-a-pass-code' }
  if (text.length > codeMaximumCharacters) return { ok: false, reason: 'malformed' }
  const bytes = decodeBase45(text.slice(prefix.length))
  if (!bytes.ok) return { ok: false, reason: 'malformed' }
  const content = decodeCbor(bytes.bytes)
  if (prefix === printedPrefix) {
    const passBytes = unpackPass(content)
    const packed = passBytes === null ? null : packPass(passBytes)
    if (passBytes === null || packed === null || !equalBytes(encodeCbor(packed), bytes.bytes)) {
      return { ok: false, reason: 'malformed' }
    }
    return { ok: true, code: { kind: 'printed', passBytes } }
  }
  const code = readTurning(content)
  const packed = code === null ? null : packPass(code.passBytes)
  if (code?.kind !== 'turning' || packed === null) return { ok: false, reason: 'malformed' }
  // only the deterministic encoding is accepted, so that one statement has one text
  const canonical = encodeCbor([packed, code.slot, code.holderSignature])
  return equalBytes(canonical, bytes.bytes) ? { ok: true, code } : { ok: false, reason: 'malformed' }
}

/**
 * Beyond the refusals of a pass:
 * - `not-a-pass-code`: another text.
 * - `stale-code`: the slot is not now; a picture of an earlier code, or a device with a wrong clock.
 * - `bad-holder-proof`: the device key did not sign this pass for this slot.
 * - `holder-proof-missing`: a phone's pass shown as a printed one, which strips the proof.
 * - `printed-code`: a printed code where only a turning one is asked for.
 */
export type CodeRefusal =
  | PassRefusal
  | 'not-a-pass-code'
  | 'stale-code'
  | 'bad-holder-proof'
  | 'holder-proof-missing'
  | 'printed-code'

export type CodeVerification =
  | { accepted: true; kind: Code['kind']; pass: Pass; passBytes: Bytes; trusted: TrustedKey }
  | { accepted: false; reason: CodeRefusal }

/**
 * `toleranceSlots`: by how many slots the code may be older or newer than now, 0 or 1 (the
 * default). With 1 a code is dead 30 s after its slot began, whatever the caller does.
 */
export type CodeTolerance = { toleranceSlots?: 0 | 1 }

async function isHolderProven(pass: Pass, code: Extract<Code, { kind: 'turning' }>): Promise<boolean> {
  if (pass.holderKey === null) return false
  try {
    const key = await importVerificationKey(pass.holderKey)
    return await verifyEs256(key, code.holderSignature, await holderMessage(code.passBytes, code.slot))
  } catch {
    return false
  }
}

/**
 * Verifies whatever a visitor shows, turning or printed, at `nowMs` (Unix ms), offline. A printed
 * code proves no holder: the guard must compare the face, and ask the status list. Never throws.
 */
export async function verifyCode(
  text: string,
  trustList: TrustList,
  nowMs: number,
  { toleranceSlots = 1 }: CodeTolerance = {},
): Promise<CodeVerification> {
  const reading = readCode(text)
  if (!reading.ok) return { accepted: false, reason: reading.reason }
  const { code } = reading
  const verification = await verifyPass(code.passBytes, trustList, nowMs)
  if (!verification.accepted) return verification
  const { pass, trusted } = verification
  if (code.kind === 'printed') {
    if (pass.holderKey !== null) return { accepted: false, reason: 'holder-proof-missing' }
  } else {
    const tolerance = toleranceSlots === 0 ? 0 : 1
    if (!(Math.abs(slotAt(pass.issuedAt, nowMs) - code.slot) <= tolerance)) {
      return { accepted: false, reason: 'stale-code' }
    }
    if (!(await isHolderProven(pass, code))) return { accepted: false, reason: 'bad-holder-proof' }
  }
  return { accepted: true, kind: code.kind, pass, passBytes: code.passBytes, trusted }
}

/** {@link verifyCode} where only a turning code will do; a printed one is refused as `printed-code`. */
export async function verifyTurningCode(
  text: string,
  trustList: TrustList,
  nowMs: number,
  tolerance: CodeTolerance = {},
): Promise<CodeVerification> {
  if (text.startsWith(printedPrefix)) return { accepted: false, reason: 'printed-code' }
  return verifyCode(text, trustList, nowMs, tolerance)
}
