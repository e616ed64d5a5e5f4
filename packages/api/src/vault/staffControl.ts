import { Strict } from '../identifiers.ts';
import { OwnPasskeys, StaffInvitations } from '../operations/staffControl.ts';
import { Nothing, caller, vaultOperation } from './protocol.ts';
import { StatementToSign, WebAuthnJson } from '../webAuthn.ts';

// Officers over officers.
export const listInvitations = vaultOperation({ name: 'list-invitations', callerOperation: 'listStaffInvitations', request: Strict(caller), response: StaffInvitations });
export const beginConfirmation = vaultOperation({ name: 'begin-confirmation', callerOperation: 'beginInvitationConfirmation', request: Strict(caller), response: StatementToSign });
/** Checks the second officer's passkey over the digest of the invitation. */
export const confirmOfficerInvitation = vaultOperation({ name: 'confirm-invitation', callerOperation: 'confirmInvitation', request: Strict(caller), response: Nothing });
export const dismissOfficer = vaultOperation({ name: 'dismiss-officer', callerOperation: 'dismissStaff', request: Strict(caller), response: Nothing });
export const listPasskeys = vaultOperation({ name: 'list-passkeys', callerOperation: 'listMyPasskeys', request: Strict(caller), response: OwnPasskeys });
export const beginPasskey = vaultOperation({ name: 'begin-passkey', callerOperation: 'beginPasskeyAddition', request: Strict(caller), response: Strict({ options: WebAuthnJson }) });
/** The new passkey is signed by one that the officer has already: whoever holds the session alone makes none. */
export const storePasskey = vaultOperation({ name: 'store-passkey', callerOperation: 'addPasskey', request: Strict(caller), response: Nothing });
