import type { Bytes } from './bytes.ts'
import { typeOfMessage, verifyCoseSign1 } from './coseSign1.ts'
import type { ImportedTrustedKey, KeyUse, TrustedKey, TrustList } from './trustList.ts'
import { findTrustedKeys, isInForce } from './trustList.ts'

/** Seconds by which a verifier's clock may lag behind the issuer's before `not-yet-valid`. */
export const clockLeewaySeconds = 15

/**
 * Why a signed token is refused, whatever it says:
 * - `malformed`: no token of the expected form.
 * - `unknown-issuer`: no listed key bears its `kid`, or the key belongs to another issuer.
 * - `key-not-in-force`: the key that signed it is listed, but not for this time.
 * - `bad-signature`: forged or altered.
 * - `not-yet-valid`: issued after now, by more than {@link clockLeewaySeconds}.
 */
export type TokenRefusal = 'malformed' | 'unknown-issuer' | 'key-not-in-force' | 'bad-signature' | 'not-yet-valid'

/** What the shared checks need to know of a token's claims. */
export type DatedClaims = { issuer: string | null; issuedAt: number }

export type TokenVerification<Claims> =
  | { verified: true; claims: Claims; trusted: TrustedKey }
  | { verified: false; reason: TokenRefusal }

/**
 * Verifies a CWT in a COSE_Sign1 against the keys listed for `use`: signature first, then the
 * form of the claims, then the issuer and the times.
 *
 * `parseClaims` reads the payload, null if malformed. With `bare`, an unprotected header that is
 * not empty is malformed too: nobody signs it, and one statement is to have one encoding.
 */
export async function verifyToken<Claims extends DatedClaims>(
  bytes: Uint8Array,
  trustList: TrustList,
  nowMs: number,
  form: {
    use: KeyUse
    type?: string
    parseClaims: (payload: Bytes) => Claims | null
    bare?: boolean
  },
): Promise<TokenVerification<Claims>> {
  let candidates: ImportedTrustedKey[] = []
  const verification = await verifyCoseSign1(bytes, async (kid) => {
    candidates = await findTrustedKeys(trustList, form.use, kid)
    return candidates
  })
  if (!verification.verified) {
    switch (verification.reason) {
      case 'unknown-key':
        return { verified: false, reason: 'unknown-issuer' }
      case 'bad-signature':
        return { verified: false, reason: 'bad-signature' }
      default:
        return { verified: false, reason: 'malformed' }
    }
  }
  const { message, key } = verification
  const claims = form.parseClaims(message.payload)
  if (claims === null) return { verified: false, reason: 'malformed' }
  if (form.type !== undefined && typeOfMessage(message) !== form.type) return { verified: false, reason: 'malformed' }
  if (form.bare === true && message.unprotectedHeader.size > 0) return { verified: false, reason: 'malformed' }
  // one key may be listed more than once: renewed for a later period, or shared by two issuers
  const { x, y } = key.trusted.publicKey
  const entries = candidates
    .map((candidate) => candidate.trusted)
    .filter(({ publicKey }) => publicKey.x === x && publicKey.y === y)
    .filter(({ issuer }) => claims.issuer === null || issuer === claims.issuer)
  if (entries.length === 0) return { verified: false, reason: 'unknown-issuer' }
  const trusted = entries.find((entry) => isInForce(entry, claims.issuedAt, nowMs))
  if (trusted === undefined) return { verified: false, reason: 'key-not-in-force' }
  // negated so that a clock that is not a number is refused too
  if (!(nowMs >= (claims.issuedAt - clockLeewaySeconds) * 1000)) return { verified: false, reason: 'not-yet-valid' }
  return { verified: true, claims, trusted }
}
