import type { CaseId, Case } from '@health-kit/api';
import { beginTrace, type CallerRequest } from '@health-kit/api/vault';
import { MINUTE_MS, type TimeWindow } from '@health-kit/policy';
import type { Core } from '../capability.ts';
import { profileInForce } from '../health/index.ts';
import { askVault } from '../vault/index.ts';
import { venueNames } from '../venues/index.ts';
import { findIndexVisits, findOverlaps } from './findOverlaps.ts';
import { resolveOverlaps } from './resolveOverlaps.ts';
import { scoreContacts } from './scoreContacts.ts';
import { storeTrace } from './storeTrace.ts';

/**
 * Traces a case: the vault names the index person's days by the tracer's own
 * proof, the database finds who was there, the vault says which of the day
 * names are one person, the policy scores, and what was found is stored whole.
 *
 * @param window within which index visits begin; bounded by the caller to the days that visits are kept.
 * @param caseWindow what is recorded as the case's window.
 */
export async function traceOneCase(
  core: Pick<Core, 'database' | 'vault' | 'clock' | 'settings'>,
  traced: Case, window: TimeWindow, caseWindow: TimeWindow, request: CallerRequest,
): Promise<{ visits: number; contacts: number; exposures: number }> {
  const { database, vault, clock, settings } = core;
  const { traceId, subjects: answered } = await askVault(vault, beginTrace, { caller: request });
  const subjects = answered.map(({ day, dayStart, dayEnd, subject }) => ({ day, startMs: Date.parse(dayStart), endMs: Date.parse(dayEnd), subject }));

  const indexVisits = await findIndexVisits(database, subjects, window);
  const airborneTailMs = profileInForce.closeContact.airborneTailMinutes * MINUTE_MS;
  const overlaps = await findOverlaps(database, indexVisits, subjects, airborneTailMs, settings.timeZone);
  const found = await resolveOverlaps(vault, traceId, overlaps, traced.index);

  const venues = await venueNames(database, [...new Set(indexVisits.map(({ venueId }) => venueId))]);
  const contacts = await scoreContacts({
    contacts: found, indexVisits, venueKinds: new Map([...venues].map(([venueId, { kind }]) => [venueId, kind])),
    sampledAtMs: Date.parse(traced.collectedAt), profile: profileInForce,
  });
  const caseId: CaseId = traced.caseId;
  await storeTrace(database, { caseId, window: caseWindow, indexVisits, contacts }, clock.now());
  return { visits: indexVisits.length, contacts: contacts.length, exposures: contacts.reduce((sum, contact) => sum + contact.overlaps.length, 0) };
}
