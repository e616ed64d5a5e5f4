/** The load of the check-in benchmark by wrk, a generator in C that leaves most of the machine to the server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { LoadFigures, LoadTarget } from './javaScriptLoad.ts';
import { runProgram } from './runProgram.ts';

const Report = Type.Object({
  sent: Type.Integer(), answered: Type.Integer(), refused: Type.Integer(), broken: Type.Integer(),
  elapsedMs: Type.Number(), p50Ms: Type.Number(), p99Ms: Type.Number(),
});
const instants = 5_000;

/** Runs the load. Requests that are under way at the end are given up, so that a few more may be stored than were answered. */
export async function loadByWrk(target: LoadTarget): Promise<LoadFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-bench-'));
  try {
    const origin = `${target.host}:${target.port}`;
    const values = join(folder, 'values');
    await writeFile(values, [
      `host ${origin}`,
      ...target.tickets.map((ticket) => `ticket ${ticket}`),
      ...target.venueCodes.map((code) => `code ${code}`),
      ...Array.from({ length: instants }, (_, index) => `instant ${new Date(target.arrivedAtMs(index)).toISOString()}`),
    ].map((line) => `${line}\n`).join(''));
    const output = await runProgram('wrk', [
      '--threads', '1', '--connections', String(target.connections), '--duration', `${Math.round(target.durationMs / 1000)}s`,
      '--script', join(import.meta.dirname, 'checkIn.lua'), `http://${origin}`, '--', values,
    ]);
    const line = output?.trim().split('\n').at(-1);
    if (line === undefined) throw new Error('wrk could not be run');
    const { answered, refused, broken, ...report } = Value.Parse(Report, JSON.parse(line));
    return { ...report, recorded: answered - refused, refused: refused + broken };
  } finally {
    await rm(folder, { recursive: true });
  }
}
