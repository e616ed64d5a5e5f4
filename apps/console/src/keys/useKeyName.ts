import type { KeyEntry } from '@health-kit/api';
import { useText } from '../text.ts';
import { sectorOf } from './inventory.ts';

/** What a key is for, in the reader's words. */
export function useKeyName(): (key: Pick<KeyEntry, 'kind' | 'name'>) => string {
  const text = useText();
  return (key) => {
    const sector = sectorOf(key);
    return sector === null ? text(`keys.kinds.${key.kind}`) : text(`keys.sectors.${sector}`);
  };
}
