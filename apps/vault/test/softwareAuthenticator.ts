import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encode } from 'cborg';

/**
 * A passkey in software (WebAuthn Level 3): ES256, attestation "none", a signature counter, user verification as
 * told. What Chromium's virtual authenticator does, for tests without a browser.
 */
export interface SoftwareAuthenticator {
  readonly credentialId: string;
  /** Makes the credential: RegistrationResponseJSON. */
  create(options: Record<string, unknown>): Record<string, unknown>;
  /** Signs a challenge: AuthenticationResponseJSON. */
  get(options: Record<string, unknown>, changes?: { readonly userVerified?: boolean; readonly counterStep?: number; readonly origin?: string }): Record<string, unknown>;
}

const flags = { userPresent: 0x01, userVerified: 0x04, attestedCredential: 0x40 };

export function softwareAuthenticator(origin: string, seed: string): SoftwareAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rpIdHash = sha256(new URL(origin).hostname);
  const credentialId = sha256(seed).subarray(0, 16);
  const id = credentialId.toString('base64url');
  let counter = 1;
  const clientData = (type: string, options: Record<string, unknown>, at: string) => Buffer.from(JSON.stringify({ type, challenge: options['challenge'], origin: at, crossOrigin: false }));
  const counterBytes = () => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(counter);
    return bytes;
  };
  return {
    credentialId: id,
    create(options) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const authData = Buffer.concat([
        rpIdHash, Buffer.of(flags.userPresent | flags.userVerified | flags.attestedCredential), counterBytes(),
        Buffer.alloc(16), length, credentialId, coseKey(publicKey),
      ]);
      return {
        id, rawId: id, type: 'public-key', clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', options, origin).toString('base64url'),
          attestationObject: Buffer.from(encode({ fmt: 'none', attStmt: {}, authData: new Uint8Array(authData) })).toString('base64url'), transports: ['internal'],
        },
      };
    },
    get(options, changes = {}) {
      counter += changes.counterStep ?? 1;
      const authenticatorData = Buffer.concat([rpIdHash, Buffer.of(flags.userPresent | (changes.userVerified === false ? 0 : flags.userVerified)), counterBytes()]);
      const client = clientData('webauthn.get', options, changes.origin ?? origin);
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(client)]), privateKey);
      return {
        id, rawId: id, type: 'public-key', clientExtensionResults: {},
        response: { clientDataJSON: client.toString('base64url'), authenticatorData: authenticatorData.toString('base64url'), signature: signature.toString('base64url') },
      };
    },
  };
}

/** COSE_Key of an ES256 public key (RFC 9053, 7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' });
  return Buffer.from(encode(new Map<number, unknown>([
    [1, 2], [3, -7], [-1, 1], [-2, new Uint8Array(Buffer.from(x ?? '', 'base64url'))], [-3, new Uint8Array(Buffer.from(y ?? '', 'base64url'))],
  ])));
}
function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
