import {
  cosign, emptyRoot, equalBytes, parseAddCheckpoint, parseCheckpoint, parseSignedNote, verifyConsistency, verifySignedNote, type Cosigner, type VerifierKey,
} from '@health-kit/tlog';
import type { LogRecord, LogRecords } from './logRecords.ts';

/** An HTTP answer of the witness. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
}

/** What a witness is configured with. */
export interface Witness {
  readonly cosigner: Cosigner;
  /** Keys of each log by its origin. */
  readonly logs: ReadonlyMap<string, readonly VerifierKey[]>;
  readonly records: LogRecords;
  /** Epoch ms. */
  readonly now: () => number;
}

const text = 'text/plain; charset=utf-8';
const refuse = (status: 400 | 403 | 404 | 422, reason: string): Answer => ({ status, contentType: text, body: `${reason}\n` });

/** Answers an `add-checkpoint` request: each line below is a rule of C2SP tlog-witness, in its words where it has some. */
export async function addCheckpoint({ cosigner, logs, records, now }: Witness, body: string): Promise<Answer> {
  const request = parseAddCheckpoint(body);
  if (request === null) return refuse(400, 'the request is malformed');
  const note = parseSignedNote(request.checkpoint);
  if (!note.ok) return refuse(400, 'the checkpoint is not a signed note');

  // "If the checkpoint origin is unknown, the witness MUST respond with 404."
  const origin = note.text.slice(0, note.text.indexOf('\n'));
  const keys = logs.get(origin);
  if (keys === undefined) return refuse(404, 'the log is not known here');

  // 403 "if either no signature from a trusted key for the origin is present, or [one of] a trusted key ... fails to verify".
  const signed = await verifySignedNote(request.checkpoint, keys);
  if (!signed.ok) return refuse(403, 'the checkpoint is not signed by the log');

  const parsed = parseCheckpoint(note.text);
  if (!parsed.ok) return refuse(400, 'the note is not a checkpoint');
  const { checkpoint } = parsed;

  // "The old size MUST be equal to or lower than the checkpoint size", else 400.
  if (request.oldSize > checkpoint.size) return refuse(400, 'the old size is greater than that of the checkpoint');

  // Checking and persisting are one step: of two requests at once, the second sees what the first has left.
  return records.update(records.hashOf(origin), async (latest) => {
    const unchanged = (answer: Answer) => ({ record: null, answer });

    // "The witness MUST check that the old size matches the size of the latest checkpoint it cosigned", else 409 with that size.
    const latestSize = latest?.checkpoint.size ?? 0;
    if (request.oldSize !== latestSize) return unchanged({ status: 409, contentType: 'text/x.tlog.size', body: `${latestSize}\n` });

    // "A checkpoint of size zero MUST have the root hash of the empty tree", else 422.
    if (checkpoint.size === 0 && !equalBytes(checkpoint.root, emptyRoot())) return unchanged(refuse(422, 'the root is not that of the empty tree'));

    // Empty proof from zero, equal roots at equal sizes, a consistency proof otherwise (RFC 6962, 2.1.2), else 422.
    const verdict = verifyConsistency({
      firstSize: latestSize, firstRoot: latest?.checkpoint.root ?? emptyRoot(), secondSize: checkpoint.size, secondRoot: checkpoint.root, proof: request.proof,
    });
    if (!verdict.ok) return unchanged(refuse(422, `the checkpoint does not continue the last one: ${verdict.refusal}`));

    const line = await cosign(note.text, Math.floor(now() / 1000), cosigner);
    return { record: recordOf(note, keys, checkpoint, line), answer: { status: 200, contentType: text, body: line } };
  });
}

/** The note with the signatures that were verified, and the witness's own. */
function recordOf(note: { readonly text: string; readonly signatures: readonly { readonly name: string; readonly keyId: number; readonly signature: Uint8Array }[] },
  keys: readonly VerifierKey[], checkpoint: LogRecord['checkpoint'], line: string): LogRecord {
  const verified = note.signatures.filter(({ name, keyId }) => keys.some((key) => key.name === name && key.keyId === keyId));
  const lines = verified.map(({ name, keyId, signature }) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(keyId);
    return `— ${name} ${Buffer.concat([head, signature]).toString('base64')}\n`;
  });
  return { checkpoint, note: `${note.text}\n${lines.join('')}${line}` };
}
