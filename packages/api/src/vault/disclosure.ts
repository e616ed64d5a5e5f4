import { Type } from 'typebox';
import { DisclosureId, Strict } from '../identifiers.ts';
import { Disclosure, DisclosureCounts, DisclosureSummary, SealedRelease } from '../operations/disclosure.ts';
import { caller, Nothing, vaultOperation } from './protocol.ts';
import { StatementToSign } from '../webAuthn.ts';

/** Records a request with its digest; somebody outside the case is refused as nobody is. Nothing can be opened before the passkey signed it. */
export const recordDisclosure = vaultOperation({
  name: 'record-disclosure', callerOperation: 'requestDisclosure', request: Strict(caller), response: Strict({ disclosureId: DisclosureId, ...StatementToSign.properties }),
});
export const signRecordedDisclosure = vaultOperation({ name: 'sign-disclosure', callerOperation: 'signDisclosure', request: Strict(caller), response: Nothing });
export const listRecordedDisclosures = vaultOperation({
  name: 'list-disclosures', callerOperation: 'listDisclosures', request: Strict(caller), response: Strict({ disclosures: Type.Array(DisclosureSummary) }),
});
export const readDisclosure = vaultOperation({ name: 'read-disclosure', callerOperation: 'getDisclosure', request: Strict(caller), response: Disclosure });
export const beginRecordedDisclosureApproval = vaultOperation({
  name: 'begin-disclosure-approval', callerOperation: 'beginDisclosureApproval', request: Strict(caller), response: StatementToSign,
});
export const approveRecordedDisclosure = vaultOperation({ name: 'approve-disclosure', callerOperation: 'approveDisclosure', request: Strict(caller), response: Nothing });
export const refuseRecordedDisclosure = vaultOperation({ name: 'refuse-disclosure', callerOperation: 'refuseDisclosure', request: Strict(caller), response: Nothing });
/** The one way a clear name leaves the vault: sealed to a key of the session that asked, after its entries in the ledger are committed. */
export const releaseRecordedDisclosure = vaultOperation({
  name: 'release-disclosure', callerOperation: 'releaseDisclosure', request: Strict(caller), response: SealedRelease,
});
export const closeRecordedDisclosure = vaultOperation({ name: 'close-disclosure', callerOperation: 'closeDisclosure', request: Strict(caller), response: Nothing });
export const reviewRecordedDisclosure = vaultOperation({ name: 'review-disclosure', callerOperation: 'reviewDisclosure', request: Strict(caller), response: Nothing });
export const countDisclosures = vaultOperation({ name: 'count-disclosures', callerOperation: null, request: Nothing, response: DisclosureCounts });
