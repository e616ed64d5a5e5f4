import { SystemEnded, type StartError } from './startError.ts';

/**
 * Waits until the operator stops what runs here, or it is over by itself.
 *
 * @param failed when a process does not stay up, or the system was ended
 * @returns what to say where the system was ended for good, as was decided; null where the operator stopped it
 * @throws {StartError} when a process does not stay up
 */
export async function untilOver(failed: Promise<StartError>, signal: AbortSignal): Promise<string | null> {
  const reason = await Promise.race([aborted(signal), failed]);
  if (reason === null) return null;
  if (reason instanceof SystemEnded) return reason.message;
  throw reason;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
