import { getMyStatus } from '@health-kit/api';
import type { Core } from '../capability.ts';
import { utcOffsetMinutes } from './utcOffset.ts';
import { explainStatus } from './explainStatus.ts';
import { profileInForce } from './profileInForce.ts';
import { readFacts } from './readFacts.ts';
import { factChangesSweep, tellVaultOfChanges } from './tellVaultOfChanges.ts';

/** Statuses, and the word to the vault when one may have changed. */
export function health(core: Core): void {
  const { routes, database, vault, clock, settings } = core;

  routes.resident(getMyStatus, async ({ caller }) => {
    const now = new Date(clock.now());
    const facts = await readFacts(database, caller.health);
    return explainStatus(facts, {
      identityProven: caller.identityProven, now, profile: profileInForce, utcOffsetMinutes: utcOffsetMinutes(now.getTime(), settings.timeZone),
    });
  });

  core.sweeps.add({
    name: factChangesSweep, everyMs: 3_000,
    run: async () => {
      await tellVaultOfChanges(database, vault, clock);
    },
  });
}
