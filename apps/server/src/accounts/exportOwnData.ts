import type { exportMyData, HealthPseudonym, ResponseOf } from '@health-kit/api';
import { exportAccount, type CallerRequest } from '@health-kit/api/vault';
import type { Database } from '../database.ts';
import { readOwnExposures, readOwnOrders } from '../health/index.ts';
import { askVault, type VaultClient } from '../vault/index.ts';
import { venueNames } from '../venues/index.ts';
import { readOwnVisits } from '../visits/index.ts';

/**
 * What is kept about a person, for that person. The vault goes first: it checks the device, writes the read down in
 * the ledger, seals what the server must not read, and names the days whose visits are to be looked up.
 */
export async function exportOwnData(
  database: Database, vault: VaultClient, caller: { readonly request: CallerRequest; readonly health: HealthPseudonym },
): Promise<ResponseOf<typeof exportMyData>> {
  const { sealed, days } = await askVault(vault, exportAccount, { caller: caller.request });
  const visits = await readOwnVisits(database, days.map(({ subject, dayStart, dayEnd }) => ({ subject, from: new Date(dayStart), to: new Date(dayEnd) })));
  const names = await venueNames(database, visits.map(({ venueId }) => venueId));
  return {
    sealed,
    visits: visits.map((visit) => ({
      visitId: visit.visitId, venueId: visit.venueId, venueName: names.get(visit.venueId)?.name ?? null,
      arrivedAt: visit.arrivedAt.toISOString(), leftAt: visit.leftAt.toISOString(), leftAssumed: visit.leftAssumed, source: visit.source,
    })),
    orders: await readOwnOrders(database, caller.health),
    exposures: await readOwnExposures(database, caller.health),
  };
}
