/** The city's identity provider as its client: it sends browsers there and fetches ID tokens that it can neither read nor make. */
import type { ServerSettings } from '@health-kit/api/process-settings';
import { importJWK } from 'jose';
import * as openid from 'openid-client';
import { ProblemError } from '../problems.ts';

type ProviderSettings = NonNullable<ServerSettings['identityProvider']>;

/** What the app made and keeps until it comes back. */
interface Begun {
  readonly state: string;
  readonly codeChallenge: string;
  /** Made by the vault for this device. */
  readonly nonce: string;
}
/** What the app came back with. */
interface Returned {
  readonly code: string;
  readonly state: string;
  readonly issuer: string;
  readonly codeVerifier: string;
}

export interface IdentityProviderClient {
  /** Where the browser goes (OpenID Connect Core, 3.1.2.1; RFC 7636 with S256). */
  authorizationUrl(begun: Begun): Promise<string>;
  /** The ID token for a code, as the JWE that it came as. */
  fetchIdToken(returned: Returned): Promise<string>;
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out: for a provider on this machine, whose address the operator wrote without TLS
const withoutTls: (config: openid.Configuration) => void = openid.allowInsecureRequests;
/** How long the provider may take to answer, seconds. */
const timeoutSeconds = 10;
/** Path of the app to which the provider sends the browser back. */
const returnPath = '/identity/return';

/** The provider is asked for its addresses once somebody needs them, and again where that failed. Its keys are the vault's business: nothing here depends on them. */
export function identityProviderClient(settings: ProviderSettings, origin: string): IdentityProviderClient {
  const redirectUri = origin + returnPath;
  let discovered: Promise<openid.Configuration> | null = null;

  async function discover(): Promise<openid.Configuration> {
    const { clientKey } = settings;
    const imported = clientKey === undefined ? null : await importJWK(clientKey, clientKey.alg);
    if (imported instanceof Uint8Array) throw new TypeError('the client key of the identity provider is no key pair');
    const authentication = imported === null ? openid.None() : openid.PrivateKeyJwt(imported);
    const options: openid.DiscoveryRequestOptions = { timeout: timeoutSeconds };
    if (settings.issuer.startsWith('http://')) options.execute = [withoutTls];
    return openid.discovery(new URL(settings.issuer), settings.clientId, undefined, authentication, options);
  }
  async function configuration(): Promise<openid.Configuration> {
    discovered ??= discover();
    try {
      return await discovered;
    } catch {
      discovered = null;
      throw new ProblemError('unavailable');
    }
  }

  return {
    async authorizationUrl({ state, codeChallenge, nonce }) {
      const config = await configuration();
      return openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri, scope: settings.scope, state, nonce, code_challenge: codeChallenge, code_challenge_method: 'S256', prompt: 'login',
      }).href;
    },
    async fetchIdToken({ code, state, issuer, codeVerifier }) {
      const shared = await configuration();
      // One configuration for this call: what the provider answers it is looked at here and shared with no other call.
      const config = new openid.Configuration(shared.serverMetadata(), settings.clientId, undefined, settings.clientKey === undefined ? openid.None() : await clientAuthentication(settings.clientKey));
      if (settings.issuer.startsWith('http://')) withoutTls(config);
      config.timeout = timeoutSeconds;
      let idToken: string | null = null;
      config[openid.customFetch] = async (url, { method, headers, redirect, body, signal }) => {
        const response = await fetch(url, { method, headers, redirect, body: body instanceof URLSearchParams ? body : null, ...(signal === undefined ? {} : { signal }) });
        if (url !== config.serverMetadata().token_endpoint || !response.ok) return response;
        const { id_token, ...rest }: Record<string, unknown> = Object.fromEntries(Object.entries(asObject(await response.json())));
        // Taken out before the library sees it, which would have to open it: the vault alone can, and verifies it there.
        if (typeof id_token === 'string') idToken = id_token;
        return Response.json(rest, { status: response.status, headers: { 'cache-control': 'no-store' } });
      };
      const returned = new URL(redirectUri);
      returned.search = new URLSearchParams({ code, state, iss: issuer }).toString();
      try {
        await openid.authorizationCodeGrant(config, returned, { pkceCodeVerifier: codeVerifier, expectedState: state, idTokenExpected: false });
      } catch (error) {
        // A code that was used, of somebody else's, or of another verifier: one answer. Nothing of it is logged.
        throw new ProblemError(error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError || error instanceof openid.ClientError ? 'invalid-request' : 'unavailable');
      }
      return idToken ?? refuseToken();
    },
  };
}

async function clientAuthentication(clientKey: NonNullable<ProviderSettings['clientKey']>): Promise<openid.ClientAuth> {
  const key = await importJWK(clientKey, clientKey.alg);
  if (key instanceof Uint8Array) throw new TypeError('the client key of the identity provider is no key pair');
  return openid.PrivateKeyJwt(key);
}

function refuseToken(): never {
  throw new ProblemError('invalid-request');
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
