import { eveningMs, issuePass } from '@health-kit/api';
import { isTicketOfToday } from '@health-kit/client';
import { deviceState, forget, keep } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { readKeptPass } from './readKeptPass.ts';
import { momentOfEvening } from './momentOfEvening.ts';
import { tomorrowTag } from './tomorrowTag.ts';

/** How often the app looks whether it is time, and after which time it asks again where nobody answered, ms. */
const lookMs = 60_000;
/** How often the browser is asked to wake the worker at most, ms: an evening is six hours long. */
const wakeMs = 3 * 3_600_000;
/** When this evening's pass is fetched; of another evening, and none, before the app has looked. */
let plan: { readonly dayEnd: string; readonly atMs: number } | null = null;
let midnight: ReturnType<typeof setTimeout> | undefined;

/**
 * Keeps the pass of tomorrow ready, whatever page is open: fetches it at a moment of the evening of its own, and takes
 * it up at local midnight without asking anybody, so that the city's phones neither go dark then nor ask all at once.
 */
export function keepTomorrowReady(): void {
  const look = () => void lookForTomorrow(false);
  const opened = () => void lookForTomorrow(document.visibilityState === 'visible');
  opened();
  document.addEventListener('visibilitychange', opened);
  window.addEventListener('online', look);
  setInterval(look, lookMs);
  // While the app is closed the worker does it, where the browser wakes it.
  void navigator.serviceWorker?.ready.then((registration) => registration.periodicSync?.register(tomorrowTag, { minInterval: wakeMs })).catch(() => {
    // Not granted, as in an app that is not installed.
  });
}

/** `opened`: somebody has just begun to look at the app, which spreads by itself. */
export async function lookForTomorrow(opened: boolean): Promise<void> {
  await takeUp();
  const { tomorrow, pass, ticket } = deviceState();
  const now = Date.now();
  clearTimeout(midnight);
  if (tomorrow !== null) midnight = setTimeout(() => void takeUp(), Math.max(0, (validFromMs(tomorrow.pass) ?? now) - now));
  if (tomorrow !== null || pass === null || ticket === null || !isTicketOfToday(ticket, now)) return;
  const dayEndMs = Date.parse(ticket.dayEnd);
  if (plan?.dayEnd !== ticket.dayEnd || (opened && now >= dayEndMs - eveningMs)) plan = { dayEnd: ticket.dayEnd, atMs: momentOfEvening(now, dayEndMs, Math.random()) };
  if (now >= plan.atMs) await fetchTomorrow();
}

let underWay: Promise<void> | null = null;

/** Fetches tomorrow's pass. Where that fails today's goes on, and the next look asks again. */
export function fetchTomorrow(): Promise<void> {
  underWay ??= fetchOnce().finally(() => { underWay = null; });
  return underWay;
}

async function fetchOnce(): Promise<void> {
  const answer = await callAsResident(issuePass, { body: { day: 'tomorrow' } });
  if (!answer.ok) return;
  await keep({ tomorrow: answer.value });
  await lookForTomorrow(false);
}

/** From its first moment on tomorrow's pass is today's. One that was fetched anew after midnight is newer still, and stays. */
async function takeUp(): Promise<void> {
  const { tomorrow, pass } = deviceState();
  if (tomorrow === null) return;
  const fromMs = validFromMs(tomorrow.pass);
  if (fromMs !== null && Date.now() < fromMs) return;
  if (fromMs !== null && (pass === null || pass.day < tomorrow.day)) await keep({ pass: tomorrow });
  await forget('tomorrow');
}

/** When a pass begins to be valid, epoch ms; null for what is none. */
function validFromMs(pass: string): number | null {
  const kept = readKeptPass(pass);
  return kept === null ? null : kept.claims.issuedAt * 1000;
}
