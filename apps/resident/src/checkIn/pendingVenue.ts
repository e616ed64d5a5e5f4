/** How long a code that was opened before registration waits for its owner, milliseconds. */
const termMs = 2 * 60 * 60 * 1000;

/** The text of the poster's link that still waits for a check-in; null when there is none, or it came too long ago. */
export function waitingVenueCode(pending: { readonly text: string; readonly atMs: number } | null, nowMs: number): string | null {
  return pending !== null && nowMs - pending.atMs < termMs ? pending.text : null;
}
