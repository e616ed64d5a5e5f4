import { Type } from 'typebox';
import { Base64Url, Strict } from '../identifiers.ts';
import { operation } from '../operation.ts';

// A resident proves who they are by the identity provider that the city has configured (OpenID Connect), instead of at a desk.

/** What the app alone knows until it comes back: RFC 7636 (S256), and OpenID Connect Core, 3.1.2.1. */
const Random = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 });

export const beginIdentityProof = operation({
  id: 'beginIdentityProof', capability: 'residents', method: 'POST', path: '/v1/me/identity-proofs', authority: { kind: 'device' }, status: 201,
  summary: 'Begin to prove one\'s identity by the city\'s identity provider; answers where to go',
  body: Strict({ state: Random, codeChallenge: Base64Url(32) }),
  response: Strict({ authorizationUrl: Type.String({ maxLength: 4096 }) }),
});
export const finishIdentityProof = operation({
  id: 'finishIdentityProof', capability: 'residents', method: 'POST', path: '/v1/me/identity-proofs/completion', authority: { kind: 'device' }, status: 204,
  summary: 'Prove one\'s identity with what the provider sent the browser back with; the vault alone can read what the provider says of the person',
  body: Strict({ code: Type.String({ minLength: 1, maxLength: 1024 }), state: Random, issuer: Type.String({ maxLength: 512 }), codeVerifier: Random }),
});
