import { Type, type Static, type TSchema } from 'typebox';
import { Day, Instant, Nullable, OneOf, OrderId, Strict, VenueId, VisitId } from '../identifiers.ts';
import { operation, type Operation } from '../operation.ts';
import { PageKey } from '../pageKey.ts';
import { OwnAppeals } from './appeals.ts';
import { documentTypes, listMyAccessLog, listMyNotices, listMyResults, MaskedHolder } from './residents.ts';
import { listMyVenues } from './venues.ts';

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
  body: Strict({ key: PageKey }),
  response: Strict({
    /** JWE compact (ECDH-ES, A256GCM) of {@link OwnAccount}. */
    sealed: Type.String({ maxLength: 2_097_152 }),
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
  /** Passes on paper. */
  cards: Type.Array(Strict({ issuedAt: Instant, expiresAt: Instant, endedAt: Nullable(Instant) })),
  /** Whom the person looks after, and who looks after them: the other one in the least view, once it is confirmed; `waitsUntil` of a request. */
  guardianships: Type.Array(Strict({
    side: OneOf(['guardian', 'dependant']), other: Nullable(MaskedHolder), linkedAt: Instant, endsAt: Nullable(Instant), waitsUntil: Nullable(Instant),
  })),
  /** Appeals against the own status, with their words and answers. */
  appeals: OwnAppeals.properties.appeals,
});
export type OwnAccount = Static<typeof OwnAccount>;

/** The file that the app puts together out of a person's own data. Its JSON Schema is at /v1/export-schema. */
export const ExportDocument = Strict({
  $schema: Type.String(),
  /** What the file is, for whoever finds it. */
  about: Strict({ zh: Type.String(), en: Type.String() }),
  exportedAt: Instant,
  account: OwnAccount,
  results: answerOf(listMyResults).properties.results,
  orders: Type.Array(Order),
  exposures: Type.Array(Exposure),
  notices: answerOf(listMyNotices).properties.notices,
  visits: Type.Array(Visit),
  /** Venues that the person hosts. */
  venues: answerOf(listMyVenues).properties.venues,
  /** Pages, newest first, each with the tree head that its entries verify under. */
  accessLog: Type.Array(answerOf(listMyAccessLog)),
});
export type ExportDocument = Static<typeof ExportDocument>;

export const getExportSchema = operation({
  id: 'getExportSchema', capability: 'accounts', method: 'GET', path: '/v1/export-schema', authority: { kind: 'anyone' }, status: 200,
  summary: 'JSON Schema (draft 2020-12) of the file with a person\'s own data', produces: 'application/schema+json',
});

function answerOf<Response extends TSchema>({ id, response }: Operation<TSchema, TSchema, TSchema, Response>): Response {
  if (response === undefined) throw new TypeError(`${id} has no answer`);
  return response;
}
