import type { TracePseudonym, VenueId } from '@health-kit/api';
import { MINUTE_MS, isVenueKind, scoreContact, type ContactScore, type DiseaseProfile } from '@health-kit/policy';
import type { IndexVisit, Overlap } from './findOverlaps.ts';

export interface ScoredContact {
  readonly contact: TracePseudonym;
  readonly score: ContactScore;
  /** Whole minutes of shared time, all encounters together. */
  readonly overlapMinutes: number;
  readonly overlaps: readonly Overlap[];
}

/** Contacts scored between two turns of the event loop. */
const chunkSize = 2_000;

/** Scores every contact by the profile; the process stays responsive however many there are. */
export async function scoreContacts(options: {
  readonly contacts: ReadonlyMap<TracePseudonym, readonly Overlap[]>;
  readonly indexVisits: readonly IndexVisit[];
  readonly venueKinds: ReadonlyMap<VenueId, string>;
  readonly sampledAtMs: number;
  readonly profile: DiseaseProfile;
}): Promise<ScoredContact[]> {
  const kinds = options.indexVisits.map(({ venueId }) => {
    const kind = options.venueKinds.get(venueId);
    return kind !== undefined && isVenueKind(kind) ? kind : 'other';
  });
  const scored: ScoredContact[] = [];
  for (const [contact, overlaps] of options.contacts) {
    const encounters = overlaps.map(({ indexVisit, fromMs, toMs, sameGate }) => ({
      venueKind: kinds[indexVisit] ?? 'other', overlapMinutes: (toMs - fromMs) / MINUTE_MS, startedAt: fromMs, sameGate,
    }));
    const overlapMinutes = Math.floor(encounters.reduce((sum, encounter) => sum + encounter.overlapMinutes, 0));
    scored.push({ contact, score: scoreContact({ encounters, sampledAt: options.sampledAtMs, profile: options.profile }), overlapMinutes, overlaps });
    if (scored.length % chunkSize === 0) await turn();
  }
  return scored;
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
