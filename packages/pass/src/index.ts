export * from './base45.ts'
export * from './base64url.ts'
export * from './cardList.ts'
export { bytesFromUuid, equalBytes, sha256, uuidFromBytes } from './bytes.ts'
export type { Bytes } from './bytes.ts'
export {
  decodeCoseSign1,
  signCoseSign1,
  signEs256,
  signerFromCryptoKey,
  verifyCoseSign1,
  verifyEs256,
} from './coseSign1.ts'
export type { CandidateKey, CoseSign1, CoseSign1Refusal, CoseSign1Verification, Signer } from './coseSign1.ts'
export * from './faceFrame.ts'
export { certificateKinds, verifyHealthCertificate } from './healthCertificate.ts'
export type { CertificateKind, CertificateRefusal, CertificateSigner, CertificateVerification, HealthCertificate } from './healthCertificate.ts'
export { importVerificationKey, keyIdOf, parseP256PublicJwk } from './p256.ts'
export type { P256PublicJwk } from './p256.ts'
export {
  isPhonePass,
  maskedNameMaximumBytes,
  passStatuses,
  readKeyIdOfPass,
  readUnverifiedPass,
  signPass,
  turningPassMaximumSeconds,
  verifyPass,
} from './passToken.ts'
export type { Pass, PassClaims, PassRefusal, PassStatus, PassVerification, PhonePass, SignedStatus } from './passToken.ts'
export { clockLeewaySeconds } from './signedToken.ts'
export type { TokenRefusal } from './signedToken.ts'
export * from './statusList.ts'
export { issuerPattern, keyUses, parseTrustList } from './trustList.ts'
export type { KeyUse, TrustedKey, TrustList } from './trustList.ts'
export * from './turningCode.ts'
export * from './venueCode.ts'
