/** A real OpenID Connect provider on this machine, of whose people a test decides who signs in. */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';

/** Somebody whom the provider knows. */
export type ProviderPerson = { readonly family_name: string; readonly given_name: string; readonly document_type: string; readonly document_number: string };

export interface LocalProvider {
  readonly issuer: string;
  readonly clientId: string;
  /** Public signing keys, as an operator pins them. */
  readonly keys: readonly JWK[];
  /** The client's private key, for the server's settings. */
  readonly clientKey: JWK & { readonly kty: string; readonly alg: string };
  /** Who signs in next. */
  signIn(person: ProviderPerson): void;
  /** Goes through the provider's pages as a browser would; returns the query with which it sends the browser back. */
  walk(authorizationUrl: string): Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** What a provider is given of the client: its key to encrypt to, and where it comes back to. */
export interface ClientRegistration {
  readonly encryptionKey: JWK;
  readonly redirectUri: string;
}

const clientId = 'health-kit';

/** @param port where it listens: an issuer is known before the city that trusts it, which is known before its client is registered */
export async function startProvider(port: number, signing: JWK, clientKey: JWK & { readonly kty: string; readonly alg: string }, { encryptionKey, redirectUri }: ClientRegistration): Promise<LocalProvider> {
  const issuer = `http://localhost:${port}`;
  const people = new Map<string, ProviderPerson>();
  let next = '';
  const { d: _, ...clientPublic } = clientKey;
  const provider: Provider = new Provider(issuer, {
    clients: [{
      client_id: clientId, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', id_token_signed_response_alg: 'ES256',
      id_token_encrypted_response_alg: 'ECDH-ES', id_token_encrypted_response_enc: 'A256GCM',
      // What an access token fetches is encrypted to the vault as well: the server has one.
      userinfo_signed_response_alg: 'ES256', userinfo_encrypted_response_alg: 'ECDH-ES', userinfo_encrypted_response_enc: 'A256GCM',
      jwks: { keys: [{ ...encryptionKey, use: 'enc', alg: 'ECDH-ES' }, { ...clientPublic, use: 'sig' }] },
    }],
    jwks: { keys: [signing] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], profile: ['family_name', 'given_name', 'document_type', 'document_number'] },
    features: { devInteractions: { enabled: false }, encryption: { enabled: true }, jwtUserinfo: { enabled: true } },
    enabledJWA: { idTokenEncryptionAlgValues: ['ECDH-ES'], idTokenEncryptionEncValues: ['A256GCM'], userinfoEncryptionAlgValues: ['ECDH-ES'], userinfoEncryptionEncValues: ['A256GCM'] },
    pkce: { required: () => true },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    cookies: { keys: ['test'] },
  });
  provider.on('server_error', (_context, error) => console.error(error));
  const pages = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      void pages(request, response);
      return;
    }
    // The page where somebody types a PIN; the test has said who.
    void provider.interactionFinished(request, response, { login: { accountId: next } }, { mergeWithLastSubmission: false });
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  const { d: __, ...signingPublic } = signing;
  return {
    issuer, clientId, keys: [signingPublic], clientKey,
    signIn(person) {
      next = person.document_number;
      people.set(next, person);
    },
    async walk(authorizationUrl) {
      const cookies = new Map<string, string>();
      let url = new URL(authorizationUrl);
      for (let step = 0; step < 10; step += 1) {
        const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
        for (const cookie of response.headers.getSetCookie()) {
          const [pair = ''] = cookie.split(';');
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const target = response.headers.get('location');
        if (target === null) throw new Error(`the provider answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
        url = new URL(target, url);
        if (url.href.startsWith(redirectUri)) return url.searchParams;
      }
      throw new Error('the provider sends the browser nowhere');
    },
    close: () => new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** A port that nobody listens on: the issuer is named before there is a provider. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A private signature key. */
export async function signatureKey(kid: string): Promise<JWK & { readonly kty: string; readonly alg: string }> {
  const { kty, ...key } = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
  return { ...key, kty: kty ?? 'EC', alg: 'ES256', use: 'sig', kid };
}
