import type { TracePseudonym, VenueId } from '@health-kit/api';
import { MINUTE_MS, isVenueKind, scoreContact, type ContactScore, type DiseaseProfile, type Encounter, type VenueKind } from '@health-kit/policy';
import type { IndexVisit, Overlap } from './findOverlaps.ts';

export interface ScoredContact {
  readonly contact: TracePseudonym;
  readonly score: ContactScore;
  /** Whole minutes of shared time, all encounters together, none counted twice. */
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
    const encounters = encountersOf(overlaps, options.indexVisits, kinds);
    const overlapMinutes = Math.floor(encounters.reduce((sum, encounter) => sum + encounter.overlapMinutes, 0));
    scored.push({ contact, score: scoreContact({ encounters, sampledAt: options.sampledAtMs, profile: options.profile }), overlapMinutes, overlaps });
    if (scored.length % chunkSize === 0) await turn();
  }
  return scored;
}

/**
 * Shared stays as the encounters they were: who scans the poster and is scanned by the guard has two visits and was there
 * once, so stays at one venue that overlap are one encounter, whose minutes count once.
 */
function encountersOf(overlaps: readonly Overlap[], indexVisits: readonly IndexVisit[], kinds: readonly VenueKind[]): Encounter[] {
  const merged: { indexVisit: number; fromMs: number; toMs: number; sameGate: boolean }[] = [];
  const lastAt = new Map<VenueId | undefined, (typeof merged)[number]>();
  for (const { indexVisit, fromMs, toMs, sameGate } of overlaps.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const venueId = indexVisits[indexVisit]?.venueId;
    const last = lastAt.get(venueId);
    if (last !== undefined && fromMs <= last.toMs) {
      last.toMs = Math.max(last.toMs, toMs);
      last.sameGate ||= sameGate;
    } else {
      const encounter = { indexVisit, fromMs, toMs, sameGate };
      merged.push(encounter);
      lastAt.set(venueId, encounter);
    }
  }
  return merged.map(({ indexVisit, fromMs, toMs, sameGate }) => ({
    venueKind: kinds[indexVisit] ?? 'other', overlapMinutes: (toMs - fromMs) / MINUTE_MS, startedAt: fromMs, sameGate,
  }));
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
