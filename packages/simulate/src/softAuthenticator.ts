import { decodeBase64url, encodeBase64url } from '@health-kit/pass';
import { encode } from 'cborg';

/** JSON of a new credential (WebAuthn Level 3, 5.1.8, RegistrationResponseJSON). */
export type RegistrationResponse = {
  id: string; rawId: string; type: 'public-key'; clientExtensionResults: Record<string, never>; authenticatorAttachment: 'platform';
  response: { clientDataJSON: string; attestationObject: string; transports: 'internal'[] };
};
/** JSON of an assertion (WebAuthn Level 3, 5.1.8, AuthenticationResponseJSON). */
export type AuthenticationResponse = {
  id: string; rawId: string; type: 'public-key'; clientExtensionResults: Record<string, never>; authenticatorAttachment: 'platform';
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle: string };
};

interface Credential { readonly id: string; readonly rpId: string; readonly userHandle: string; readonly key: CryptoKeyPair; signatures: number; }

const flagUserPresent = 0x01;
const flagUserVerified = 0x04;
const flagAttestedCredentialData = 0x40;
const algorithmEs256 = -7;

/**
 * A platform authenticator in software, browser part included: makes ES256 passkeys and signs with them as
 * the WebAuthn options of the system ask, always with user verification. For actors in Node.
 */
export class SoftAuthenticator {
  readonly #origin: string;
  readonly #credentials: Credential[] = [];

  /** @param origin the page's origin, as a browser would state it in the client data */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /**
   * Makes a credential. `options` is PublicKeyCredentialCreationOptionsJSON. Attestation is `packed` by the
   * credential itself, or `none` where the options ask for none (WebAuthn Level 3, 8.2 and 8.7).
   * Throws where a browser would: no ES256 allowed, a foreign relying party, an excluded credential.
   */
  async create(options: unknown): Promise<RegistrationResponse> {
    const challenge = textAt(options, 'challenge');
    const rpId = this.#relyingParty(optionalTextAt(options, 'rp', 'id'));
    const userHandle = textAt(options, 'user', 'id');
    const parameters = listAt(options, 'pubKeyCredParams');
    if (!parameters.some((parameter) => memberAt(parameter, 'alg') === algorithmEs256)) throw new TypeError('no algorithm that this authenticator has');
    for (const excluded of listAt(options, 'excludeCredentials')) {
      if (this.#credentials.some(({ id }) => id === memberAt(excluded, 'id'))) throw new TypeError('this authenticator is registered already');
    }

    const key = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const rawId = crypto.getRandomValues(new Uint8Array(16));
    const publicKey = await crypto.subtle.exportKey('jwk', key.publicKey);
    // COSE_Key of an EC2 key (RFC 9053, 7.1.1): kty, alg, crv, x, y.
    const coseKey = encode(new Map<number, unknown>([
      [1, 2], [3, algorithmEs256], [-1, 1], [-2, coordinate(publicKey.x)], [-3, coordinate(publicKey.y)],
    ]));
    const idLength = new Uint8Array([rawId.length >> 8, rawId.length & 0xff]);
    const authenticatorData = join(
      await authenticatorHeader(rpId, flagUserPresent | flagUserVerified | flagAttestedCredentialData, 0),
      new Uint8Array(16), idLength, rawId, coseKey,
    );
    const clientData = this.#clientData('webauthn.create', challenge);
    const attestation = optionalTextAt(options, 'attestation') === 'direct'
      ? { fmt: 'packed', attStmt: { alg: algorithmEs256, sig: await sign(key, join(authenticatorData, await sha256(clientData))) } }
      : { fmt: 'none', attStmt: {} };
    const id = encodeBase64url(rawId);
    this.#credentials.push({ id, rpId, userHandle, key, signatures: 0 });
    return {
      id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: encodeBase64url(clientData),
        attestationObject: encodeBase64url(encode({ ...attestation, authData: authenticatorData })),
        transports: ['internal'],
      },
    };
  }

  /** Signs in. `options` is PublicKeyCredentialRequestOptionsJSON; its challenge is what gets signed. */
  async get(options: unknown): Promise<AuthenticationResponse> {
    const challenge = textAt(options, 'challenge');
    const rpId = this.#relyingParty(optionalTextAt(options, 'rpId'));
    const allowed = listAt(options, 'allowCredentials').map((entry) => memberAt(entry, 'id'));
    const credential = this.#credentials.findLast((candidate) => candidate.rpId === rpId && (allowed.length === 0 || allowed.includes(candidate.id)));
    if (credential === undefined) throw new TypeError('no credential for this relying party');

    credential.signatures += 1;
    const authenticatorData = await authenticatorHeader(rpId, flagUserPresent | flagUserVerified, credential.signatures);
    const clientData = this.#clientData('webauthn.get', challenge);
    const signature = await sign(credential.key, join(authenticatorData, await sha256(clientData)));
    return {
      id: credential.id, rawId: credential.id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform',
      response: {
        clientDataJSON: encodeBase64url(clientData), authenticatorData: encodeBase64url(authenticatorData),
        signature: encodeBase64url(signature), userHandle: credential.userHandle,
      },
    };
  }

  #relyingParty(asked: string | null): string {
    const host = new URL(this.#origin).hostname;
    const rpId = asked ?? host;
    if (rpId !== host && !host.endsWith(`.${rpId}`)) throw new TypeError(`${rpId} is not a relying party for ${this.#origin}`);
    return rpId;
  }

  #clientData(type: 'webauthn.create' | 'webauthn.get', challenge: string): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }
}

/** RP id hash, flags, signature counter (WebAuthn Level 3, 6.1). */
async function authenticatorHeader(rpId: string, flags: number, counter: number): Promise<Uint8Array<ArrayBuffer>> {
  const tail = new Uint8Array(5);
  tail[0] = flags;
  new DataView(tail.buffer).setUint32(1, counter);
  return join(await sha256(new TextEncoder().encode(rpId)), tail);
}

async function sign(key: CryptoKeyPair, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const raw = new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, bytes));
  const body = join(derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32)));
  return join(new Uint8Array([0x30, body.length]), body);
}

/** A non-negative integer in DER: shortest form, with a zero byte where the top bit would make it negative. */
function derInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array(1) : bytes.subarray(first);
  const padded = (digits[0] ?? 0) >= 0x80 ? join(new Uint8Array(1), digits) : digits;
  return join(new Uint8Array([0x02, padded.length]), padded);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function coordinate(text: string | undefined): Uint8Array {
  const bytes = decodeBase64url(text ?? '');
  if (bytes === null || bytes.length !== 32) throw new TypeError('a P-256 coordinate has 32 bytes');
  return bytes;
}

function memberAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = new Map<string, unknown>(Object.entries(current)).get(name);
  }
  return current;
}
function textAt(value: unknown, ...path: readonly string[]): string {
  const text = memberAt(value, ...path);
  if (typeof text !== 'string') throw new TypeError(`WebAuthn options without ${path.join('.')}`);
  return text;
}
function optionalTextAt(value: unknown, ...path: readonly string[]): string | null {
  const text = memberAt(value, ...path);
  return typeof text === 'string' ? text : null;
}
function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = memberAt(value, ...path);
  return Array.isArray(list) ? list : [];
}
