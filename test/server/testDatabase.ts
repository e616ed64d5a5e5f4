/** A migrated database of its own for tests of SQL, with the server's role and nothing else of the system. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDatabase, newPassword, prepareDatabase, urlOfRole } from '../../apps/healthkit/src/databaseAccess.ts';
import { embeddedAdminUrl, startEmbeddedPostgres } from '../../apps/healthkit/src/embeddedPostgres.ts';
import { openDatabase, type Database } from '../../apps/server/src/database.ts';

export interface TestDatabase {
  /** Signed in as hk_server, with exactly its grants. */
  readonly database: Database;
  /** Signed in as the superuser: to load rows in bulk and to look at plans. */
  readonly admin: Database;
  close(): Promise<void>;
}

export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'hk-db-'));
  const superuserPassword = newPassword();
  const server = await startEmbeddedPostgres({
    cluster: join(folder, 'postgres'), socketFolder: folder, superuserPassword, logFile: join(folder, 'postgres.log'), signal: new AbortController().signal,
  });
  try {
    const url = await ensureDatabase(embeddedAdminUrl(folder, superuserPassword), 'healthkit');
    const passwords = { hk_server: newPassword(), hk_vault: newPassword() };
    await prepareDatabase(url, passwords);
    const database = openDatabase(urlOfRole(url, 'hk_server', passwords.hk_server));
    const admin = openDatabase(url, 2);
    return {
      database, admin,
      close: async () => {
        await Promise.all([database.close(), admin.close()]);
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
