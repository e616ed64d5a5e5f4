import { useSyncExternalStore } from 'react';

/**
 * Large type: everything a third larger, targets of 60 px. The choice is
 * remembered on this device and stands on <html data-type="large">.
 */
const rememberedAs = 'health-kit.large-type';
const listeners = new Set<() => void>();

function isLarge(): boolean {
  return document.documentElement.dataset['type'] === 'large';
}

/** Applies the remembered choice; call before the first render, so that nothing jumps. */
export function restoreLargeType(): void {
  try {
    apply(localStorage.getItem(rememberedAs) === 'yes');
  } catch {
    apply(false);
  }
}

function apply(large: boolean): void {
  if (large) document.documentElement.dataset['type'] = 'large';
  else delete document.documentElement.dataset['type'];
}

function setLarge(large: boolean): void {
  apply(large);
  try {
    localStorage.setItem(rememberedAs, large ? 'yes' : 'no');
  } catch {
    // A browser that refuses storage still switches, for as long as the page is open.
  }
  for (const listener of listeners) listener();
}

export function useLargeType(): { readonly large: boolean; readonly setLarge: (large: boolean) => void } {
  const large = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isLarge);
  return { large, setLarge };
}
