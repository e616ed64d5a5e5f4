/** Replacing keys while the vault runs (docs/adr/0013): begun by the operator, gone on with by whichever vault process looks next. */
import { revocableKinds, rotatedKinds, type KeyRotation, type RotatedKind } from '@health-kit/api';
import { operatorRotateKey } from '@health-kit/api/vault';
import { operatorHandler } from '../authority/operatorHandler.ts';
import { firstRow, type Queries } from '../database.ts';
import { randomUuid } from '../randomness.ts';
import { refuse } from '../refusal.ts';
import { instant, nowOf, recordEvent, type Vault } from '../vault.ts';
import { rotationPlan, type RotationStep } from './rotationPlans.ts';

/** A rotation's row. */
type Row = { rotation_id: string; kind: string; version: number; revokes: boolean; started_at: Date; finished_at: Date | null; done: number; total: number };
const columns = 'rotation_id, kind, version, revokes, started_at, finished_at, done, total';

export const operatorRotateKeyHandler = operatorHandler(operatorRotateKey, (vault, { kind, revoke }) => beginRotation(vault, kind, revoke));

/**
 * Makes the next version of a key. From the answer on the rotation goes on by itself. One that revokes begins also
 * while another of its kind is under way, and ends that one: its new key may have leaked with the old.
 */
export async function beginRotation(vault: Vault, kind: RotatedKind, revokes: boolean): Promise<KeyRotation> {
  const plan = rotationPlan(kind);
  if (revokes && !revocableKinds.includes(kind)) refuse('invalid-request');
  const rotation = await vault.database.transaction(async (queries) => {
    // Rotations begin one at a time: by the lock of a row that is always there.
    await queries.query("SELECT FROM vault.sealed_key WHERE name = 'ledger-event' FOR NO KEY UPDATE");
    const underWay = firstRow(await queries.query<{ version: number }>('SELECT version FROM vault.key_rotation WHERE kind = $1 AND finished_at IS NULL FOR UPDATE', [kind]));
    if (underWay !== null && !revokes) refuse('conflict');
    if (underWay !== null) await finish(vault, queries, kind, underWay.version, 'key-rotation-superseded');
    const { version, total } = await plan.begin(vault, queries, revokes);
    const row = firstRow(await queries.query<Row>(
      `INSERT INTO vault.key_rotation (rotation_id, kind, version, revokes, started_at, total) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
      [randomUuid(vault.random), kind, version, revokes, nowOf(vault), total],
    ));
    if (row === null) throw new Error('a rotation could not be stored');
    await recordEvent(vault, queries, 'key-rotation-begun', { kind, version, revokes });
    return rotationOf(row);
  });
  await vault.keys.reload();
  return rotation;
}

/**
 * Takes every rotation under way one step further, each in a transaction of its own: what a killed process left
 * undone the next one does. Two processes never take the same one. Returns whether there is more to do at once.
 */
export async function advanceRotations(vault: Vault): Promise<boolean> {
  const { rows } = await vault.database.query<{ rotation_id: string }>('SELECT rotation_id FROM vault.key_rotation WHERE finished_at IS NULL ORDER BY started_at');
  // After that: of every rotation that was found the new version is known.
  await vault.keys.reload();
  let more = false;
  const failures: unknown[] = [];
  for (const { rotation_id } of rows) {
    try {
      more = (await advance(vault, rotation_id)) || more;
    } catch (error) {
      // One that fails leaves the others alone, and is tried again at the next look.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'rotations failed');
  return more;
}

async function advance(vault: Vault, rotationId: string): Promise<boolean> {
  return vault.database.transaction(async (queries) => {
    const row = firstRow(await queries.query<Row>(`SELECT ${columns} FROM vault.key_rotation WHERE rotation_id = $1 AND finished_at IS NULL FOR UPDATE SKIP LOCKED`, [rotationId]));
    const kind = rotatedKinds.find((each) => each === row?.kind);
    if (row === null || kind === undefined) return false;
    const step: RotationStep = await rotationPlan(kind).advance(vault, queries, { version: row.version, revokes: row.revokes, startedAtMs: row.started_at.getTime() });
    if (step.done > 0) await queries.query('UPDATE vault.key_rotation SET done = least(done + $2, total) WHERE rotation_id = $1', [rotationId, step.done]);
    // What was counted at the start and has gone since, as with an erased account, is done, too.
    if (step.state === 'finished') await queries.query('UPDATE vault.key_rotation SET done = total WHERE rotation_id = $1', [rotationId]);
    if (step.state === 'finished') await finish(vault, queries, kind, row.version, 'key-rotation-finished');
    return step.state === 'more';
  });
}

async function finish(vault: Vault, queries: Queries, kind: RotatedKind, version: number, event: string): Promise<void> {
  await queries.query('UPDATE vault.key_rotation SET finished_at = $3 WHERE kind = $1 AND version = $2 AND finished_at IS NULL', [kind, version, nowOf(vault)]);
  await recordEvent(vault, queries, event, { kind, version });
}

/** The last fifty rotations, newest first. */
export async function readRotations(queries: Queries): Promise<KeyRotation[]> {
  const { rows } = await queries.query<Row>(`SELECT ${columns} FROM vault.key_rotation ORDER BY started_at DESC, rotation_id LIMIT 50`);
  return rows.map(rotationOf);
}

function rotationOf({ rotation_id, kind, revokes, started_at, finished_at, done, total }: Row): KeyRotation {
  return {
    rotationId: rotation_id, kind: rotatedKinds.find((each) => each === kind) ?? 'other', revokes, startedAt: instant(started_at.getTime()),
    finishedAt: finished_at === null ? null : instant(finished_at.getTime()), done, total,
  };
}

/** How often a process looks what other processes changed, and goes on with what is under way, ms. */
const everyMs = 1_000;

/** Keeps the keys of this process as the database has them, and takes rotations further. Returns how to stop. */
export function scheduleRotations(vault: Vault, failed: (error: unknown) => void): { readonly look: () => Promise<void>; readonly stop: () => void } {
  let running: Promise<void> | null = null;
  let stopped = false;
  async function work(): Promise<void> {
    try {
      while (!stopped && !vault.sunset.begun && (await advanceRotations(vault))) { /* the next batch */ }
    } catch (error) {
      failed(error);
    }
  }
  const look = () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    look,
    stop: () => {
      stopped = true;
      clearInterval(timer);
    },
  };
}
