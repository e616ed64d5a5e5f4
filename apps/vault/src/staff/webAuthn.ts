import { approvalText, type OfficerId, type PasskeyMeaning } from '@health-kit/api';
import type { VaultRefusal } from '@health-kit/api/vault';
import { generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse, type WebAuthnCredential } from '@simplewebauthn/server';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { OfficerRecord } from '../authority/officers.ts';
import { firstRow, type Queries } from '../database.ts';
import { uuidBytes } from '../randomness.ts';
import { sha256 } from '../keys/vaultKeys.ts';
import { refuse } from '../refusal.ts';
import type { Vault } from '../vault.ts';

/**
 * What passkeys sign with (COSE: EdDSA, ES256, RS256). Not whatever is newest in a browser: whoever checks an approval
 * years later, out of a certificate of destruction, must be able to.
 */
const algorithms = [-8, -7, -257];

const Text = Type.String({ maxLength: 8192 });
/** base64url: what else there might be, the zero character above all, is nothing that a database takes. */
const CredentialId = Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 1400 });
const CredentialMembers = { id: CredentialId, rawId: CredentialId, type: Type.Literal('public-key') };
/** What a browser gives for a new passkey (WebAuthn Level 3, 5.1.8, RegistrationResponseJSON), as far as it is looked at. */
const RegistrationResponse = Type.Object({
  ...CredentialMembers,
  response: Type.Object({ clientDataJSON: Text, attestationObject: Text, transports: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z-]*$', maxLength: 32 }), { maxItems: 8 })) }),
});
/** What a browser gives for a signature of a passkey (AuthenticationResponseJSON). */
const AuthenticationResponse = Type.Object({ ...CredentialMembers, response: Type.Object({ clientDataJSON: Text, authenticatorData: Text, signature: Text }) });

/**
 * Verifies the answer to enrolment options: the new passkey, or null when anything about it is not as asked.
 *
 * @param challenge base64url, as it stood in the options
 */
export async function verifyNewPasskey(vault: Vault, answer: unknown, challenge: string): Promise<WebAuthnCredential | null> {
  if (!Value.Check(RegistrationResponse, answer)) return null;
  const { id, rawId, type, response } = answer;
  try {
    const verification = await verifyRegistrationResponse({
      response: { id, rawId, type, clientExtensionResults: {}, response: { ...response, transports: response.transports ?? [] } },
      expectedChallenge: challenge, expectedOrigin: vault.origin, expectedRPID: vault.relyingParty.id, requireUserVerification: true, supportedAlgorithmIDs: algorithms,
    });
    if (!verification.verified) return null;
    return { ...verification.registrationInfo.credential, transports: response.transports ?? [] };
  } catch {
    // The library throws for each of its checks; which one it was concerns nobody outside.
    return null;
  }
}

/**
 * Verifies a passkey's signature over a challenge and moves its counter on, in the caller's transaction. Returns
 * the passkey's officer, or null when anything is not as asked. The user must have been verified (PIN, finger, face):
 * a key that lies about is not its officer.
 *
 * @param challenge base64url, as it stood in the options
 */
export async function verifyPasskey(vault: Vault, queries: Queries, answer: unknown, challenge: string): Promise<string | null> {
  if (!Value.Check(AuthenticationResponse, answer)) return null;
  const { id, rawId, type, response } = answer;
  // Locked, so that one signature cannot be counted twice by two requests at once.
  const passkey = firstRow(await queries.query<{ officer_id: string; public_key: Buffer; counter: string }>(
    'SELECT officer_id, public_key, counter FROM vault.passkey WHERE credential_id = $1 FOR UPDATE', [id],
  ));
  if (passkey === null) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, clientExtensionResults: {}, response },
      expectedChallenge: challenge, expectedOrigin: vault.origin, expectedRPID: vault.relyingParty.id,
      credential: { id, publicKey: new Uint8Array(passkey.public_key), counter: Number(passkey.counter) },
      requireUserVerification: true,
    });
    if (!verified) return null;
    await queries.query('UPDATE vault.passkey SET counter = $2 WHERE credential_id = $1', [id, authenticationInfo.newCounter]);
    return passkey.officer_id;
  } catch {
    return null;
  }
}

/** Options for making a passkey: discoverable, so that signing in asks for no name, and of one authenticator one. */
export async function enrolmentOptions(vault: Vault, queries: Queries, officer: OfficerRecord, challenge: Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>> {
  const { rows: present } = await queries.query<{ credential_id: string }>('SELECT credential_id FROM vault.passkey WHERE officer_id = $1', [officer.officerId]);
  return {
    ...(await generateRegistrationOptions({
      rpName: vault.relyingParty.name, rpID: vault.relyingParty.id, userName: `${officer.name} (${officer.office})`, userDisplayName: officer.name,
      userID: new Uint8Array(uuidBytes(officer.officerId)), challenge, attestationType: 'none', supportedAlgorithmIDs: algorithms,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: present.map(({ credential_id }) => ({ id: credential_id })),
    })),
  };
}

/** What an officer approves: the statement of a digest (SHA-256), in one meaning alone. */
interface Approval {
  readonly officer: OfficerId;
  readonly meaning: PasskeyMeaning;
  readonly digest: Uint8Array;
}

/** Options by which one of an officer's passkeys signs an approval. */
export function approvalOptions(vault: Vault, queries: Queries, { officer, meaning, digest }: Approval): Promise<Record<string, unknown>> {
  return passkeyOptions(vault, queries, officer, challengeOf(meaning, digest));
}

/** Refuses an approval that none of this very officer's passkeys has signed. */
export async function requireApproval(vault: Vault, queries: Queries, { officer, meaning, digest }: Approval, assertion: unknown, refusal: VaultRefusal = 'approval-refused'): Promise<void> {
  const signer = await verifyPasskey(vault, queries, assertion, challengeOf(meaning, digest).toString('base64url'));
  if (signer !== officer) refuse(refusal);
}

function challengeOf(meaning: PasskeyMeaning, digest: Uint8Array): Buffer {
  return sha256(approvalText(meaning, digest));
}

/** Options for a signature of one of an officer's passkeys over a challenge. */
export async function passkeyOptions(vault: Vault, queries: Queries, officer: OfficerId, challenge: Uint8Array): Promise<Record<string, unknown>> {
  const { rows: passkeys } = await queries.query<{ credential_id: string; transports: string[] }>('SELECT credential_id, transports FROM vault.passkey WHERE officer_id = $1', [officer]);
  return {
    ...(await generateAuthenticationOptions({
      rpID: vault.relyingParty.id, challenge: new Uint8Array(challenge), userVerification: 'required',
      allowCredentials: passkeys.map(({ credential_id, transports }) => ({ id: credential_id, transports })),
    })),
  };
}

const StoredAssertion = Type.Object({ clientDataJSON: Text, authenticatorData: Text, signature: Text });

/**
 * Verifies once more a passkey's signature that {@link verifyPasskey} accepted and that was stored since; its counter
 * has been looked at then. Returns the members that were verified, or null.
 */
export async function verifyAssertionAgain(
  vault: Vault, passkey: { readonly id: string; readonly publicKey: Buffer }, stored: unknown, challenge: string,
): Promise<{ clientDataJSON: string; authenticatorData: string; signature: string } | null> {
  if (!Value.Check(StoredAssertion, stored)) return null;
  const { clientDataJSON, authenticatorData, signature } = stored;
  const { id } = passkey;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature } },
      expectedChallenge: challenge, expectedOrigin: vault.origin, expectedRPID: vault.relyingParty.id,
      credential: { id, publicKey: new Uint8Array(passkey.publicKey), counter: 0 }, requireUserVerification: true,
    });
    return verified ? { clientDataJSON, authenticatorData, signature } : null;
  } catch {
    return null;
  }
}
