import type { CandidateKey } from './coseSign1.ts'
import type { P256PublicJwk } from './p256.ts'
import { importVerificationKey, parseP256PublicJwk } from './p256.ts'

/** What a key may sign. A key listed for one use verifies nothing of another. */
export const keyUses = ['pass', 'venue', 'status-list'] as const
export type KeyUse = (typeof keyUses)[number]

/** One key of one issuer. */
export type TrustedKey = {
  /** Issuer identifier, the `iss` of what the key signs; 1 to 6 printable ASCII characters. */
  issuer: string
  /** The issuer's name for people. */
  name: string
  /** Key identifier in base64url, 1 to 8 bytes; a hint, need not be unique. */
  kid: string
  publicKey: P256PublicJwk
  use: KeyUse
  /** Unix seconds; nothing issued before is accepted. */
  notBefore: number
  /** Unix seconds; from then on nothing is accepted. Must outlast what the key signs. */
  notAfter: number
}

/** The keys a verifier accepts. How the list itself is authenticated is the carrier's affair. */
export type TrustList = { issuers: readonly TrustedKey[] }

/** An issuer identifier as every signed form of this package bears it. */
export const issuerPattern = /^[\x21-\x7e]{1,6}$/

function isUnixTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parseTrustedKey(value: unknown): TrustedKey | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('issuer' in value && 'name' in value && 'kid' in value && 'publicKey' in value)) return null
  if (!('use' in value && 'notBefore' in value && 'notAfter' in value)) return null
  const { issuer, name, kid, notBefore, notAfter } = value
  const publicKey = parseP256PublicJwk(value.publicKey)
  const use = keyUses.find((known) => known === value.use)
  if (typeof issuer !== 'string' || !issuerPattern.test(issuer) || typeof name !== 'string') return null
  if (typeof kid !== 'string' || !/^[A-Za-z0-9_-]{2,11}$/.test(kid)) return null
  if (publicKey === null || use === undefined || !isUnixTime(notBefore) || !isUnixTime(notAfter)) return null
  return { issuer, name, kid, publicKey, use, notBefore, notAfter }
}

/** Reads a trust list from outside data (parsed JSON). Null if any entry is not as it should be. */
export function parseTrustList(value: unknown): TrustList | null {
  if (typeof value !== 'object' || value === null || !('issuers' in value) || !Array.isArray(value.issuers)) return null
  const issuers: TrustedKey[] = []
  for (const entry of value.issuers) {
    const key = parseTrustedKey(entry)
    if (key === null) return null
    issuers.push(key)
  }
  return { issuers }
}

/** A key of the list, imported for verification. */
export type ImportedTrustedKey = CandidateKey & { trusted: TrustedKey }

// Importing costs more than verifying; entries are immutable, so their keys are kept with them.
const importedKeys = new WeakMap<TrustedKey, Promise<CryptoKey>>()

function importTrustedKey(trusted: TrustedKey): Promise<CryptoKey> {
  let imported = importedKeys.get(trusted)
  if (imported === undefined) {
    imported = importVerificationKey(trusted.publicKey)
    importedKeys.set(trusted, imported)
  }
  return imported
}

/**
 * All keys of the list for `use` that bear `kid`, whether in force or not. Entries whose key
 * cannot be imported are left out.
 */
export async function findTrustedKeys(
  trustList: TrustList,
  use: KeyUse,
  kid: string | null,
): Promise<ImportedTrustedKey[]> {
  const bearing = trustList.issuers.filter((entry) => entry.use === use && entry.kid === kid)
  const imported = await Promise.allSettled(bearing.map(importTrustedKey))
  return imported.flatMap((result, index) => {
    const trusted = bearing[index]
    return result.status === 'fulfilled' && trusted !== undefined ? [{ cryptoKey: result.value, trusted }] : []
  })
}

/** True if the key may vouch at `nowMs` (Unix ms) for what was issued at `issuedAt` (Unix seconds). */
export function isInForce(trusted: TrustedKey, issuedAt: number, nowMs: number): boolean {
  return issuedAt >= trusted.notBefore && issuedAt < trusted.notAfter && nowMs < trusted.notAfter * 1000
}
