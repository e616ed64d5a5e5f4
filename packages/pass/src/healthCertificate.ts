import { decode } from 'cborg'
import { decodeBase45 } from './base45.ts'
import { copyBytes, type Bytes } from './bytes.ts'
import { isIntegerWithin } from './cbor.ts'
import type { CandidateKey, SignatureCheck } from './coseSign1.ts'
import { verifyCoseSign1, verifyEs256 } from './coseSign1.ts'
import { inflate } from './deflate.ts'

// EU Digital COVID Certificates, which the WHO's network took over: "Technical Specifications for
// EU Digital COVID Certificates", volumes 1 to 3, and the JSON schema 1.3.0 of their payload.

/** What a certificate may be about. */
export const certificateKinds = ['vaccination', 'test', 'recovery'] as const
export type CertificateKind = (typeof certificateKinds)[number]

/** A key that signs certificates. How the list of them is authenticated is the carrier's affair. */
export type CertificateSigner = CandidateKey & {
  /** The first 8 bytes of the SHA-256 of its X.509 certificate, base64url. */
  kid: string
  /** ISO 3166-1 alpha-2; the `iss` of what it signs. */
  country: string
  /** Kinds it may sign: by the extended key usage of its X.509 certificate, all where that names none. */
  certifies: readonly CertificateKind[]
}

/** A verified certificate, in the words of its payload's schema. */
export type HealthCertificate = {
  issuer: string | null
  /** Unix seconds. */
  issuedAt: number
  /** Unix seconds. */
  expiresAt: number
  kind: CertificateKind
  /** ISO 8601 date, or a part of one, as it was certified. */
  birthDate: string
  name: { family: string | null; given: string | null; familyTransliterated: string | null; givenTransliterated: string | null }
  /** Members of the one entry: `dt`, `sc`, `fr` and so on. */
  entry: Readonly<Record<string, string | number>>
}

/**
 * Why a certificate is refused, by the step at which it fails:
 * - `not-a-certificate`: the text does not begin with `HC1:`.
 * - `bad-base45`, `bad-compression`: the text, or what it holds, does not decode.
 * - `malformed`: no COSE_Sign1 with CWT claims.
 * - `unknown-algorithm`: neither ES256 nor PS256.
 * - `unknown-key`: no listed key bears its `kid`, or it belongs to another country.
 * - `bad-signature`: forged or altered.
 * - `key-not-for-this`: its key may sign other kinds only.
 * - `not-yet-valid`, `expired`: by the clock that was given.
 * - `bad-payload`: the payload does not follow the schema, or holds not exactly one entry.
 */
export type CertificateRefusal =
  | 'not-a-certificate'
  | 'bad-base45'
  | 'bad-compression'
  | 'malformed'
  | 'unknown-algorithm'
  | 'unknown-key'
  | 'bad-signature'
  | 'key-not-for-this'
  | 'not-yet-valid'
  | 'expired'
  | 'bad-payload'

export type CertificateVerification =
  | { accepted: true; certificate: HealthCertificate }
  | { accepted: false; reason: CertificateRefusal }

/** Inflated size that no certificate needs; a QR code holds less than 3 kB of deflated bytes. */
const inflatedMaximumBytes = 64 * 1024
const claim = { issuer: 1, expiresAt: 4, issuedAt: 6, certificate: -260 }
/** Key of the certificate proper within the claim. */
const europeanCertificate = 1

/** Volume 1, 3.3.2: ES256, and PS256 for those whose cards know no other. */
const algorithms: ReadonlyMap<unknown, SignatureCheck> = new Map<unknown, SignatureCheck>([
  [-7, verifyEs256],
  [-37, (key, signature, signed) => globalThis.crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 32 }, key, copyBytes(signature), copyBytes(signed))],
])

/**
 * Verifies the text of a certificate's code (`HC1:…`) against the keys that are trusted.
 *
 * Never throws, and refuses in doubt. The holder's identity is not proven by it: compare name and
 * birth date with a document. `nowMs` is Unix milliseconds.
 */
export async function verifyHealthCertificate(
  text: string,
  signers: readonly CertificateSigner[],
  nowMs: number,
): Promise<CertificateVerification> {
  if (!text.startsWith('HC1:')) return refused('not-a-certificate')
  const compressed = decodeBase45(text.slice(4))
  if (!compressed.ok) return refused('bad-base45')
  const inflated = await inflate(compressed.bytes, inflatedMaximumBytes)
  if (inflated === null) return refused('bad-compression')

  const verification = await verifyCoseSign1(withoutCwtTag(inflated), (kid, { payload }) => {
    const issuer = issuerOf(decodeForeign(payload))
    return signers.filter((signer) => signer.kid === kid && (issuer === null || issuer === signer.country))
  }, { foreign: algorithms })
  if (!verification.verified) {
    return refused(verification.reason === 'unsupported-critical-header' ? 'malformed' : verification.reason)
  }
  const claims = decodeForeign(verification.message.payload)
  if (!(claims instanceof Map)) return refused('malformed')
  const issuedAt: unknown = claims.get(claim.issuedAt)
  const expiresAt: unknown = claims.get(claim.expiresAt)
  const holder: unknown = claims.get(claim.certificate)
  const payload: unknown = holder instanceof Map ? holder.get(europeanCertificate) : null
  if (!isUnixTime(issuedAt) || !isUnixTime(expiresAt) || !(payload instanceof Map)) return refused('malformed')
  const content = readContent(payload)
  if (content === null) return refused('bad-payload')
  if (!verification.key.certifies.includes(content.kind)) return refused('key-not-for-this')
  // negated so that a clock that is not a number is refused too
  if (!(nowMs >= issuedAt * 1000)) return refused('not-yet-valid')
  if (!(nowMs < expiresAt * 1000)) return refused('expired')
  return { accepted: true, certificate: { issuer: issuerOf(claims), issuedAt, expiresAt, ...content } }
}

/** The country that claims name as theirs; null where they name none, which volume 1 allows. */
function issuerOf(claims: unknown): string | null {
  const issuer: unknown = claims instanceof Map ? claims.get(claim.issuer) : null
  return typeof issuer === 'string' ? issuer : null
}

function refused(reason: CertificateRefusal): CertificateVerification {
  return { accepted: false, reason }
}

/** Some countries tag the CWT (61) around the COSE_Sign1 (18); RFC 8392, section 6, allows it. */
function withoutCwtTag(bytes: Bytes): Bytes {
  return bytes[0] === 0xd8 && bytes[1] === 61 ? bytes.subarray(2) : bytes
}

/** Decodes what others encoded: indefinite lengths occur, and dates tagged as such (RFC 8949, 3.4.1). Undefined if it is no CBOR. */
function decodeForeign(bytes: Bytes): unknown {
  try {
    const value: unknown = decode(bytes, { useMaps: true, rejectDuplicateMapKeys: true, tags: { 0: (untagged) => untagged() } })
    return value
  } catch {
    return undefined
  }
}

function isUnixTime(value: unknown): value is number {
  return isIntegerWithin(value, 0, 0xffffffff)
}

/** Members that a kind's entry must have, and may have, with their form; those of codes are any text. */
const text = /^[^\p{Cc}]{0,80}$/u
const date = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)$/
const country = /^[A-Z]{1,10}$/
const common = { tg: text, co: country, is: text, ci: text }
const members: Readonly<Record<CertificateKind, { key: string; must: Readonly<Record<string, RegExp | 'dose'>>; may: Readonly<Record<string, RegExp>> }>> = {
  vaccination: { key: 'v', must: { ...common, vp: text, mp: text, ma: text, dn: 'dose', sd: 'dose', dt: date }, may: {} },
  test: { key: 't', must: { ...common, tt: text, sc: time, tr: text }, may: { nm: text, ma: text, tc: text, dr: time } },
  recovery: { key: 'r', must: { ...common, fr: date, df: date, du: date }, may: {} },
}

type Content = Pick<HealthCertificate, 'kind' | 'birthDate' | 'name' | 'entry'>

/** The payload's one entry and whose it is; null where it does not follow the schema. */
function readContent(payload: ReadonlyMap<unknown, unknown>): Content | null {
  const [version, birthDate, names]: unknown[] = [payload.get('ver'), payload.get('dob'), payload.get('nam')]
  if (typeof version !== 'string' || !/^1\.\d+\.\d+$/.test(version)) return null
  if (typeof birthDate !== 'string' || !/^((19|20)\d\d(-\d\d){0,2}([T ].*)?)?$/.test(birthDate) || !(names instanceof Map)) return null
  const name = {
    family: textOrNull(names.get('fn')), given: textOrNull(names.get('gn')),
    familyTransliterated: textOrNull(names.get('fnt')), givenTransliterated: textOrNull(names.get('gnt')),
  }
  if (name.familyTransliterated === null && name.givenTransliterated === null) return null
  const present = certificateKinds.filter((kind) => {
    const entries: unknown = payload.get(members[kind].key)
    return entries !== undefined && entries !== null && !(Array.isArray(entries) && entries.length === 0)
  })
  const [kind, ...others] = present
  if (kind === undefined || others.length > 0) return null
  const entries: unknown = payload.get(members[kind].key)
  if (!Array.isArray(entries) || entries.length !== 1) return null
  const entry = readEntry(entries[0], kind)
  return entry === null ? null : { kind, birthDate, name, entry }
}

function readEntry(value: unknown, kind: CertificateKind): Record<string, string | number> | null {
  if (!(value instanceof Map)) return null
  const read: Record<string, string | number> = {}
  const { must, may } = members[kind]
  for (const [name, form] of Object.entries({ ...must, ...may })) {
    const member: unknown = value.get(name)
    if ((member === undefined || member === null) && name in may) continue
    if (form === 'dose') {
      if (!isIntegerWithin(member, 1, 9)) return null
    } else if (typeof member !== 'string' || !form.test(member)) return null
    read[name] = member
  }
  return read
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && text.test(value) ? value : null
}
