import { Type, type Static } from 'typebox';
import { GateId, Instant, Nullable, OneOf, Strict, VenueId, PlainText } from '../identifiers.ts';
import { operation } from '../operation.ts';

/** Kinds of venue; packages/policy has their names and usual stays (a test holds the two lists together). */
export const venueKinds = [
  'restaurant', 'shop', 'market', 'office', 'school', 'hospital', 'care-home', 'transport', 'culture', 'sport', 'hotel', 'worship', 'government', 'other',
] as const;
export type VenueKind = (typeof venueKinds)[number];

export const Venue = Strict({
  venueId: VenueId, name: Type.String(), kind: OneOf(venueKinds), address: Type.String(),
  latitude: Nullable(Type.Number()), longitude: Nullable(Type.Number()),
  venueCode: Type.String({ description: 'signed venue code, base64url' }), createdAt: Instant,
  gates: Type.Array(Strict({ gateId: GateId, name: Type.String(), enrolledAt: Nullable(Instant) })),
});
export type Venue = Static<typeof Venue>;

export const registerVenue = operation({
  id: 'registerVenue', capability: 'venues', method: 'POST', path: '/v1/venues', authority: { kind: 'resident', proven: true }, status: 201,
  summary: 'Register a venue; the caller becomes its host',
  body: Strict({
    name: PlainText({ maxLength: 20, description: 'at most 20 characters, as on the poster' }),
    kind: OneOf(venueKinds),
    address: PlainText({ maxLength: 120 }),
    latitude: Nullable(Type.Number({ minimum: -90, maximum: 90 })),
    longitude: Nullable(Type.Number({ minimum: -180, maximum: 180 })),
  }),
  response: Venue,
});
export const listMyVenues = operation({
  id: 'listMyVenues', capability: 'venues', method: 'GET', path: '/v1/venues', authority: { kind: 'resident', proven: true }, status: 200,
  summary: "The caller's own venues", response: Strict({ venues: Type.Array(Venue) }),
});
export const getPoster = operation({
  id: 'getPoster', capability: 'venues', method: 'GET', path: '/v1/venues/:venueId/poster', authority: { kind: 'resident', proven: true }, status: 200,
  summary: 'The poster of an own venue, A4, Chinese and English', produces: 'application/pdf',
  params: Strict({ venueId: VenueId }),
});
export const inviteGate = operation({
  id: 'inviteGate', capability: 'venues', method: 'POST', path: '/v1/venues/:venueId/gates', authority: { kind: 'resident', proven: true }, status: 201,
  summary: 'A one-time code with which a scanning device becomes a gate of an own venue',
  params: Strict({ venueId: VenueId }), body: Strict({ name: PlainText({ maxLength: 40 }) }),
  response: Strict({ gateId: GateId, code: Type.String(), expiresAt: Instant }),
});
export const revokeGate = operation({
  id: 'revokeGate', capability: 'venues', method: 'DELETE', path: '/v1/venues/:venueId/gates/:gateId', authority: { kind: 'resident', proven: true }, status: 204,
  summary: 'End a gate of an own venue: its invitation, its key and its tickets',
  params: Strict({ venueId: VenueId, gateId: GateId }),
});

const GateSession = Strict({
  gateId: GateId, gateName: Type.String(), venueId: VenueId, venueName: Type.String(), venueKind: OneOf(venueKinds),
  ticket: Type.String(), expiresAt: Instant,
});
export const enrolGate = operation({
  id: 'enrolGate', capability: 'venues', method: 'POST', path: '/v1/gate/enrolments', authority: { kind: 'device' }, status: 201,
  summary: 'Become a gate with a one-time code; binds the key of the proof',
  body: Strict({ code: Type.String({ pattern: '^[A-Za-z0-9_-]{22,44}$', maxLength: 44 }) }), response: GateSession,
});
export const renewGateTicket = operation({
  id: 'renewGateTicket', capability: 'venues', method: 'POST', path: '/v1/gate/tickets', authority: { kind: 'device' }, status: 201,
  summary: 'A fresh ticket for an enrolled gate; one that was ended learns so (`gate-ended`)', body: Strict({}), response: GateSession,
});
