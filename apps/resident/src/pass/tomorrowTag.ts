/** What the browser is asked to wake the service worker for: to fetch tomorrow's pass. */
export const tomorrowTag = 'tomorrow';
