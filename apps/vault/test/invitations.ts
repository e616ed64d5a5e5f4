import { SealedInvitation } from '@health-kit/api';
import { inviteOfficer } from '@health-kit/api/vault';
import { enrolmentKey, proveInvitation } from '@health-kit/proof';
import { compactDecrypt } from 'jose';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { Officer } from './city.ts';

/** Invites as the administrator's page does: with a key of the page, to which the vault seals the code. */
export async function inviteAs(officer: Officer, body: object) {
  const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const request = { ...body, publicKey: { kty, crv, x, y } };
  const answer = await officer.call(inviteOfficer, 'POST', '/v1/staff/invitations', request);
  const { status, refusal } = answer;
  if (status !== 200) return { status, refusal, get content() { return { code: '', request, ...answer.content }; } };
  const { plaintext } = await compactDecrypt(answer.content.sealed, privateKey);
  const { code } = Value.Parse(SealedInvitation, JSON.parse(Buffer.from(plaintext).toString('utf8')));
  return { status, refusal, content: { ...answer.content, code, request } };
}

const NewPasskey = Type.Object({ response: Type.Object({ clientDataJSON: Type.String(), attestationObject: Type.String() }) });

/** The proof that whoever made this passkey has the code. Of what is no passkey, of empty texts. */
export async function proofOf(code: string, credential: unknown): Promise<string> {
  const response = Value.Check(NewPasskey, credential) ? credential.response : { clientDataJSON: '', attestationObject: '' };
  return proveInvitation(await enrolmentKey(code), response);
}
