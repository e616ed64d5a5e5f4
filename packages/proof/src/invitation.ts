/** An invitation's code stays between the vault, the inviting officer and the invited one: servers see these derivations of it. */
import { base64url } from 'jose';

const utf8 = new TextEncoder();

/** The number of an invitation, by which it is asked for: SHA-256("health-kit invitation\n" | code) as base64url. Nobody comes back from it to a code of 128 random bits. */
export async function invitationNumber(code: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(`health-kit invitation\n${code}`))));
}

/** The key by which the invited officer proves to have the code: HKDF-SHA-256(code, info "health-kit enrolment"), 32 bytes. */
export async function enrolmentKey(code: string): Promise<Uint8Array<ArrayBuffer>> {
  const secret = await crypto.subtle.importKey('raw', utf8.encode(code), 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode('health-kit enrolment') }, secret, 256));
}

/** What the code is proven over: a new passkey's answer. Its client data has the vault's challenge, its attestation the public key. */
export interface NewPasskey {
  readonly clientDataJSON: string;
  readonly attestationObject: string;
}

/** HMAC-SHA-256 over the new passkey, as base64url: good for this challenge and this key alone. */
export async function proveInvitation(key: Uint8Array<ArrayBuffer>, passkey: NewPasskey): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(key, 'sign'), proven(passkey))));
}

/** Whether the proof is by this key over this passkey; in constant time. */
export async function verifyInvitationProof(key: Uint8Array<ArrayBuffer>, passkey: NewPasskey, proof: string): Promise<boolean> {
  return crypto.subtle.verify('HMAC', await hmacKey(key, 'verify'), new Uint8Array(base64url.decode(proof)), proven(passkey));
}

function hmacKey(key: Uint8Array<ArrayBuffer>, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
}
function proven({ clientDataJSON, attestationObject }: NewPasskey): Uint8Array<ArrayBuffer> {
  return utf8.encode(`health-kit enrolment\n${clientDataJSON}\n${attestationObject}`);
}
