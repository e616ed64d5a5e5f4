export { call, isRepeatable, type CallInput, type CallOptions, type CallValue } from './call.ts';
export { openConnection, type Connection } from './connection.ts';
export { makeKey, signHolder, type HolderSigner } from './deviceKey.ts';
export { adoptRoot, CityTrust, fetchTrust, isTrustInForce, type TrustOutcome, type Untrusted } from './fetchTrust.ts';
export { enrolmentKey, invitationNumber, keyThumbprint, proveInvitation } from '@health-kit/proof';
export { openKeyStore, type KeyStore, type RecordOf, type RecordParsers } from './keyStore.ts';
export { problemName, type Outcome, type Refusal } from './outcome.ts';
export { makeOpeningKey, type OpeningKey } from './openSealed.ts';
export { MissingCredentialError } from './request.ts';
export {
  isTicketOfToday, LocalVisit, openResidentStore, OwnRecords, PendingRegistration, Portrait, residentRecords, todaysTicket,
  type ResidentStore, type ResidentTicketRecord,
} from './residentDevice.ts';
export { residentDatabase, residentKeyName } from './residentNames.ts';
export { joinCodeWithRoot, readCodeWithRoot, readRootFingerprint, rootFingerprint, type CodeWithRoot } from './rootFingerprint.ts';
export { sealTo, type SealingKey } from './sealTo.ts';
export { verifyTrustDocument, type TrustFault, type TrustPin, type TrustVerdict } from './trustDocument.ts';
export { browserPins, memoryPins, type TrustPins } from './trustPins.ts';
