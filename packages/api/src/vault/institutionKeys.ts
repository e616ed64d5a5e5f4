import { Type } from 'typebox';
import { InstitutionId, Strict } from '../identifiers.ts';
import { InstitutionKeys } from '../operations/institutionKeys.ts';
import { Nothing, caller, vaultOperation } from './protocol.ts';
import { StatementToSign } from '../webAuthn.ts';

// Keys of institutions' systems: written by the vault, on the authority of two officers.
export const recordInstitutionKey = vaultOperation({
  name: 'record-institution-key', callerOperation: 'registerInstitutionKey', request: Strict(caller), response: Strict({ clientId: InstitutionId, kid: Type.String(), needsConfirmation: Type.Boolean() }),
});
export const readInstitutionKeys = vaultOperation({ name: 'list-institution-keys', callerOperation: 'listInstitutionKeys', request: Strict(caller), response: InstitutionKeys });
export const beginKeyConfirmation = vaultOperation({ name: 'begin-institution-key-confirmation', callerOperation: 'beginInstitutionKeyConfirmation', request: Strict(caller), response: StatementToSign });
export const confirmRecordedKey = vaultOperation({ name: 'confirm-institution-key', callerOperation: 'confirmInstitutionKey', request: Strict(caller), response: Nothing });
export const revokeRecordedKey = vaultOperation({ name: 'revoke-institution-key', callerOperation: 'revokeInstitutionKey', request: Strict(caller), response: Nothing });
