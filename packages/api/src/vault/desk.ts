import { Strict } from '../identifiers.ts';
import { MaskedHolder } from '../operations/residents.ts';
import { caller, vaultOperation } from './protocol.ts';
import { StatementToSign } from '../webAuthn.ts';

// A second registrar moves at once what would otherwise wait.
export const beginMoveConfirmation = vaultOperation({ name: 'begin-move-confirmation', callerOperation: 'beginDeskMoveConfirmation', request: Strict(caller), response: StatementToSign });
export const confirmMoveAtDesk = vaultOperation({ name: 'confirm-move', callerOperation: 'confirmDeskMove', request: Strict(caller), response: Strict({ holder: MaskedHolder }) });
