/**
 * What this tab alone knows while its person is at the identity provider: the state that the provider sends back, and
 * the verifier of RFC 7636. Whoever opens somebody else's way back here has neither.
 */
const stateName = 'health-kit.identity-state';
const verifierName = 'health-kit.identity-verifier';

export interface PendingProof {
  readonly state: string;
  readonly codeVerifier: string;
}

/** Makes and keeps both; `codeChallenge` is what goes ahead (S256). */
export async function beginPending(): Promise<PendingProof & { readonly codeChallenge: string }> {
  const [state, codeVerifier] = [random(), random()];
  sessionStorage.setItem(stateName, state);
  sessionStorage.setItem(verifierName, codeVerifier);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  return { state, codeVerifier, codeChallenge: base64url(new Uint8Array(digest)) };
}

/** Takes both, once; null where this tab sent nobody, or for another state. */
export function takePending(returnedState: string | null): PendingProof | null {
  const [state, codeVerifier] = [sessionStorage.getItem(stateName), sessionStorage.getItem(verifierName)];
  sessionStorage.removeItem(stateName);
  sessionStorage.removeItem(verifierName);
  return state === null || codeVerifier === null || state !== returnedState ? null : { state, codeVerifier };
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
