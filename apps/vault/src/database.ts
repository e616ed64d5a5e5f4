import pg from 'pg';

/** What a statement answered. */
export interface Rows<Row> {
  readonly rows: Row[];
  /** Rows returned, or changed where the statement returns none. */
  readonly rowCount: number;
}

/** Runs one statement; a pool or a connection within a transaction. */
export interface Queries {
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Rows<Row>>;
}

/** The vault's database, as login role hk_vault. */
export interface Database extends Queries {
  /** Runs `work` in one transaction, committed when it returns and rolled back when it throws. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A commit stands on this server alone: whether it lasts is unknown, and so it is not acknowledged. */
export class UnacknowledgedCommit extends Error {
  override readonly name = 'UnacknowledgedCommit';
}

/**
 * Opens a pool of connections. Statements are unnamed, so that PgBouncer in transaction mode can stand between.
 *
 * @param url with the password of the role, which no error message repeats
 */
export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 16, statement_timeout: 20_000, connectionTimeoutMillis: 10_000, application_name: 'health-kit vault' });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  const unacknowledged = new WeakSet<pg.PoolClient>();
  pool.on('connect', (client) => {
    // Nor may one that breaks while it is in use, to which the pool does not listen; its statement fails, and with it the connection goes.
    client.on('error', () => undefined);
    client.on('notice', ({ code }) => {
      // A commit that waited in vain for its synchronous standby succeeds with this warning (PostgreSQL, syncrep.c).
      if (code === '57014' || code === '57P01') unacknowledged.add(client);
    });
  });
  return {
    query: (sql, values) => run(pool, sql, values),
    async transaction(work) {
      const client = await pool.connect();
      let broken = false;
      try {
        await client.query('BEGIN');
        const result = await work({ query: (sql, values) => run(client, sql, values) });
        await client.query('COMMIT');
        if (unacknowledged.delete(client)) throw new UnacknowledgedCommit('the commit was not confirmed by the standby');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

async function run<Row extends pg.QueryResultRow>(target: pg.Pool | pg.PoolClient, sql: string, values: readonly unknown[] = []): Promise<Rows<Row>> {
  const { rows, rowCount } = await target.query<Row>(sql, [...values]);
  return { rows, rowCount: rowCount ?? 0 };
}

/** The only row of an answer, or null where there is none. */
export function firstRow<Row>(answer: { readonly rows: readonly Row[] }): Row | null {
  return answer.rows[0] ?? null;
}
