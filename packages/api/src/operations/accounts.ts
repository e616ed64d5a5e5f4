import { Type, type Static } from 'typebox';
import { Day, Instant, Nullable, OneOf, OrderId, Strict, VenueId, VisitId } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { documentTypes } from './residents.ts';

/** What the vault wants to read before it erases an account: nobody sends it by accident. */
export const erasureConfirmation = 'erase-my-account';

export const previewErasure = operation({
  id: 'previewErasure', capability: 'accounts', method: 'GET', path: '/v1/me/erasure', authority: { kind: 'device' }, status: 200,
  summary: 'What erasing the own account would mean today',
  response: Strict({
    identityProven: Type.Boolean(),
    /** Until then a result, an order or a case of the account still counts, and its document is not proven for a new one; null if nothing does. */
    heldUntil: Nullable(Instant),
  }),
});
export const eraseMyAccount = operation({
  id: 'eraseMyAccount', capability: 'accounts', method: 'DELETE', path: '/v1/me', authority: { kind: 'device' }, status: 204,
  summary: 'Erase the own account: its keys are destroyed, at once and for good',
  body: Strict({ confirmation: Type.Literal(erasureConfirmation) }),
});

/** A key that the app makes for one export; what only the resident may read is sealed to it. */
const ExportKey = Strict({
  kty: Type.Literal('EC'), crv: Type.Literal('P-256'),
  x: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 }), y: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 }),
});
const Visit = Strict({
  visitId: VisitId, venueId: VenueId, venueName: Nullable(Type.String()), arrivedAt: Instant, leftAt: Instant,
  leftAssumed: Type.Boolean(), source: OneOf(['resident', 'gate']),
});
const Order = Strict({
  orderId: OrderId, kind: OneOf(['home-observation', 'central-observation', 'test']), legalBasis: Type.String(), reason: Type.String(),
  startsAt: Instant, endsAt: Instant, releasedAt: Nullable(Instant), madeAt: Instant,
});
const Exposure = Strict({ day: Day, kind: OneOf(['close', 'casual']), noticedAt: Instant });

export const exportMyData = operation({
  id: 'exportMyData', capability: 'accounts', method: 'POST', path: '/v1/me/export', authority: { kind: 'resident', proven: false }, status: 200,
  summary: 'What the system keeps about the caller beyond what has operations of its own; the vault seals identity, devices and passes to the key',
  body: Strict({ key: ExportKey }),
  response: Strict({
    /** JWE compact (ECDH-ES, A256GCM) of {@link OwnAccount}. */
    sealed: Type.String({ maxLength: 262144 }),
    visits: Type.Array(Visit), orders: Type.Array(Order), exposures: Type.Array(Exposure),
  }),
});

/** What the vault alone knows of a person, as it is sealed to the export's key. */
export const OwnAccount = Strict({
  identity: Strict({
    familyName: Type.String(), givenName: Type.String(), documentType: OneOf(documentTypes), documentNumber: Type.String(),
    phone: Type.String(), language: OneOf(['zh', 'en']),
  }),
  registeredAt: Instant,
  /** When a registration desk saw the document. */
  identityProvenAt: Nullable(Instant),
  devices: Type.Array(Strict({ thumbprint: Type.String(), registeredAt: Instant, revokedAt: Nullable(Instant) })),
  passes: Type.Array(Strict({ issuedAt: Instant, expiresAt: Instant, status: Type.String(), invalid: Type.Boolean() })),
});
export type OwnAccount = Static<typeof OwnAccount>;
