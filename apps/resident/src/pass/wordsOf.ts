import type { Words } from '@health-kit/policy';

/** The words behind a key of packages/policy; null for a key this version does not know. */
export function wordsOf(table: Readonly<Record<string, Words>>, key: string): Words | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}
