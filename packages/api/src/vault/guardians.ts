import { Strict } from '../identifiers.ts';
import { DeskLink, GuardianRequest, Guardianships, LinkRequest, NewGuardianCode } from '../operations/guardians.ts';
import { DayPassAnswer } from '../operations/residents.ts';
import { Nothing, caller, vaultOperation } from './protocol.ts';

// Guardians and dependants.
export const newGuardianCode = vaultOperation({ name: 'new-guardian-code', callerOperation: 'makeGuardianCode', request: Strict(caller), response: NewGuardianCode });
export const becomeGuardian = vaultOperation({ name: 'become-guardian', callerOperation: 'linkDependant', request: Strict(caller), response: LinkRequest });
export const confirmGuardianLink = vaultOperation({ name: 'confirm-guardianship', callerOperation: 'confirmGuardianship', request: Strict(caller), response: Nothing });
export const readGuardianships = vaultOperation({ name: 'read-guardianships', callerOperation: 'listGuardianships', request: Strict(caller), response: Guardianships });
export const endGuardianLink = vaultOperation({ name: 'end-guardianship', callerOperation: 'endGuardianship', request: Strict(caller), response: Nothing });
/** The dependant's pass, signed for the guardian's device key; without the portrait's digest. */
export const issuePassOfDependant = vaultOperation({ name: 'issue-dependant-pass', callerOperation: 'issueDependantPass', request: Strict(caller), response: DayPassAnswer });
/** Sends a code to the phone of a proven account that agrees with all that was typed; the answer is the same where none does. */
export const beginGuardianRequest = vaultOperation({ name: 'begin-guardian-request', callerOperation: 'askDependantByPhone', request: Strict(caller), response: GuardianRequest });
export const confirmGuardianRequest = vaultOperation({ name: 'confirm-guardian-request', callerOperation: 'linkDependantByPhone', request: Strict(caller), response: LinkRequest });
export const linkAtDesk = vaultOperation({ name: 'link-at-desk', callerOperation: 'linkDependantAtDesk', request: Strict(caller), response: DeskLink });
