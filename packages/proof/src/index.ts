export { makeProof, bodyDigest, keyThumbprint } from './makeProof.ts';
export { verifyProof, type VerifiedProof, type ProofRefusal, type ProofExpectation } from './verifyProof.ts';
