/** The ledger as the vault serves it to the server: open, because nothing of it names anybody. */
import { Type } from 'typebox';
import { Base64Url, Strict } from '../identifiers.ts';
import { vaultOperation } from './protocol.ts';

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Width = Type.Integer({ minimum: 1, maximum: 256 });

/** The latest signed checkpoint with its cosignatures; `witnesses` says up to which size each configured witness has cosigned. */
export const readCheckpoint = vaultOperation({
  name: 'read-checkpoint', callerOperation: null, request: Strict({}),
  response: Strict({ size: Count, note: Type.String({ maxLength: 65536 }), witnesses: Type.Array(Strict({ key: Type.String({ maxLength: 400 }), size: Count })) }),
});
/** Hashes of a tile (C2SP tlog-tiles) under the latest checkpoint. */
export const readTile = vaultOperation({
  name: 'read-tile', callerOperation: null,
  request: Strict({ level: Type.Integer({ minimum: 0, maximum: 63 }), index: Count, width: Width }), response: Strict({ hashes: Base64Url(8192) }),
});
/** Entries as an entry bundle (C2SP tlog-tiles): salted commitments, which tell nothing without nonce and event. */
export const readEntries = vaultOperation({
  name: 'read-entries', callerOperation: null, request: Strict({ index: Count, width: Width }), response: Strict({ bundle: Base64Url(8704) }),
});
/** What a witness answered over the checkpoint of that size; cosignatures of configured keys are verified and kept, others ignored. */
export const storeCosignature = vaultOperation({
  name: 'store-cosignature', callerOperation: null,
  request: Strict({ size: Count, answer: Type.String({ maxLength: 16384 }) }), response: Strict({ stored: Type.Integer() }),
});
