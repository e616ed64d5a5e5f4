import { Base64Url, Strict } from '../identifiers.ts';
import { caller, Nothing, vaultOperation } from './protocol.ts';

// Proof of an identity by an OpenID Connect provider. The server relays an ID token that it can neither read nor make.
export const beginProviderProof = vaultOperation({ name: 'begin-provider-proof', callerOperation: 'beginIdentityProof', request: Strict(caller), response: Strict({ nonce: Base64Url(32) }) });
/** The ID token is `relayed`. */
export const proveByProvider = vaultOperation({ name: 'prove-by-provider', callerOperation: 'finishIdentityProof', request: Strict(caller), response: Nothing });
