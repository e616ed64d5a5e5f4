import type { Day } from '@health-kit/api';

/** A key as it is stored. */
export interface WrappedKey {
  readonly wrapped: Buffer;
  /** Version of the key-encryption key that wraps it. */
  readonly kekVersion: number;
}

/**
 * Where the key-encryption key lives: a file for one machine, a hardware module or a key service otherwise. The
 * vault stores only what a provider has wrapped; a copy of the database alone opens nothing.
 */
export interface KeyProvider {
  readonly kind: 'file' | 'pkcs11';
  /**
   * Makes a version of the key-encryption key, if it is not there yet. It wraps nothing before {@link KeyProvider.useKeks};
   * every process unwraps what it wraps from now on.
   */
  makeKek(version: number): Promise<void>;
  /** Which versions there are, as the database says: the newest wraps from now on, and what is not among them is forgotten in memory. */
  useKeks(versions: readonly number[]): void;
  /** Destroys every version before `version`, here and for good: what they wrap opens no more, in no copy. */
  destroyKeksBefore(version: number): Promise<void>;
  /** Versions that are not destroyed. */
  kekVersions(): Promise<readonly number[]>;
  /** Wraps a key under the version in use. `name` says which key it is and is authenticated with it. */
  wrap(name: string, key: Uint8Array): Promise<WrappedKey>;
  /** Unwraps a key that was wrapped under the same name; throws `SealError` otherwise. */
  unwrap(name: string, wrapped: WrappedKey): Promise<Buffer>;
  /**
   * Wraps a day's key under a secret of that day which the provider alone holds, so that destroying the secret
   * blinds every copy of the wrapped key, in backups of the database too.
   */
  wrapForDay(day: Day, key: Uint8Array): Promise<WrappedKey>;
  /** Unwraps a day's key; null when the day's secret is destroyed. */
  unwrapForDay(day: Day, wrapped: WrappedKey): Promise<Buffer | null>;
  /** Destroys the secrets of all days before `day`. */
  destroyDaysBefore(day: Day): Promise<void>;
  /** Destroys, at the end of the system, every key that is kept elsewhere than in the key folder. */
  destroyOutsideFolder(): Promise<void>;
}
