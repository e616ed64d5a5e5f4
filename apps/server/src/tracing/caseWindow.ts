import { infectiousWindow, MINUTE_MS, type TimeWindow } from '@health-kit/policy';
import { profileInForce } from '../health/index.ts';
import { visitRetentionDays } from '../retention.ts';

/**
 * The time in which a case may be traced now: the profile's infectious window
 * around the sampling, never past now nor back beyond the visits that are
 * kept. A window that lies wholly before those is the one minute at its edge.
 */
export function caseWindow(sampledAtMs: number, nowMs: number): TimeWindow {
  const { from, to } = infectiousWindow({ onsetAt: null, sampledAt: sampledAtMs, profile: profileInForce, now: new Date(nowMs), visitTermDays: visitRetentionDays });
  return { from, to: Math.max(to, from + MINUTE_MS) };
}
