/** The database as the server's own role. Every query names its columns; every wait has an end. */
import pg from 'pg';

/** The database did not answer, or not in time. What was sent may or may not have been stored: *unknown*, to be repeated. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** What runs a query: the database, or one transaction of it. */
export interface Queryable {
  /** Runs one statement and returns its rows. Throws {@link DatabaseUnavailableError}, or pg's `DatabaseError` for a refused statement. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[], options?: QueryOptions): Promise<Row[]>;
}
export interface QueryOptions {
  /** Milliseconds until the answer counts as unknown; 10 s unless said. */
  readonly deadlineMs?: number;
  /** Prepares the statement under this name, once a connection. */
  readonly name?: string;
}

/** What one process does at a time: a table without rows, locked for the length of a transaction. */
export type Turn = 'health.turn_fact_change' | 'trace.turn_case_file';

export interface Database extends Queryable {
  /** Runs `work` in one transaction; commits when it returns and rolls back when it throws. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  /** Runs `work` if no other process has this turn at the moment; null when one does. */
  inTurn<Result>(turn: Turn, work: (transaction: Queryable) => Promise<Result>): Promise<Result | null>;
  close(): Promise<void>;
}

const usualDeadlineMs = 10_000;
const connectDeadlineMs = 3_000;

// A calendar day is text on the wire and in our types; pg would make it midnight of the machine's own zone.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** Opens a pool of at most `connections` connections; they are made when first needed. */
export function openDatabase(databaseUrl: string, connections = 16): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl, max: connections, connectionTimeoutMillis: connectDeadlineMs,
    application_name: 'health-kit server', types, keepAlive: true,
  });
  // An idle connection that breaks is the pool's to replace; without a listener it would end the process.
  pool.on('error', () => undefined);
  const unacknowledged = new WeakSet<pg.PoolClient>();
  /** Connections in an unknown state; they are closed instead of being used again. */
  const broken = new WeakSet<pg.PoolClient>();
  pool.on('connect', (client) => {
    // The pool listens to idle clients only; one that breaks while it is in use would end the process too.
    client.on('error', () => broken.add(client));
    client.on('notice', (notice) => {
      // A commit that waited in vain for its synchronous standby succeeds with this warning (PostgreSQL, syncrep.c).
      if (notice.code === '57014' || notice.code === '57P01') unacknowledged.add(client);
    });
  });

  async function run<Row extends pg.QueryResultRow>(client: pg.PoolClient, text: string, values: readonly unknown[], options: QueryOptions): Promise<Row[]> {
    const statement = { text, values: [...values], query_timeout: options.deadlineMs ?? usualDeadlineMs, ...(options.name === undefined ? {} : { name: options.name }) };
    try {
      const { rows } = await client.query<Row>(statement);
      if (!unacknowledged.has(client)) return rows;
    } catch (error) {
      if (isRefusedStatement(error)) throw error;
      broken.add(client);
      throw new DatabaseUnavailableError('the statement did not finish', { cause: error });
    }
    broken.add(client);
    throw new DatabaseUnavailableError('the standby did not confirm the commit');
  }

  async function withClient<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    let client;
    try {
      client = await pool.connect();
    } catch (error) {
      throw new DatabaseUnavailableError('no connection', { cause: error });
    }
    try {
      return await work(client);
    } finally {
      client.release(broken.has(client));
    }
  }

  const inTransaction = <Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> =>
    withClient(async (client) => {
      await run(client, 'BEGIN', [], {});
      const transaction: Queryable = { query: (text, values = [], options = {}) => run(client, text, values, options) };
      let result;
      try {
        result = await work(transaction);
      } catch (error) {
        if (!broken.has(client)) await run(client, 'ROLLBACK', [], {}).catch(() => undefined);
        throw error;
      }
      await run(client, 'COMMIT', [], {});
      return result;
    });

  return {
    query: (text, values = [], options = {}) => withClient((client) => run(client, text, values, options)),
    transaction: inTransaction,
    inTurn: (turn, work) =>
      inTransaction(async (transaction) => {
        try {
          await transaction.query(`LOCK TABLE ${turn} IN EXCLUSIVE MODE NOWAIT`);
        } catch (error) {
          // SQLSTATE lock_not_available.
          if (error instanceof pg.DatabaseError && error.code === '55P03') return null;
          throw error;
        }
        return work(transaction);
      }),
    close: () => pool.end(),
  };
}

/**
 * Whether the database understood the statement and refused it, so that the connection is sound. The classes
 * are those of PostgreSQL's appendix A: connection, resources, operator's intervention and system errors are not.
 */
function isRefusedStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code !== undefined && !/^(08|53|57|58|XX)/.test(error.code);
}

/** Whether a statement was refused because a row like it exists (SQLSTATE 23505), optionally by one named constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && (constraint === undefined || error.constraint === constraint);
}
