import { decodeBase64url, encodeBase64url } from './base64url.ts'
import type { Bytes } from './bytes.ts'
import { copyBytes } from './bytes.ts'
import type { CborValue } from './cbor.ts'
import { decodeCbor, encodeCbor } from './cbor.ts'

/**
 * Signs with ES256 (RFC 9053, section 2.1) and returns r || s, 64 bytes. A callback, so that the
 * private key may live in a key provider, a hardware module or a browser's key store.
 */
export type Signer = (toBeSigned: Uint8Array) => Promise<Uint8Array>

const es256 = { name: 'ECDSA', hash: 'SHA-256' }
const label = { algorithm: 1, critical: 2, keyId: 4, type: 16 }
const algorithmEs256 = -7
const tag18 = 0xd2

/** A signer from a private P-256 `CryptoKey` with usage `sign`; it need not be extractable. */
export function signerFromCryptoKey(key: CryptoKey): Signer {
  return async (toBeSigned) => new Uint8Array(await globalThis.crypto.subtle.sign(es256, key, copyBytes(toBeSigned)))
}

/** Verifies an ES256 signature r || s; false for signatures of another length. */
export function verifyEs256(key: CryptoKey, signature: Uint8Array, signed: Uint8Array): Promise<boolean> {
  if (signature.length !== 64) return Promise.resolve(false)
  return globalThis.crypto.subtle.verify(es256, key, copyBytes(signature), copyBytes(signed))
}

/** Runs a signer and refuses what is not a raw ES256 signature (a DER one, for instance). */
export async function signEs256(signer: Signer, toBeSigned: Uint8Array): Promise<Bytes> {
  const signature = await signer(toBeSigned)
  if (signature.length !== 64) throw new RangeError('an ES256 signer must return r || s, 64 bytes')
  return copyBytes(signature)
}

/** The parts of a COSE_Sign1 message (RFC 9052, section 4.2), not yet verified. */
export type CoseSign1 = {
  protectedBytes: Bytes
  protectedHeader: ReadonlyMap<unknown, unknown>
  unprotectedHeader: ReadonlyMap<unknown, unknown>
  payload: Bytes
  signature: Bytes
}

/** The bytes a COSE_Sign1 signature covers: Sig_structure (RFC 9052, section 4.4). */
export function coseSign1ToBeSigned(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  externalAad: Uint8Array = new Uint8Array(),
): Bytes {
  return encodeCbor(['Signature1', protectedBytes, externalAad, payload])
}

/** Encodes an untagged COSE_Sign1 with an empty unprotected header. */
export function encodeCoseSign1(protectedBytes: Uint8Array, payload: Uint8Array, signature: Uint8Array): Bytes {
  return encodeCbor([protectedBytes, new Map(), payload, signature])
}

/**
 * Encodes the protected header {1: -7, 4: kid} and, if `type` is given, {16: type} (RFC 9596).
 * `kid` is base64url of 1 to 8 bytes; throws RangeError otherwise.
 */
export function encodeProtectedHeader(kid: string, type?: string): Bytes {
  const kidBytes = decodeBase64url(kid)
  if (kidBytes === null || kidBytes.length < 1 || kidBytes.length > 8) {
    throw new RangeError('kid must be base64url of 1 to 8 bytes')
  }
  const header = new Map<number, CborValue>([
    [label.algorithm, algorithmEs256],
    [label.keyId, kidBytes],
  ])
  if (type !== undefined) header.set(label.type, type)
  return encodeCbor(header)
}

/**
 * Signs `payload` as an untagged COSE_Sign1 with ES256, in deterministic CBOR.
 * Throws RangeError for a bad `kid` or a signer that returns no raw signature.
 */
export async function signCoseSign1(
  payload: Uint8Array,
  signer: Signer,
  kid: string,
  options: { type?: string; externalAad?: Uint8Array } = {},
): Promise<Bytes> {
  const protectedBytes = encodeProtectedHeader(kid, options.type)
  const signature = await signEs256(signer, coseSign1ToBeSigned(protectedBytes, payload, options.externalAad))
  return encodeCoseSign1(protectedBytes, payload, signature)
}

/**
 * Reads a COSE_Sign1, untagged or with tag 18, without verifying it; null if malformed. With
 * `foreign`, a label may stand in both headers, as others write them; the protected one counts.
 */
export function decodeCoseSign1(bytes: Uint8Array, foreign = false): CoseSign1 | null {
  const message = decodeCbor(bytes[0] === tag18 ? bytes.subarray(1) : bytes)
  if (!Array.isArray(message) || message.length !== 4) return null
  const parts: readonly unknown[] = message
  const [protectedBytes, unprotectedHeader, payload, signature] = parts
  if (!(protectedBytes instanceof Uint8Array) || !(unprotectedHeader instanceof Map)) return null
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) return null
  // RFC 9052, section 3: an empty protected header may be a zero-length string
  const protectedHeader = protectedBytes.length === 0 ? new Map() : decodeCbor(protectedBytes)
  if (!(protectedHeader instanceof Map)) return null
  // RFC 9052, section 3: a label may not occur in both headers
  if (!foreign && [...protectedHeader.keys()].some((key) => unprotectedHeader.has(key))) return null
  return {
    protectedBytes: copyBytes(protectedBytes),
    protectedHeader,
    unprotectedHeader,
    payload: copyBytes(payload),
    signature: copyBytes(signature),
  }
}

/** The `kid` of a message as base64url, from either header; null if it bears none. */
export function keyIdOfMessage(message: CoseSign1): string | null {
  const kid: unknown = message.protectedHeader.get(label.keyId) ?? message.unprotectedHeader.get(label.keyId)
  return kid instanceof Uint8Array ? encodeBase64url(kid) : null
}

/** The `typ` of a message (RFC 9596), from the protected header alone; null if it bears none. */
export function typeOfMessage(message: CoseSign1): string | number | null {
  const type: unknown = message.protectedHeader.get(label.type)
  return typeof type === 'string' || typeof type === 'number' ? type : null
}

/** Checks a signature over bytes; false for one of another form. */
export type SignatureCheck = (key: CryptoKey, signature: Uint8Array, signed: Uint8Array) => Promise<boolean>

/** What this system signs with, and alone accepts in what is its own. */
const es256Alone: ReadonlyMap<unknown, SignatureCheck> = new Map([[algorithmEs256, verifyEs256]])

/**
 * - `malformed`: not a COSE_Sign1.
 * - `unknown-algorithm`: the protected header names no algorithm, or one that is not accepted.
 * - `unsupported-critical-header`: it demands a header we do not process (RFC 9052, section 3.1).
 * - `unknown-key`: no key was found for it.
 * - `bad-signature`: no key that was found verifies it.
 */
export type CoseSign1Refusal =
  | 'malformed'
  | 'unknown-algorithm'
  | 'unsupported-critical-header'
  | 'unknown-key'
  | 'bad-signature'

export type CoseSign1Verification<Key> =
  | { verified: true; message: CoseSign1; key: Key }
  | { verified: false; reason: CoseSign1Refusal }

/** A key a signature may be tried with, and whatever its finder wants to get back with it. */
export type CandidateKey = { cryptoKey: CryptoKey }

/**
 * Verifies a COSE_Sign1 against the keys that `findKeys` gives for its `kid` (null if it bears
 * none); all of them are tried, since `kid` need not be unique (RFC 9052, section 3.1).
 * What is our own names ES256 in its protected header. `foreign` gives the algorithms that are
 * accepted of others, by number; there the algorithm may stand in the unprotected header, which
 * RFC 9052 allows: the key, which is of one sort, decides what verifies. Fails closed: also when
 * finding or using a key throws.
 */
export async function verifyCoseSign1<Key extends CandidateKey>(
  bytes: Uint8Array,
  findKeys: (kid: string | null, message: CoseSign1) => Promise<readonly Key[]> | readonly Key[],
  options: { externalAad?: Uint8Array; foreign?: ReadonlyMap<unknown, SignatureCheck> } = {},
): Promise<CoseSign1Verification<Key>> {
  const { foreign } = options
  const message = decodeCoseSign1(bytes, foreign !== undefined)
  if (message === null) return { verified: false, reason: 'malformed' }
  const { protectedHeader, unprotectedHeader } = message
  const algorithm: unknown = protectedHeader.get(label.algorithm) ?? (foreign === undefined ? undefined : unprotectedHeader.get(label.algorithm))
  const verify = (foreign ?? es256Alone).get(algorithm)
  if (verify === undefined) return { verified: false, reason: 'unknown-algorithm' }
  if (message.protectedHeader.has(label.critical) || message.unprotectedHeader.has(label.critical)) {
    return { verified: false, reason: 'unsupported-critical-header' }
  }
  try {
    const keys = await findKeys(keyIdOfMessage(message), message)
    if (keys.length === 0) return { verified: false, reason: 'unknown-key' }
    const signed = coseSign1ToBeSigned(message.protectedBytes, message.payload, options.externalAad)
    for (const key of keys) {
      if (await verify(key.cryptoKey, message.signature, signed)) return { verified: true, message, key }
    }
  } catch {
    return { verified: false, reason: 'bad-signature' }
  }
  return { verified: false, reason: 'bad-signature' }
}
