import { Type } from 'typebox';
import { Strict } from './identifiers.ts';

/** WebAuthn structures pass through as JSON (WebAuthn Level 3, 5.1.8 to 5.1.10); the vault checks them. */
export const WebAuthnJson = Type.Record(Type.String(), Type.Unknown());
/** What a page needs to have a passkey sign a statement: the options, and the text of which it makes their challenge anew (`approvalText`). */
export const StatementToSign = Strict({ options: WebAuthnJson, statement: Type.String() });
/** The passkey's signature over it. */
export const Assertion = Strict({ assertion: WebAuthnJson });
