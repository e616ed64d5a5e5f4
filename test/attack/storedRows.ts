import pg from 'pg';

/** Every row of every table, as a digest; by table. */
export type StoredRows = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Digests of all rows of all tables but PostgreSQL's own. */
export async function storedRows(databaseUrl: string): Promise<StoredRows> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1`,
    );
    const stored = new Map<string, Map<string, number>>();
    for (const { name } of tables) {
      const { rows } = await client.query<{ digest: string }>(`SELECT md5(t::text) AS digest FROM ${name} t`);
      const digests = new Map<string, number>();
      for (const { digest } of rows) digests.set(digest, (digests.get(digest) ?? 0) + 1);
      stored.set(name, digests);
    }
    return stored;
  } finally {
    await client.end();
  }
}

/** What differs between two states, a line a table; tables in `mayGrow` may have rows more, and lose or change none. */
export function changedRows(before: StoredRows, after: StoredRows, mayGrow: ReadonlySet<string> = new Set()): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((table) => {
    const lost = missing(before.get(table), after.get(table));
    const added = missing(after.get(table), before.get(table));
    if (lost === 0 && (added === 0 || mayGrow.has(table))) return [];
    return [`${table}: ${added} rows added, ${lost} lost`];
  });
}

function missing(from: ReadonlyMap<string, number> | undefined, inOther: ReadonlyMap<string, number> | undefined): number {
  let count = 0;
  for (const [digest, times] of from ?? []) count += Math.max(0, times - (inOther?.get(digest) ?? 0));
  return count;
}
