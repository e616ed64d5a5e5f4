import { DAY_MS } from './durations.ts';

/** How long a proposal of orders waits for the second officer, ms; then it is over, and what still needs an order is proposed anew. */
export const PROPOSAL_TERM_MS = 3 * DAY_MS;
