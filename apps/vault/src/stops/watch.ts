import { firstRow } from '../database.ts';
import { overdueDestruction } from '../destruction.ts';
import { codeLifeMs } from '../people/oneTimeCode.ts';
import { nowOf, type Vault } from '../vault.ts';
import { raiseSystemAlarm } from './alarms.ts';
import { tellOfLapsedEmergencies } from './lapsedEmergencies.ts';
import { tendCanaries } from './makeCanaries.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How often is looked: an alarm is raised well within the minute. */
const lookEveryMs = 15_000;
/** Looks between two of which a canary may be made. */
const looksPerCanary = 60;

/** Looks for what no single request shows, and raises alarms. Safe in several processes at once. */
export async function watch(vault: Vault): Promise<void> {
  if (await codesAreGuessed(vault)) await raiseSystemAlarm(vault, 'one-time-codes');
  if (await registrationsFlood(vault)) await raiseSystemAlarm(vault, 'registrations');
  await tellOfLapsedEmergencies(vault);
  const overdue = await overdueDestruction(vault);
  // It stays overdue until somebody has mended it: whoever acknowledged it has so long before being told again.
  if (overdue.noRun || overdue.days.length > 0) await raiseSystemAlarm(vault, 'destruction-overdue', hourMs);
}

async function codesAreGuessed(vault: Vault): Promise<boolean> {
  const failed = firstRow(await vault.database.query<{ count: number }>('SELECT count(*)::int AS count FROM vault.failed_code WHERE failed_at > $1', [
    new Date(nowOf(vault).getTime() - hourMs),
  ]));
  return (failed?.count ?? 0) >= vault.limits.failedCodesPerHour;
}

/** Whoever they say they are: each registration names a person, so that a flood of them is a flood of people asked about. */
async function registrationsFlood(vault: Vault): Promise<boolean> {
  // Found by the moment at which their code is out of time, which is indexed.
  const begun = firstRow(await vault.database.query<{ count: number }>('SELECT count(*)::int AS count FROM vault.registration WHERE expires_at > $1', [
    new Date(nowOf(vault).getTime() + codeLifeMs - minuteMs),
  ]));
  return (begun?.count ?? 0) >= vault.limits.registrationsPerMinute;
}

/** Runs {@link watch} every few seconds, and now and then makes a canary where the city has too few. Returns how to stop. */
export function scheduleWatch(vault: Vault, failed: (error: unknown) => void): { readonly look: () => Promise<void>; readonly stop: () => void } {
  let running: Promise<void> | null = null;
  let looks = 0;
  const look = () => {
    running ??= watch(vault).catch(failed).finally(() => {
      running = null;
    });
    return running;
  };
  const timer = setInterval(() => {
    // What is being ended is not watched any more, and gets no new people.
    if (vault.sunset.begun) return;
    looks += 1;
    void look();
    if (looks % looksPerCanary === 0) void tendCanaries(vault).catch(failed);
  }, lookEveryMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
