import { DAY_MS, MAX_VISIT_TERM_DAYS } from '@health-kit/policy';
import type { FieldError } from '@health-kit/ui';

/** What is wrong with the asked window, epoch ms; null is what cannot be read as a time. */
export type BoundFault = { readonly fieldId: 'from'; readonly fault: 'from' | 'early' } | { readonly fieldId: 'to'; readonly fault: 'to' | 'order' | 'ahead' };

/** The earliest moment a trace may begin with: visits are kept so long. */
export function earliestTraceMs(nowMs: number): number {
  return nowMs - MAX_VISIT_TERM_DAYS * DAY_MS;
}

/** The faults of a window, so that each stands at its field before anything is sent. */
export function boundFaults(fromMs: number | null, toMs: number | null, nowMs: number): readonly BoundFault[] {
  const faults: BoundFault[] = [];
  if (fromMs === null) faults.push({ fieldId: 'from', fault: 'from' });
  else if (fromMs < earliestTraceMs(nowMs)) faults.push({ fieldId: 'from', fault: 'early' });
  if (toMs === null) faults.push({ fieldId: 'to', fault: 'to' });
  else if (fromMs !== null && fromMs >= toMs) faults.push({ fieldId: 'to', fault: 'order' });
  else if (toMs > nowMs + leewayMs) faults.push({ fieldId: 'to', fault: 'ahead' });
  return faults;
}

/** By how much this computer's clock may run ahead. */
const leewayMs = 60_000;

/** The fields that the server named all the same, as faults of this form. */
export function refusedBounds(pointers: readonly string[]): readonly FieldError['fieldId'][] {
  return (['from', 'to'] as const).filter((field) => pointers.includes(`/body/${field}`));
}
