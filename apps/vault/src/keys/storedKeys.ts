/** The vault's long-lived keys as they are stored: in versions, of which a moment uses one and reads several. */
import { firstRow, type Database, type Queries } from '../database.ts';
import { appendEvent } from '../ledger/ledger.ts';
import type { Randomness } from '../randomness.ts';
import { splitName } from './keyNames.ts';
import type { KeyProvider } from './keyProvider.ts';

/** When a version is what. */
export interface KeyTimes {
  /** In force for signing keys: the times of the trust list. Null for keys that sign nothing. */
  readonly notBefore: Date | null;
  readonly notAfter: Date | null;
  /** From when it makes what is new; null for at once. */
  readonly usedFrom: Date | null;
}
/** One version of a key, unwrapped. */
export interface KeyVersion extends KeyTimes {
  readonly name: string;
  readonly version: number;
  readonly key: Buffer;
  /** Until when it reads, or is trusted; null for no end. */
  readonly readUntil: Date | null;
  readonly revokedAt: Date | null;
}

/** What the keys are kept with. */
export interface KeyStore {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly random: Randomness;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The keys in memory. What another vault process changed is there after the next reload. */
export interface StoredKeys {
  /** Reads all versions and their times; unwraps those that are new. */
  reload(): Promise<void>;
  has(base: string): boolean;
  /** The version that makes what is new at a moment (epoch ms), by default now. */
  usedAt(base: string, atMs?: number): KeyVersion;
  /** Every version that reads or is trusted now, newest first; with those that are not used yet. */
  readable(base: string): readonly KeyVersion[];
  /** The same and what was revoked while something may still have to be found by it. */
  remembered(base: string): readonly KeyVersion[];
  /** The newest version that was revoked, as far as it is still there; 0 for none. */
  revoked(base: string): number;
}

type Row = {
  name: string; wrapped: Buffer; kek_version: number; not_before: Date | null; not_after: Date | null;
  used_from: Date | null; read_until: Date | null; revoked_at: Date | null;
};

/** @param prepare makes of a version what it is used as, before anybody can be given it */
export function storedKeys({ database, provider, now }: KeyStore, prepare: (base: string, version: KeyVersion) => Promise<void>): StoredKeys {
  /** Newest first. */
  let byBase: ReadonlyMap<string, readonly KeyVersion[]> = new Map();

  function versionsOf(base: string): readonly KeyVersion[] {
    const versions = byBase.get(base);
    if (versions === undefined) throw new Error('a key is missing');
    return versions;
  }

  async function read(): Promise<void> {
    const { rows: keks } = await database.query<{ version: number }>('SELECT version FROM vault.kek');
    provider.useKeks(keks.map(({ version }) => version));
    const { rows } = await database.query<Row>(
      'SELECT name, wrapped, kek_version, not_before, not_after, used_from, read_until, revoked_at FROM vault.sealed_key',
    );
    const found = new Map<string, KeyVersion[]>();
    for (const row of rows) {
      const { base, version } = splitName(row.name);
      const versions = found.get(base) ?? [];
      const known = byBase.get(base)?.find(({ name }) => name === row.name);
      versions.push({
        name: row.name, version, key: known?.key ?? (await provider.unwrap(row.name, { wrapped: row.wrapped, kekVersion: row.kek_version })),
        notBefore: row.not_before, notAfter: row.not_after, usedFrom: row.used_from, readUntil: row.read_until, revokedAt: row.revoked_at,
      });
      found.set(base, versions);
    }
    for (const [base, versions] of found) {
      versions.sort((a, b) => b.version - a.version);
      for (const version of versions) await prepare(base, version);
    }
    byBase = found;
  }

  const lasting = (base: string) => versionsOf(base).filter(({ readUntil }) => readUntil === null || readUntil.getTime() > now());

  let last: Promise<void> = Promise.resolve();
  return {
    reload() {
      // One after the other: an older read must not replace a newer one.
      last = last.catch(() => undefined).then(read);
      return last;
    },
    has: (base) => byBase.has(base),
    usedAt(base, atMs = now()) {
      const left = versionsOf(base).filter(({ revokedAt }) => revokedAt === null);
      // Before the first that is left was used there is only that one: the others were revoked.
      const used = left.find(({ usedFrom }) => usedFrom === null || usedFrom.getTime() <= atMs) ?? left.at(-1);
      if (used === undefined) throw new Error('every version of a key is revoked');
      return used;
    },
    readable: (base) => lasting(base).filter(({ revokedAt }) => revokedAt === null),
    remembered: lasting,
    revoked: (base) => versionsOf(base).find(({ revokedAt }) => revokedAt !== null)?.version ?? 0,
  };
}

/** Stores a key that was just made, if no key has its name; making it is an event in the ledger. */
export async function storeKey(queries: Queries, { provider, random, now }: KeyStore, ledgerEventKey: Uint8Array, name: string, made: Uint8Array, times: KeyTimes): Promise<boolean> {
  const { wrapped, kekVersion } = await provider.wrap(name, made);
  const createdAt = new Date(now());
  const inserted = await queries.query(
    `INSERT INTO vault.sealed_key (name, wrapped, kek_version, created_at, not_before, not_after, used_from) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT DO NOTHING`,
    [name, wrapped, kekVersion, createdAt, times.notBefore, times.notAfter, times.usedFrom],
  );
  if (inserted.rowCount === 0) return false;
  await appendEvent(queries, random, ledgerEventKey, { type: 'key-created', at: createdAt.toISOString(), key: name });
  return true;
}

/** The number of a key's newest version, in use or not. */
export async function newestVersion(queries: Queries, base: string): Promise<number> {
  const row = firstRow(await queries.query<{ names: string[] }>("SELECT coalesce(array_agg(name), '{}') AS names FROM vault.sealed_key WHERE name = $1 OR name LIKE $1 || '/%'", [base]));
  return Math.max(0, ...(row?.names ?? []).map(splitName).filter((each) => each.base === base).map(({ version }) => version));
}
