import { serverContact } from '../connection/serverContact.ts';
import { refreshCardList, refreshStatusLists, refreshTrust } from '../scan/trust.ts';
import { deliverScans } from './deliver.ts';
import { gateState } from './gateStore.ts';
import { ensureGateTicket } from './gateTicket.ts';

const listsEveryMs = 60_000;
/** A key that was revoked is believed no longer than this, while there is a network. */
const trustEveryMs = 60_000;
/** A card that was lost is refused after this, while there is a network. */
const cardsEveryMs = 120_000;
/** First and longest wait after a delivery that did not succeed, ms. */
const firstRetryMs = 5_000;
const longestRetryMs = 5 * 60_000;
/** Visits of one moment go together. */
const gatherMs = 800;

let retryMs = firstRetryMs;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Delivers soon; later and later while it does not succeed, and never in step with other gates. */
export function deliverSoon(afterMs = gatherMs): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    void deliverScans().catch(() => false).then((delivered) => {
      if (delivered) {
        retryMs = firstRetryMs;
        return;
      }
      deliverSoon(retryMs * (0.5 + Math.random()));
      retryMs = Math.min(longestRetryMs, retryMs * 2);
    });
  }, afterMs);
}

/** Keeps ticket, trust list, status lists and the queue current for as long as the page is open. */
export function keepGateCurrent(): void {
  let trustAtMs = Number.NEGATIVE_INFINITY;
  let cardsAtMs = Number.NEGATIVE_INFINITY;
  const refresh = async (): Promise<void> => {
    if (!navigator.onLine) return;
    const now = performance.now();
    // While the service does not answer, this is also what finds out that it does again.
    if (gateState().trust === null || !serverContact().reachable || now - trustAtMs >= trustEveryMs) {
      const outcome = await refreshTrust();
      if (outcome.ok) trustAtMs = now;
    }
    if (gateState().session === null || gateState().ended !== null || !serverContact().reachable) return;
    // Asked for each time: so a gate without visitors hears, too, that it was ended.
    await ensureGateTicket(true);
    await refreshStatusLists();
    if (now - cardsAtMs < cardsEveryMs) return;
    cardsAtMs = now;
    await refreshCardList();
  };
  const refreshNow = () => void refresh().catch(() => undefined);
  refreshNow();
  deliverSoon();
  setInterval(refreshNow, listsEveryMs);
  window.addEventListener('online', () => {
    retryMs = firstRetryMs;
    refreshNow();
    deliverSoon();
  });
}
