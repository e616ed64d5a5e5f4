import { DAY_MS, infectiousWindow, MINUTE_MS, type TimeWindow } from '@health-kit/policy';
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

/**
 * How far a trace may look now: at all visits that are kept, within the profile's term. Wider than the infectious
 * window, because a tracer also asks where the case caught it; the vault holds the asked days to the same bounds,
 * and records them with the reason.
 */
export function traceableWindow(nowMs: number): TimeWindow {
  return { from: nowMs - Math.min(visitRetentionDays, profileInForce.maxVisitTermDays) * DAY_MS, to: nowMs };
}
