import { Type, type Static } from 'typebox';
import { Instant, OneOf, Strict, VenueId, VisitId } from '../identifiers.ts';
import { operation } from '../operation.ts';

/** A scan of a venue's signed code by a resident. */
export const CheckIn = Strict({
  visitId: VisitId,
  /** The signed venue code as it stands in the poster's link, base64url. */
  venueCode: Type.String({ pattern: '^[A-Za-z0-9_-]+$', minLength: 40, maxLength: 600 }),
  arrivedAt: Instant,
});
export type CheckIn = Static<typeof CheckIn>;

export const checkIn = operation({
  id: 'checkIn', capability: 'visits', method: 'POST', path: '/v1/check-ins', authority: { kind: 'ticket' }, status: 201,
  summary: 'Record a visit; answered when it is durable; repeating it changes nothing',
  body: CheckIn,
  response: Strict({ visitId: VisitId, venueId: VenueId, arrivedAt: Instant, assumedLeftAt: Instant }),
});
export const checkOut = operation({
  id: 'checkOut', capability: 'visits', method: 'POST', path: '/v1/check-outs', authority: { kind: 'ticket' }, status: 200,
  summary: 'Record when a visit ended',
  body: Strict({ visitId: VisitId, venueCode: CheckIn.properties.venueCode, arrivedAt: Instant, leftAt: Instant }),
  response: Strict({ visitId: VisitId, leftAt: Instant }),
});

/** Scans of residents' passes by a guard, possibly queued while the network was down. */
export const gateCheckIn = operation({
  id: 'gateCheckIn', capability: 'visits', method: 'POST', path: '/v1/gate/check-ins', authority: { kind: 'gate' }, status: 200, bodyLimit: 131072,
  summary: 'Record visits whose passes a guard scanned',
  body: Strict({ scans: Type.Array(Strict({
    visitId: VisitId,
    pass: Type.String({ minLength: 20, maxLength: 1000, description: 'text of the scanned code' }),
    arrivedAt: Instant,
  }), { minItems: 1, maxItems: 100 }) }),
  response: Strict({ scans: Type.Array(Strict({ visitId: VisitId, outcome: OneOf(['recorded', 'refused']) })) }),
});
