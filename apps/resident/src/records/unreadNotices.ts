import { useSyncExternalStore } from 'react';

let unread = 0;
const listeners = new Set<() => void>();

/** Tells the pages how many notices wait to be read. */
export function setUnreadNotices(count: number): void {
  unread = count;
  for (const listener of listeners) listener();
}

export function useUnreadNotices(): number {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => unread);
}
