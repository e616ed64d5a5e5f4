/** Tomorrow's pass is there for so long before local midnight, ms; who fetches it spreads over that evening, so that midnight is no stampede. */
export const eveningMs = 6 * 3_600_000;
