import { useEffect } from 'react';

/** Keeps the screen awake while the page is seen; a gate that sleeps is a queue. Browsers without it sleep as usual. */
export function useWakeLock(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let over = false;
    const ask = () => {
      if (document.visibilityState !== 'visible') return;
      navigator.wakeLock.request('screen').then((granted) => {
        if (over) void granted.release();
        else lock = granted;
      }, () => undefined);
    };
    ask();
    // The browser takes it back whenever the page is hidden.
    document.addEventListener('visibilitychange', ask);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', ask);
      void lock?.release();
    };
  }, []);
}
