import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint, parseSignedNote, type Checkpoint } from '@health-kit/tlog';
import { replaceFile } from './durable.ts';
import { WitnessError } from './witnessError.ts';

/** What the witness cosigned last of a log. */
export interface LogRecord {
  readonly checkpoint: Checkpoint;
  /** The note with the log's signatures and the witness's. */
  readonly note: string;
}

/** Last checkpoints by log, one file each. */
export interface LogRecords {
  /** Hex SHA-256 of an origin: the log's name in paths (C2SP tlog-witness). */
  hashOf(origin: string): string;
  latest(originHash: string): LogRecord | null;
  /**
   * Runs `decide` on the latest record while nobody else decides about this log; what it returns is on the disk
   * before this resolves.
   */
  update<Answer>(originHash: string, decide: (latest: LogRecord | null) => Promise<{ readonly record: LogRecord | null; readonly answer: Answer }>): Promise<Answer>;
}

/** Opens the records of the logs with these origins. @throws {WitnessError} when one is damaged */
export async function openLogRecords(folder: string, origins: readonly string[]): Promise<LogRecords> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const hashOf = (origin: string) => createHash('sha256').update(origin).digest('hex');
  const latest = new Map<string, LogRecord>();
  const queues = new Map<string, Promise<unknown>>();
  for (const origin of origins) {
    const note = await readFile(join(folder, hashOf(origin)), 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (note !== null) latest.set(hashOf(origin), parseRecord(note, origin));
  }

  return {
    hashOf,
    latest: (originHash) => latest.get(originHash) ?? null,
    update(originHash, decide) {
      const turn = (queues.get(originHash) ?? Promise.resolve()).then(async () => {
        const { record, answer } = await decide(latest.get(originHash) ?? null);
        if (record !== null) {
          await replaceFile(join(folder, originHash), record.note);
          latest.set(originHash, record);
        }
        return answer;
      });
      // A turn that failed must not stop those behind it.
      queues.set(originHash, turn.catch(() => undefined));
      return turn;
    },
  };
}

/** An empty or cut record is no reason to begin anew: that would cosign a second history. */
function parseRecord(note: string, origin: string): LogRecord {
  const parsed = parseSignedNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.text) : null;
  if (checkpoint?.ok !== true || checkpoint.checkpoint.origin !== origin) {
    throw new WitnessError(`The record of the log ${origin} is damaged: put it back from a backup; without it this witness could cosign a second history.`);
  }
  return { checkpoint: checkpoint.checkpoint, note };
}
