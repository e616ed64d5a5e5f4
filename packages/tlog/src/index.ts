export { encodeAddCheckpoint, parseAddCheckpoint } from './addCheckpoint.ts';
export type { AddCheckpointRequest } from './addCheckpoint.ts';
export { canonicalJsonBytes } from './canonicalJson.ts';
export type { JsonValue } from './canonicalJson.ts';
export { encodeCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export type {
  Checkpoint,
  CheckpointParseResult,
  CheckpointRefusal,
  CheckpointTextRefusal,
  CheckpointVerdict,
} from './checkpoint.ts';
export {
  cosign,
  cosignedMessage,
  cosignerKey,
  encodeCosignerKey,
  knownCosignatureLines,
  parseCosignerKey,
  parseTimestampedSignature,
  verifyCosignatures,
} from './cosignature.ts';
export type { Cosignature, CosignaturesVerdict, Cosigner, CosignerKey } from './cosignature.ts';
export { encodeEntryBundle, parseEntryBundle } from './entryBundle.ts';
export { emptyRoot, equalBytes, HASH_BYTES, hashLeaf, hashNode } from './hashes.ts';
export { commitEntry, commitSecret, NONCE_BYTES, verifyEntry } from './ledgerEntry.ts';
export { makeConsistencyProof, makeInclusionProof, MerkleTree, readRoot } from './merkleTree.ts';
export type { ReadSubtree } from './merkleTree.ts';
export { MerkleTreeHasher } from './merkleTreeHasher.ts';
export type { CompletedSubtree } from './merkleTreeHasher.ts';
export {
  ed25519KeyId,
  ed25519Signer,
  encodeVerifierKey,
  parseSignedNote,
  parseVerifierKey,
  signNote,
  verifierKey,
  verifyEd25519,
  verifySignedNote,
} from './signedNote.ts';
export type {
  NoteRefusal,
  NoteSignature,
  NoteSigner,
  NoteVerdict,
  ParsedNote,
  ParsedNoteResult,
  VerifierKey,
  VerifyEd25519,
} from './signedNote.ts';
export type { SubtreeId } from './subtrees.ts';
export { bundlePath, parseBundlePath, parseTilePath, tilePath } from './tilePaths.ts';
export type { BundleId } from './tilePaths.ts';
export { foldTile, subtreesFromTiles, TILE_HEIGHT, TILE_WIDTH } from './tiles.ts';
export type { ReadTile, TileId } from './tiles.ts';
export { verifyConsistency } from './verifyConsistency.ts';
export type { ConsistencyRefusal, ConsistencyVerdict } from './verifyConsistency.ts';
export { verifyInclusion } from './verifyInclusion.ts';
export type { InclusionRefusal, InclusionVerdict } from './verifyInclusion.ts';
