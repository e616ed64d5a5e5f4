/** The rows of venues and gates. */
import type { GateId, Venue, VenueId, VenueKind, VenuePseudonym } from '@health-kit/api';
import type { Queryable } from '../database.ts';

export interface VenueRow {
  venue_id: VenueId;
  name: string;
  kind: VenueKind;
  address: string;
  latitude: number | null;
  longitude: number | null;
  venue_code: string | null;
  created_at: Date;
}
interface GateRow { gate_id: GateId; venue_id: VenueId; name: string; enrolled_at: Date | null }

export async function insertVenue(queries: Queryable, venue: {
  readonly venueId: VenueId; readonly host: VenuePseudonym; readonly name: string; readonly kind: VenueKind; readonly address: string;
  readonly latitude: number | null; readonly longitude: number | null; readonly usualStayMinutes: number; readonly createdAt: Date;
}): Promise<void> {
  await queries.query(
    `INSERT INTO venue.venue (venue_id, host, name, kind, address, latitude, longitude, usual_stay_minutes, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [venue.venueId, venue.host, venue.name, venue.kind, venue.address, venue.latitude, venue.longitude, venue.usualStayMinutes, venue.createdAt],
  );
}

export async function storeVenueCode(queries: Queryable, venueId: VenueId, venueCode: string): Promise<void> {
  await queries.query('UPDATE venue.venue SET venue_code = $2 WHERE venue_id = $1', [venueId, venueCode]);
}

/** Venues of a host, oldest first. */
export function venuesOfHost(queries: Queryable, host: VenuePseudonym): Promise<VenueRow[]> {
  return queries.query<VenueRow>(
    `SELECT venue_id, name, kind, address, latitude, longitude, venue_code, created_at
     FROM venue.venue WHERE host = $1 ORDER BY created_at, venue_id`, [host],
  );
}

/** One venue, if it is the host's own. */
export async function venueOfHost(queries: Queryable, host: VenuePseudonym, venueId: VenueId): Promise<VenueRow | undefined> {
  const [row] = await queries.query<VenueRow>(
    `SELECT venue_id, name, kind, address, latitude, longitude, venue_code, created_at
     FROM venue.venue WHERE venue_id = $1 AND host = $2`, [venueId, host],
  );
  return row;
}

/** Gates in service or invited, oldest first. */
export function gatesOfVenues(queries: Queryable, venueIds: readonly VenueId[]): Promise<GateRow[]> {
  return queries.query<GateRow>(
    'SELECT gate_id, venue_id, name, enrolled_at FROM venue.gate WHERE venue_id = ANY($1::uuid[]) AND revoked_at IS NULL ORDER BY created_at, gate_id', [venueIds],
  );
}

export async function insertGate(queries: Queryable, gate: {
  readonly gateId: GateId; readonly venueId: VenueId; readonly name: string; readonly codeDigest: Buffer; readonly codeExpiresAt: Date; readonly createdAt: Date;
}): Promise<void> {
  await queries.query(
    'INSERT INTO venue.gate (gate_id, venue_id, name, code_digest, code_expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [gate.gateId, gate.venueId, gate.name, gate.codeDigest, gate.codeExpiresAt, gate.createdAt],
  );
}

/** Binds a key to the gate whose one-time code this is, and uses the code up; undefined when no live code has the digest. */
export async function enrolGateByCode(queries: Queryable, codeDigest: Buffer, keyThumbprint: string, now: Date): Promise<GateId | undefined> {
  const [row] = await queries.query<{ gate_id: GateId }>(
    `UPDATE venue.gate SET key_thumbprint = $2, enrolled_at = $3, code_digest = NULL, code_expires_at = NULL
     WHERE code_digest = $1 AND code_expires_at > $3 RETURNING gate_id`, [codeDigest, keyThumbprint, now],
  );
  return row?.gate_id;
}

/** Ends a gate of a venue, with its invitation; ending it again is success. False where the venue has no such gate. */
export async function endGate(queries: Queryable, venueId: VenueId, gateId: GateId, now: Date): Promise<boolean> {
  const rows = await queries.query<{ gate_id: GateId }>(
    `UPDATE venue.gate SET revoked_at = coalesce(revoked_at, $3), code_digest = NULL, code_expires_at = NULL
     WHERE venue_id = $1 AND gate_id = $2 RETURNING gate_id`, [venueId, gateId, now],
  );
  return rows.length > 0;
}

/** Keys of gates that were ended at a moment or later. */
export function endedGates(queries: Queryable, since: Date): Promise<{ key_thumbprint: string; revoked_at: Date }[]> {
  return queries.query<{ key_thumbprint: string; revoked_at: Date }>(
    'SELECT key_thumbprint, revoked_at FROM venue.gate WHERE revoked_at >= $1 AND key_thumbprint IS NOT NULL', [since],
  );
}

export interface EnrolledGate { gate_id: GateId; gate_name: string; venue_id: VenueId; venue_name: string; venue_kind: VenueKind; ended: boolean }

/** The gate of a key, with its venue, also one that was ended. */
export async function gateOfKey(queries: Queryable, keyThumbprint: string): Promise<EnrolledGate | undefined> {
  const [row] = await queries.query<EnrolledGate>(
    `SELECT gate.gate_id, gate.name AS gate_name, venue.venue_id, venue.name AS venue_name, venue.kind AS venue_kind, gate.revoked_at IS NOT NULL AS ended
     FROM venue.gate AS gate JOIN venue.venue AS venue ON venue.venue_id = gate.venue_id
     WHERE gate.key_thumbprint = $1`, [keyThumbprint],
  );
  return row;
}

/** A venue as the wire has it. */
export function venueOnWire(row: VenueRow, venueCode: string, gates: readonly GateRow[]): Venue {
  return {
    venueId: row.venue_id, name: row.name, kind: row.kind, address: row.address, latitude: row.latitude, longitude: row.longitude,
    venueCode, createdAt: row.created_at.toISOString(),
    gates: gates
      .filter((gate) => gate.venue_id === row.venue_id)
      .map((gate) => ({ gateId: gate.gate_id, name: gate.name, enrolledAt: gate.enrolled_at?.toISOString() ?? null })),
  };
}
