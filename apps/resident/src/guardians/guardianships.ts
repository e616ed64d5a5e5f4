import { confirmGuardianship, endGuardianship, issueDependantPass, listGuardianships, type Guardianships } from '@health-kit/api';
import type { Outcome, Refusal } from '@health-kit/client';
import { useSyncExternalStore } from 'react';
import { deviceState, keep } from '../device/deviceState.ts';
import { callAsResident, isProblem } from '../device/session.ts';

export type Guardianship = Guardianships['dependants'][number];
/** Somebody who asks to look after this person. */
export type GuardianRequest = Guardianships['asking'][number];

/** At most so many people are looked after by one. */
export const mostDependants = 4;
/** A dependant's pass is fetched anew after this time while there is a network, ms: its status may have changed, and a day has twenty. */
const passTermMs = 60 * 60_000;

let requests: readonly GuardianRequest[] = [];
const listeners = new Set<() => void>();

/** Who asks to look after this person, as last heard. */
export function useGuardianRequests(): readonly GuardianRequest[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => requests);
}

/** Both sides of this person. Passes of people who are no longer looked after are forgotten at once. */
export async function askGuardianships(): Promise<Outcome<Guardianships>> {
  const answer = await callAsResident(listGuardianships, {});
  if (!answer.ok) return answer;
  await forgetPasses((linkId) => !answer.value.dependants.some((link) => link.linkId === linkId));
  if (answer.value.asking.length > 0 || requests.length > 0) {
    requests = answer.value.asking;
    for (const listener of listeners) listener();
  }
  return answer;
}

/** While the pass is looked at, it is asked this often whether somebody asks to look after this person, ms. */
const requestTermMs = 5 * 60_000;
let lookedAtMs: number | null = null;

/** Looks from time to time whether somebody asks to look after this person. */
export async function lookForRequests(): Promise<void> {
  const now = Date.now();
  if (lookedAtMs !== null && now - lookedAtMs < requestTermMs) return;
  lookedAtMs = now;
  await askGuardianships();
}

/** Says yes to who asks; null when it is in force. */
export async function confirmLink(linkId: Guardianship['linkId']): Promise<Refusal | null> {
  const outcome = await callAsResident(confirmGuardianship, { params: { linkId }, body: {} });
  return outcome.ok ? null : outcome;
}

/** Ends a guardianship or a request, from either side; null when it is over. */
export async function endLink(linkId: Guardianship['linkId']): Promise<Refusal | null> {
  const outcome = await callAsResident(endGuardianship, { params: { linkId } });
  // The other side may have ended it a moment before.
  if (!outcome.ok && !isProblem(outcome, 'not-found')) return outcome;
  await forgetPasses((kept) => kept === linkId);
  return null;
}

/** Brings the kept pass of a dependant up to date. Returns what went wrong, null when nothing did; a link that has ended takes its pass along. */
export async function refreshDependantPass(linkId: Guardianship['linkId'], anew = false): Promise<Refusal | null> {
  const kept = deviceState().dependantPasses?.find((each) => each.linkId === linkId);
  const now = Date.now();
  if (!anew && kept !== undefined && now < Date.parse(kept.pass.expiresAt) && now - kept.fetchedAtMs < passTermMs) return null;
  const answer = await callAsResident(issueDependantPass, { params: { linkId }, body: {} });
  if (answer.ok) await keep({ dependantPasses: [...others(linkId), { linkId, fetchedAtMs: now, pass: answer.value }] });
  else if (isProblem(answer, 'not-found')) await forgetPasses((each) => each === linkId);
  return answer.ok ? null : answer;
}

function others(linkId: string) {
  return (deviceState().dependantPasses ?? []).filter((each) => each.linkId !== linkId);
}

async function forgetPasses(isOver: (linkId: string) => boolean): Promise<void> {
  const passes = deviceState().dependantPasses ?? [];
  if (passes.some(({ linkId }) => isOver(linkId))) await keep({ dependantPasses: passes.filter(({ linkId }) => !isOver(linkId)) });
}
