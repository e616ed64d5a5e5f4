import { getPoster, inviteGate, listMyVenues, registerVenue, revokeGate, type BodyOf, type GateId, type Venue, type VenueId } from '@health-kit/api';
import type { Resident } from './resident.ts';
import { perform } from './world.ts';

export type NewVenue = BodyOf<typeof registerVenue>;

/** A resident with a proven identity who runs venues. */
export class Host {
  readonly resident: Resident;

  constructor(resident: Resident) {
    this.resident = resident;
  }

  async registerVenue(venue: NewVenue): Promise<Venue> {
    return perform(await this.resident.connection(), registerVenue, { body: venue });
  }
  async venues(): Promise<readonly Venue[]> {
    return (await perform(await this.resident.connection(), listMyVenues, {})).venues;
  }
  /** The poster, as the bytes of a PDF. */
  async poster(venueId: VenueId): Promise<Uint8Array> {
    return perform(await this.resident.connection(), getPoster, { params: { venueId } });
  }
  /** A one-time code with which a scanning device becomes a gate. */
  async inviteGate(venueId: VenueId, name: string) {
    return perform(await this.resident.connection(), inviteGate, { params: { venueId }, body: { name } });
  }
  /** Ends a gate, whether it was enrolled or not. */
  async revokeGate(venueId: VenueId, gateId: GateId): Promise<void> {
    await perform(await this.resident.connection(), revokeGate, { params: { venueId, gateId } });
  }
}
