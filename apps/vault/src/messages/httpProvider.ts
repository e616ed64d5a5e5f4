import type { MessageProvider, Submission } from './messageGateway.ts';

/** How long the gateway may take to answer. */
const usualTimeoutMs = 10_000;
/** When a message is tried again if the gateway does not say. */
const retryAfterMs = 5_000;
/** However long a gateway asks us to wait. */
const longestWaitMs = 15 * 60_000;

/**
 * Posts each message as JSON to an address of the gateway, which the vault reaches directly, not through the server.
 * Any 2xx means that the gateway has it; 408, 429 and 5xx that it shall be asked again, after `Retry-After` where it
 * says so; any other that it never takes this message.
 */
export function httpProvider(url: string, timeoutMs = usualTimeoutMs): MessageProvider {
  return {
    async submit(message) {
      try {
        const response = await fetch(url, {
          method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message), redirect: 'error', signal: AbortSignal.timeout(timeoutMs),
        });
        await response.body?.cancel();
        return outcomeOf(response);
      } catch {
        return { outcome: 'later', afterMs: retryAfterMs };
      }
    },
    close: () => Promise.resolve(),
  };
}

function outcomeOf({ ok, status, headers }: Response): Submission {
  if (ok) return { outcome: 'taken' };
  if (status !== 408 && status !== 429 && status < 500) return { outcome: 'refused' };
  return { outcome: 'later', afterMs: waitOf(headers.get('retry-after')) };
}

/** Milliseconds that a `Retry-After` in seconds asks for (RFC 9110, 10.2.3); its other form, a date, is not read. */
export function waitOf(header: string | null): number {
  return header !== null && /^\d{1,6}$/.test(header) ? Math.min(Math.max(Number(header), 1) * 1000, longestWaitMs) : retryAfterMs;
}
