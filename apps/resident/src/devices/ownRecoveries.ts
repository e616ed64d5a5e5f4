import { useSyncExternalStore } from 'react';
import { listMyRecoveries, stopMyRecoveries, type ResponseOf } from '@health-kit/api';
import type { Refusal } from '@health-kit/client';
import { deviceState, forget, keep } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';

export type OwnRecoveries = ResponseOf<typeof listMyRecoveries>;

const none: OwnRecoveries = { recoveries: [], requestedHere: null, requestedAtDesk: false, stoppedAtDesk: false, lostAt: null };
let recoveries = none;
const listeners = new Set<() => void>();

function publish(next: OwnRecoveries): void {
  recoveries = next;
  for (const listener of listeners) listener();
}

/** Asks whether another device asks for this account or has it by now, and keeps what was known where nobody answers. */
export async function refreshRecoveries(): Promise<void> {
  const answer = await callAsResident(listMyRecoveries, {});
  if (!answer.ok) return;
  const { lostAt } = answer.value;
  if (lostAt !== null && deviceState().lost === null) {
    // Nothing of the account is shown here any more: no gate would take it, and somebody may read it as their own.
    await keep({ lost: { at: lostAt } });
    await forget('pass', 'tomorrow', 'ticket', 'status', 'dependantPasses');
  }
  publish(answer.value);
}

/** "This was not me." Null when it is stopped. */
export async function stopRecoveries(): Promise<Refusal | null> {
  const answer = await callAsResident(stopMyRecoveries, {});
  if (!answer.ok) return answer;
  publish({ ...recoveries, recoveries: [] });
  return null;
}

/** Other devices that ask for this account, as last heard. */
export function useOwnRecoveries(): OwnRecoveries {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => recoveries);
}
