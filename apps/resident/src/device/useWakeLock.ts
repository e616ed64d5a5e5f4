import { useEffect } from 'react';

/**
 * Keeps the screen awake for as long as the caller is on it (Screen Wake Lock). The browser lets go of the lock when
 * the page is hidden; it is taken again on return. Where the browser has none, or refuses because the battery is low,
 * the screen sleeps as it always does.
 */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let over = false;
    let held: WakeLockSentinel | null = null;
    const take = async () => {
      if (document.visibilityState !== 'visible' || (held !== null && !held.released)) return;
      try {
        const lock = await navigator.wakeLock.request('screen');
        if (over) await lock.release();
        else held = lock;
      } catch {
        // Refused: nothing that somebody at an entrance could do about it.
      }
    };
    const returned = () => void take();
    returned();
    document.addEventListener('visibilitychange', returned);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', returned);
      void held?.release();
    };
  }, []);
}
