export { makeProof, bodyDigest, keyThumbprint } from './makeProof.ts';
export { verifyProof, type VerifiedProof, type ProofRefusal, type ProofExpectation } from './verifyProof.ts';
export { enrolmentKey, invitationNumber, proveInvitation, verifyInvitationProof, type NewPasskey } from './invitation.ts';
