import { decodeBase64, encodeBase64 } from './base64.ts';
import { HASH_BYTES, isCount } from './hashes.ts';

/** Proof lines that a request has at most (C2SP tlog-witness, add-checkpoint). */
const MAX_PROOF_LINES = 63;

/** What a log submits to a witness: from which size, the proof, and the signed checkpoint as it was made. */
export interface AddCheckpointRequest {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The whole note, unread. */
  readonly checkpoint: string;
}

/**
 * The body of an `add-checkpoint` request.
 * @throws {RangeError} if the size is none, a hash is none, or there are too many.
 */
export function encodeAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpointRequest): string {
  if (!isCount(oldSize)) throw new RangeError(`not a tree size: ${oldSize}`);
  if (proof.length > MAX_PROOF_LINES) throw new RangeError(`a proof has at most ${MAX_PROOF_LINES} hashes`);
  if (proof.some((hash) => hash.length !== HASH_BYTES)) throw new RangeError(`a hash is ${HASH_BYTES} bytes long`);
  return [`old ${oldSize}`, ...proof.map(encodeBase64), '', checkpoint].join('\n');
}

/** Reads the body of an `add-checkpoint` request; null if it is malformed. The checkpoint is not looked at. */
export function parseAddCheckpoint(body: string): AddCheckpointRequest | null {
  // The first empty line ends the proof; the note has one of its own further down.
  const split = body.indexOf('\n\n');
  if (split === -1 || !body.endsWith('\n')) return null;
  const [first = '', ...lines] = body.slice(0, split).split('\n');

  const oldSize = Number(/^old (0|[1-9][0-9]*)$/.exec(first)?.[1] ?? Number.NaN);
  if (!isCount(oldSize) || lines.length > MAX_PROOF_LINES) return null;

  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = decodeBase64(line);
    if (hash === null || hash.length !== HASH_BYTES) return null;
    proof.push(hash);
  }
  return { oldSize, proof, checkpoint: body.slice(split + 2) };
}
