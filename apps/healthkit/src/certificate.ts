/** Checks a certificate of destruction offline: nothing but the file and, better, the ledger key that witnesses knew. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { certificateSigningPrefix, SignedDestructionCertificate, type DestructionCertificate } from '@health-kit/api';
import { canonicalJsonBytes, parseVerifierKey, verifyCheckpoint } from '@health-kit/tlog';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** What is wrong with a certificate; each a sentence. Empty when it holds. */
export async function faultsOfCertificate(text: string, knownLedgerKey: string | null): Promise<readonly string[]> {
  const signed = parse(text);
  if (signed === null) return ['This is no certificate of destruction.'];
  const { certificate } = signed;
  const key = parseVerifierKey(certificate.ledgerKey);
  if (key === null) return ['The ledger key in the certificate is no key.'];
  const faults: string[] = [];
  if (knownLedgerKey !== null && certificate.ledgerKey !== knownLedgerKey) faults.push('The certificate is signed by another ledger key than the given one.');
  const ledgerKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.publicKey).toString('base64url') }, format: 'jwk' });
  const signedText = Buffer.concat([Buffer.from(certificateSigningPrefix), canonicalJsonBytes(certificate)]);
  if (!verify(null, signedText, ledgerKey, Buffer.from(signed.signature, 'base64url'))) faults.push('The signature of the certificate does not hold.');
  const checkpoint = await verifyCheckpoint(certificate.checkpoint, { origin: key.name, logKey: key });
  if (!checkpoint.ok) faults.push('The final checkpoint is not signed by the ledger key.');
  faults.push(...faultsOfApprovals(certificate));
  if (Date.parse(certificate.endedAt) < Date.parse(certificate.statement.earliestAt)) faults.push('The system was ended before its waiting time was over.');
  return faults;
}

function faultsOfApprovals({ statement, approvals }: DestructionCertificate): readonly string[] {
  const faults: string[] = [];
  const challenge = createHash('sha256').update(canonicalJsonBytes(statement)).digest('base64url');
  for (const approval of approvals) {
    if (!holds(statement, challenge, approval)) faults.push(`The approval of ${approval.name} is not a passkey's signature over the statement.`);
  }
  const distinct = (values: readonly string[]) => new Set(values.map((value) => value.normalize('NFKC').trim().toUpperCase())).size;
  const counted = Math.min(distinct(approvals.map(({ unit }) => unit)), distinct(approvals.map(({ officer }) => officer)), distinct(approvals.map(({ credential }) => credential.id)));
  if (counted < statement.approvals) faults.push(`Officers of ${counted} units approved, and the statement asks for ${statement.approvals}.`);
  return faults;
}

const ClientData = Type.Object({ type: Type.Literal('webauthn.get'), challenge: Type.String(), origin: Type.String() });
const userPresentAndVerified = 0x05;

/** A WebAuthn assertion (Level 3, 7.2) over the challenge, for the relying party, with the user verified. */
function holds(statement: DestructionCertificate['statement'], challenge: string, { credential, assertion }: DestructionCertificate['approvals'][number]): boolean {
  const clientDataJson = Buffer.from(assertion.clientDataJSON, 'base64url');
  const authenticatorData = Buffer.from(assertion.authenticatorData, 'base64url');
  const clientData = json(clientDataJson.toString('utf8'));
  if (!Value.Check(ClientData, clientData) || clientData.challenge !== challenge || clientData.origin !== statement.system.origin) return false;
  const relyingParty = createHash('sha256').update(statement.system.relyingParty).digest();
  if (authenticatorData.length < 37 || !authenticatorData.subarray(0, 32).equals(relyingParty)) return false;
  if ((authenticatorData.readUInt8(32) & userPresentAndVerified) !== userPresentAndVerified) return false;
  const message = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJson).digest()]);
  try {
    const key = createPublicKey({ key: credential.publicKey, format: 'jwk' });
    return verify(credential.publicKey.kty === 'OKP' ? null : 'sha256', message, key, Buffer.from(assertion.signature, 'base64url'));
  } catch {
    return false;
  }
}

function parse(text: string): SignedDestructionCertificate | null {
  const value = json(text);
  return Value.Check(SignedDestructionCertificate, value) ? value : null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
