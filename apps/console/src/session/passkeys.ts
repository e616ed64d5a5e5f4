import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { encodeBase64url } from '@health-kit/pass';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { asksFor } from './challenges.ts';

/** Why no passkey was made or used, each with a way out of its own. */
export type PasskeyFault = 'unsupported' | 'cancelled' | 'present' | 'insecure' | 'foreign' | 'failed';

/** Thrown where a passkey is asked for and none answers. */
export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  readonly fault: PasskeyFault;
  constructor(fault: PasskeyFault) {
    super(`passkey: ${fault}`);
    this.fault = fault;
  }
}

const Descriptor = Type.Object({ id: Type.String(), type: Type.Literal('public-key') });
const UserVerification = Type.Union([Type.Literal('required'), Type.Literal('preferred'), Type.Literal('discouraged')]);
/** PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3, 5.1.10), as far as the vault sends it. */
const RequestOptions = Type.Object({
  challenge: Type.String(), rpId: Type.Optional(Type.String()), timeout: Type.Optional(Type.Number()),
  allowCredentials: Type.Optional(Type.Array(Descriptor)), userVerification: Type.Optional(UserVerification),
});
/** PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3, 5.1.9), likewise. */
const CreationOptions = Type.Object({
  challenge: Type.String(), timeout: Type.Optional(Type.Number()),
  rp: Type.Object({ name: Type.String(), id: Type.Optional(Type.String()) }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(Type.Object({ alg: Type.Number(), type: Type.Literal('public-key') })),
  excludeCredentials: Type.Optional(Type.Array(Descriptor)),
});

/**
 * Has the officer's passkey sign the challenge of the options, if it is the one that the page expects: what a page shows
 * is what gets signed, whatever the server passes off. Throws {@link PasskeyError}.
 *
 * @param expected reckoned by the page (`challenges.ts`); null where it could not be
 */
export async function askPasskey(options: unknown, expected: string | null): Promise<Record<string, unknown>> {
  if (!Check(RequestOptions, options)) throw new PasskeyError('failed');
  if (!asksFor(options, expected)) throw new PasskeyError('foreign');
  return ceremony(async () => ({ ...(await startAuthentication({ optionsJSON: options })) }));
}

/** Makes a passkey on this device or a security key. Throws {@link PasskeyError}. */
export async function makePasskey(options: unknown): Promise<Record<string, unknown>> {
  if (!Check(CreationOptions, options)) throw new PasskeyError('failed');
  return ceremony(async () => ({ ...(await startRegistration({ optionsJSON: options })) }));
}

/** What a new passkey is, as far as the present one signs it. */
const NewCredential = Type.Object({ rawId: Type.String(), response: Type.Object({ clientDataJSON: Type.String(), attestationObject: Type.String() }) });

/** Options with which a passkey that is there approves a new one: the challenge is the SHA-256 over the new one's parts, as the vault reckons it. */
export async function approvalOptions(credential: unknown, present: readonly string[]): Promise<{ readonly options: Record<string, unknown>; readonly challenge: string }> {
  if (!Check(NewCredential, credential)) throw new PasskeyError('failed');
  const { rawId, response } = credential;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`hk-passkey-1|${rawId}|${response.clientDataJSON}|${response.attestationObject}`));
  const challenge = encodeBase64url(new Uint8Array(digest));
  const allowCredentials = present.map((id) => ({ id, type: 'public-key' }));
  return { options: { challenge, rpId: window.location.hostname, userVerification: 'required', allowCredentials }, challenge };
}

async function ceremony(run: () => Promise<Record<string, unknown>>): Promise<Record<string, unknown>> {
  if (!window.isSecureContext) throw new PasskeyError('insecure');
  if (!browserSupportsWebAuthn()) throw new PasskeyError('unsupported');
  try {
    return await run();
  } catch (error) {
    throw new PasskeyError(faultOf(error instanceof Error ? error.name : ''));
  }
}

/** The names of WebAuthn's exceptions. Cancelling, letting it run out and having no fitting passkey are one, on purpose: pages must not tell them apart. */
function faultOf(name: string): PasskeyFault {
  switch (name) {
    case 'NotAllowedError':
    case 'AbortError':
      return 'cancelled';
    case 'InvalidStateError':
      return 'present';
    case 'NotSupportedError':
    case 'ConstraintError':
      return 'unsupported';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'failed';
  }
}
