import { Type } from 'typebox';
import { Strict } from '../identifiers.ts';
import { MaskedHolder } from '../operations/residents.ts';
import { caller, vaultOperation, WebAuthnJson } from './protocol.ts';

// A second registrar moves at once what would otherwise wait.
export const beginMoveConfirmation = vaultOperation({ name: 'begin-move-confirmation', callerOperation: 'beginDeskMoveConfirmation', request: Strict(caller), response: Strict({ options: WebAuthnJson, statement: Type.String() }) });
export const confirmMoveAtDesk = vaultOperation({ name: 'confirm-move', callerOperation: 'confirmDeskMove', request: Strict(caller), response: Strict({ holder: MaskedHolder }) });
