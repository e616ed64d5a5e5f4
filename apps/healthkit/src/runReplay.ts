/** A replay from start to end: a system of its own in a temporary folder, a city out of two files, and the proof that tracing finds who met. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlledClock } from '@health-kit/api/process-settings';
import { invitationCode, openWorld, seededRandom } from '@health-kit/simulate';
import type { ReferenceVisit, TimeWindow } from '@health-kit/policy';
import { chooseIndexPeople, traceIndexPeople } from './replayCases.ts';
import { makeReplayCity, sendDay } from './replayCity.ts';
import { compareContacts, type Comparison, type TracedCase } from './replayComparison.ts';
import { parseCheckIns, parseVenues, type RefusedLine } from './replayFiles.ts';
import { chooseWindow, referenceVisits, replayTimeZone, type ReplayWindow } from './replayWindow.ts';
import { errorText, StartError } from './startError.ts';
import { startSystem } from './startSystem.ts';

/** The clock of a replay stands while one registrar sees everybody: budgets of people by the minute would stop what no officer does. */
const withoutBudget = { perMinute: 1_000_000, perHour: 1_000_000, perDay: 1_000_000, everybodyPerMinute: 1_000_000 };
const replayLimits = { subjects: { desk: withoutBudget, specimen: withoutBudget, trace: withoutBudget, resolution: withoutBudget } };

export type ReplayOptions = {
  readonly checkInsFile: string;
  readonly venuesFile: string;
  /** First local day of the file to be replayed; null takes the densest days. */
  readonly from: string | null;
  readonly days: number;
  readonly cases: number;
  readonly seed: string;
  /** TCP port on the loopback address; 0 takes a free one. */
  readonly port: number;
  /** The moment whose local day becomes the last replayed day, epoch ms. */
  readonly nowMs: number;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
};

/** The last line of a replay, in this order of fields. */
export type ReplaySummary = {
  /** Distinct check-ins of the chosen days. */
  readonly checkins: number;
  /** Those that were answered with success. */
  readonly accepted: number;
  readonly cases: number;
  readonly expectedContacts: number;
  readonly foundContacts: number;
  readonly missing: number;
  readonly extra: number;
  /** Accepted check-ins by the time in which they were sent; sender, server and database share the machine. */
  readonly checkinsPerSecond: number;
  readonly traceMsP50: number;
  readonly traceMsP95: number;
};

export type Replay = {
  readonly summary: ReplaySummary;
  readonly window: ReplayWindow;
  readonly refusedLines: { readonly checkIns: readonly RefusedLine[]; readonly venues: readonly RefusedLine[] };
  /** Lines that repeat an earlier one in every field. */
  readonly repeatedLines: number;
  readonly comparison: Comparison;
  /** What was compared: for a second look at a difference. */
  readonly traced: readonly TracedCase[];
  readonly reference: readonly ReferenceVisit[];
  readonly traceWindow: TimeWindow;
};

/**
 * Replays the files. Everything goes over the public API; the clock alone is moved from outside. The temporary folder is
 * removed whatever happens.
 *
 * @throws {StartError} when the files or options make no replay, or the system does not start
 */
export async function runReplay(options: ReplayOptions): Promise<Replay> {
  const { log } = options;
  const venues = parseVenues(await readText(options.venuesFile));
  const parsed = parseCheckIns(await readText(options.checkInsFile), venues.venues);
  const window = chooseWindow(parsed.checkIns, options);
  const checkIns = window.days.flatMap((day) => day.checkIns);
  const [firstDay, lastDay] = [window.days.at(0), window.days.at(-1)];
  if (firstDay === undefined || lastDay === undefined) throw new StartError('There are no days to replay.');
  log(`${parsed.checkIns.length} check-ins and ${venues.venues.size} venues read; ${parsed.refused.length} and ${venues.refused.length} lines refused.`);
  for (const [file, refused] of [['check-ins', parsed.refused], ['venues', venues.refused]] as const) {
    for (const { line, reason } of refused) log(`  ${file}, line ${line}: ${reason}`);
  }
  log(`${checkIns.length} check-ins from ${window.firstDay} to ${window.lastDay} are replayed, moved by ${window.shiftMs / 86_400_000} days.`);

  const dataDir = await mkdtemp(join(tmpdir(), 'health-kit-replay-'));
  try {
    const startMs = firstDay.startsAt;
    const system = await startSystem({
      dataDir, port: options.port, timeZone: replayTimeZone, clock: 'controlled', startMs, demo: false, log, signal: options.signal, vaultLimits: replayLimits,
    });
    try {
      if (system.invitation === null) throw new StartError('The system invites no administrator.');
      const clock = controlledClock(startMs);
      const random = seededRandom(options.seed);
      const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock, random });
      const stopped = rejectOn(options.signal, system.failed);

      const work = async () => {
        const city = await makeReplayCity(world, window, venues, invitationCode(system.invitation ?? ''), log);
        let [accepted, elapsedMs] = [0, 0];
        for (const [index, day] of window.days.entries()) {
          const sent = await sendDay(city, day, clock, (epochMs) => system.setTime(epochMs));
          accepted += sent.accepted;
          elapsedMs += sent.elapsedMs;
          log(`Day ${index + 1} of ${window.days.length}: ${sent.accepted} of ${day.checkIns.length} check-ins accepted.`);
          for (const refusal of sent.refused.slice(0, 10)) log(`  refused: ${refusal}`);
        }
        // From the first instant of the first day to the moment at which the clock stands.
        const traceWindow = { from: firstDay.startsAt, to: lastDay.endsAt - 1 };
        const reference = referenceVisits(window);
        const indexPeople = chooseIndexPeople(reference, options.cases, random.fork('cases'));
        const { cases: traced, traceMs } = await traceIndexPeople(city, indexPeople, traceWindow, log);
        const comparison = compareContacts(traced, reference, traceWindow);
        const { expectedContacts, foundContacts, missing, extra } = comparison;
        const summary: ReplaySummary = {
          checkins: checkIns.length, accepted, cases: traced.length, expectedContacts, foundContacts, missing, extra,
          checkinsPerSecond: Math.round(accepted / Math.max(elapsedMs / 1000, 0.001)),
          traceMsP50: percentile(traceMs, 0.5), traceMsP95: percentile(traceMs, 0.95),
        };
        return {
          summary, window, refusedLines: { checkIns: parsed.refused, venues: venues.refused },
          repeatedLines: checkIns.reduce((sum, { times }) => sum + times - 1, 0), comparison, traced, reference, traceWindow,
        };
      };
      return await Promise.race([work(), stopped]);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Whether a replay shows what it should: every check-in taken, every contact found, and nobody else. */
export function isFaithful({ checkins, accepted, missing, extra }: ReplaySummary): boolean {
  return accepted === checkins && missing === 0 && extra === 0;
}

/** Nearest-rank percentile, rounded to a tenth; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return Math.round(value * 10) / 10;
}

function rejectOn(signal: AbortSignal | undefined, failed: Promise<StartError>): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new StartError('Interrupted.')), { once: true });
    void failed.then(reject);
  });
  rejection.catch(() => undefined);
  return rejection;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new StartError(`${path} cannot be read: ${errorText(error)}.`);
  }
}
