import type { KeyObject } from 'node:crypto';
import { SealError } from './sealing.ts';

/** The versions of the key-encryption key that this process has in memory. */
export interface LoadedKeks {
  /** A version, loaded when it is not in memory: another process may have made it. @throws {SealError} when it is not there */
  find(version: number): Promise<KeyObject>;
  /** The version that wraps. */
  used(): Promise<{ readonly version: number; readonly kek: KeyObject }>;
  /** See `KeyProvider.useKeks`. */
  readonly use: (versions: readonly number[]) => void;
}

/** @param load reads a version where the provider keeps it; null when it is not there */
export function loadedKeks(load: (version: number) => Promise<KeyObject | null>): LoadedKeks {
  const inMemory = new Map<number, KeyObject>();
  let newest = 1;
  /** Not among the versions at the last look. A row that was read a moment before may still have to be unwrapped. */
  let leaving = new Set<number>();

  async function find(version: number): Promise<KeyObject> {
    const known = inMemory.get(version);
    if (known !== undefined) return known;
    const loaded = await load(version);
    if (loaded === null) throw new SealError('a version of the key-encryption key is not there');
    inMemory.set(version, loaded);
    return loaded;
  }
  return {
    find,
    used: async () => ({ version: newest, kek: await find(newest) }),
    use(versions) {
      if (versions.length === 0) return;
      newest = Math.max(...versions);
      const absent = [...inMemory.keys()].filter((version) => version < newest && !versions.includes(version));
      for (const version of absent) if (leaving.has(version)) inMemory.delete(version);
      leaving = new Set(absent);
    },
  };
}
