/** Submits the ledger's checkpoints to witnesses and brings their cosignatures home (C2SP tlog-witness, add-checkpoint). */
import type { ServerSettings } from '@health-kit/api/process-settings';
import { readCheckpoint, readTile, storeCosignature } from '@health-kit/api/vault';
import { encodeAddCheckpoint, makeConsistencyProof, subtreesFromTiles } from '@health-kit/tlog';
import type { Log } from '../logging.ts';
import { askVault, type VaultClient } from '../vault/index.ts';

type Witness = NonNullable<ServerSettings['witnesses']>[number];

const deadlineMs = 10_000;
const longestAnswer = 16_384;

/** One run for all witnesses, each by itself: one that is away delays no other. */
export function submitToWitnesses({ vault, witnesses, log }: {
  readonly vault: VaultClient; readonly witnesses: readonly Witness[]; readonly log: Log;
}): () => Promise<void> {
  return async () => {
    if (witnesses.length === 0) return;
    const { size, note, witnesses: known } = await askVault(vault, readCheckpoint, {});
    await Promise.all(witnesses.map(async (witness) => {
      const cosignedSize = known.find(({ key }) => key === witness.key)?.size ?? 0;
      if (cosignedSize === size) return;
      try {
        await submit(vault, witness, { size, note, oldSize: cosignedSize });
      } catch (error) {
        log.error({ err: error, witness: nameOf(witness) }, 'a witness did not cosign');
      }
    }));
  };
}

async function submit(vault: VaultClient, witness: Witness, checkpoint: { readonly size: number; readonly note: string; readonly oldSize: number }): Promise<void> {
  let answer = await addCheckpoint(vault, witness, checkpoint);
  if (answer.status === 409) {
    // The witness knows better how far it has come, for example when its last answer was lost.
    const oldSize = Number(/^(0|[1-9][0-9]*)\n$/.exec(answer.text)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(oldSize)) throw new Error('the witness answered 409 without a size');
    if (oldSize > checkpoint.size) throw new Error(`the witness has seen ${oldSize} entries and the ledger has ${checkpoint.size}: it was rolled back`);
    answer = await addCheckpoint(vault, witness, { ...checkpoint, oldSize });
  }
  if (answer.status !== 200) throw new Error(`the witness answered with status ${answer.status}`);
  const { stored } = await askVault(vault, storeCosignature, { size: checkpoint.size, answer: answer.text });
  if (stored === 0) throw new Error('the witness answered without a cosignature of its key');
}

async function addCheckpoint(vault: VaultClient, witness: Witness, { size, note, oldSize }: {
  readonly size: number; readonly note: string; readonly oldSize: number;
}): Promise<{ readonly status: number; readonly text: string }> {
  const readHashes = subtreesFromTiles(async (tile) => Buffer.from((await askVault(vault, readTile, { ...tile })).hashes, 'base64url'), size);
  const proof = await makeConsistencyProof(readHashes, oldSize, size);
  const response = await fetch(`${witness.url.replace(/\/+$/, '')}/add-checkpoint`, {
    method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' }, body: encodeAddCheckpoint({ oldSize, proof, checkpoint: note }),
    redirect: 'error', signal: AbortSignal.timeout(deadlineMs),
  });
  const text = await response.text();
  if (text.length > longestAnswer) throw new Error('the witness answered at too great a length');
  return { status: response.status, text };
}

/** Which witness, for the log: the name in its key. */
function nameOf({ key }: Witness): string {
  return key.slice(0, key.indexOf('+'));
}
