import type { ServerSettings, Clock } from '@health-kit/api/process-settings';
import type { Authorizer, DayKeys, RevokedKeys } from './authority/index.ts';
import type { Database } from './database.ts';
import type { Log } from './logging.ts';
import type { Routes } from './routes.ts';
import type { Sweeps } from './sweeps.ts';
import type { Trust } from './system/index.ts';
import type { VaultClient } from './vault/index.ts';

/** What every capability is built from. */
export interface Core {
  readonly settings: ServerSettings;
  readonly clock: Clock;
  /** Bytes that nobody can guess. */
  readonly randomBytes: (length: number) => Buffer;
  readonly database: Database;
  readonly vault: VaultClient;
  readonly routes: Routes;
  readonly authorizer: Authorizer;
  readonly dayKeys: DayKeys;
  readonly revokedKeys: RevokedKeys;
  readonly trust: Trust;
  readonly sweeps: Sweeps;
  readonly log: Log;
}

/** A capability registers its routes and sweeps; what it must finish before the process ends, it returns. */
export type Capability = (core: Core) => void | { close(): Promise<void> };
