/**
 * The resident's device, as every app of this origin finds it: one IndexedDB database with the device key and a
 * few records. The resident's app writes it; the gate app reads it, because a host is a resident with venues.
 */
import { DayPassAnswer, OwnAppeals, OwnNotices, OwnResults, issuePass, issueTicket, LinkId, matches, RegistrationId, StatusExplanation, VisitId, type ResponseOf } from '@health-kit/api';
import { Type, type Static, type TSchema } from 'typebox';
import { call } from './call.ts';
import type { Connection } from './connection.ts';
import { CityTrust } from './fetchTrust.ts';
import { openKeyStore, type KeyStore, type RecordParsers } from './keyStore.ts';
import type { Outcome } from './outcome.ts';
import { residentDatabase } from './residentNames.ts';

const Bytes = Type.Unsafe<Uint8Array<ArrayBuffer>>(Type.Refine(Type.Unknown(), (value) => value instanceof Uint8Array));
const IsoInstant = Type.String();

/** A registration that waits for its one-time code. `sealed` is the JWE that only the vault opens; it is sent again when a new code is asked for. */
export const PendingRegistration = Type.Object({
  registrationId: RegistrationId, sealed: Type.String(),
  /** As on the code page, first three and last three digits. */
  phoneShown: Type.String(),
  /** Epoch ms. */
  expiresAtMs: Type.Number(), resendAtMs: Type.Number(),
});
export type PendingRegistration = Static<typeof PendingRegistration>;

/** The portrait, on this device and nowhere else; `face` is the thumbnail whose digest the pass signs. */
export const Portrait = Type.Object({
  image: Bytes, imageType: Type.String(), face: Bytes, faceType: Type.Union([Type.Literal('image/webp'), Type.Literal('image/jpeg')]),
  /** Whether the server has taken the digest. */
  digestKept: Type.Boolean(),
});
export type Portrait = Static<typeof Portrait>;

const Delivery = Type.Union([Type.Literal('none'), Type.Literal('waiting'), Type.Literal('delivered'), Type.Literal('refused')]);
/** A visit as this device knows it; the queue of what is still to deliver is the visits that wait. */
export const LocalVisit = Type.Object({
  visitId: VisitId, venueCode: Type.String(), venueName: Type.String(), venueKind: Type.String(), usualStayMinutes: Type.Number(),
  arrivedAt: IsoInstant, leftAt: Type.Union([IsoInstant, Type.Null()]),
  /** The ticket of the day of arrival: a visit carries that day's pseudonym however late it is delivered. Null until there is one. */
  ticket: Type.Union([Type.String(), Type.Null()]),
  checkIn: Delivery, checkOut: Delivery,
  /** Whoever made it forgot to check out, and says that the usual stay is about right. */
  usualStayKept: Type.Optional(Type.Boolean()),
  /** Type of the problem with which the server refused; `no-ticket` when there was no ticket of that day. */
  refusal: Type.Union([Type.String(), Type.Null()]),
});
export type LocalVisit = Static<typeof LocalVisit>;

/** The kept pass of somebody who is looked after. */
const DependantPass = Type.Object({ linkId: LinkId, fetchedAtMs: Type.Number(), pass: DayPassAnswer });

/** Something that was asked for, kept to be read without a network, and when it was known; epoch ms. */
function Known<Schema extends TSchema>(value: Schema) {
  return Type.Object({ value, atMs: Type.Number() });
}
/** What the resident's own records were when they were last asked for. */
export const OwnRecords = Type.Object({
  appeals: Type.Optional(Known(OwnAppeals)), results: Type.Optional(Known(OwnResults)), notices: Type.Optional(Known(OwnNotices)),
});
export type OwnRecords = Static<typeof OwnRecords>;

/** A parser out of a schema. */
function record<Schema extends TSchema>(schema: Schema): (value: unknown) => Static<Schema> | null {
  return (value) => (matches(schema, value) ? value : null);
}
/** A parser out of the answer of an operation, kept as it came. */
function answer<Schema extends TSchema>(operation: { readonly response?: Schema }): (value: unknown) => Static<Schema> | null {
  const { response } = operation;
  return (value) => (response !== undefined && matches(response, value) ? value : null);
}

/** What the device keeps, and the shape of each record. A record of another shape (an earlier version's) counts as absent. */
export const residentRecords = {
  /** What was last believed of the city. */
  trust: record(CityTrust),
  /** What was typed into the registration's form and not sent, sealed under a key that its tab alone has; epoch ms. */
  draft: record(Type.Object({ sealed: Bytes, nonce: Bytes, untilMs: Type.Number() })),
  registration: record(PendingRegistration),
  /** There once the phone was confirmed. */
  account: record(Type.Object({ confirmedAtMs: Type.Number() })),
  portrait: record(Portrait),
  pass: answer(issuePass),
  /** Tomorrow's pass, from the evening on until it is today's. */
  tomorrow: answer(issuePass),
  ticket: answer(issueTicket),
  status: record(Type.Object({ explanation: StatusExplanation, checkedAtMs: Type.Number() })),
  /** The account went to another device, or this one was revoked from there: when, as the service says. */
  lost: record(Type.Object({ at: Type.String() })),
  visits: record(Type.Array(LocalVisit)),
  /** Passes of the people whom this one looks after, for this device's key; epoch ms. */
  dependantPasses: record(Type.Array(DependantPass)),
  /** A venue code whose link was opened before there was an account; epoch ms. */
  pendingVenue: record(Type.Object({ text: Type.String(), atMs: Type.Number() })),
  /** Own records, as they were last known. */
  own: record(OwnRecords),
  /** The ledger as this device met it first: identity and key, and the last signed tree head that checked. */
  ledger: record(Type.Object({ origin: Type.String(), key: Type.String(), checkpoint: Type.Union([Type.String(), Type.Null()]) })),
} satisfies RecordParsers;

export type ResidentStore = KeyStore<typeof residentRecords>;
/** A resident's day ticket as it is kept. */
export type ResidentTicketRecord = ResponseOf<typeof issueTicket>;

/** Opens the resident's store; makes no key. Rejects where the browser refuses storage. */
export function openResidentStore(): Promise<ResidentStore> {
  return openKeyStore(residentDatabase, residentRecords);
}

/** Whether a kept ticket is for the day of `nowMs` (epoch ms). */
export function isTicketOfToday(ticket: Pick<ResidentTicketRecord, 'dayStart' | 'dayEnd'>, nowMs: number): boolean {
  return Date.parse(ticket.dayStart) <= nowMs && nowMs < Date.parse(ticket.dayEnd);
}

/**
 * Today's ticket of the resident: the kept one while its day lasts, else a new one, which is kept.
 *
 * @param connection with the device key; its ticket is not looked at
 * @param renew asks for a new one in any case: a ticket says whether the identity was proven when it was issued
 */
export async function todaysTicket(store: Pick<ResidentStore, 'get' | 'put'>, connection: Connection, renew = false): Promise<Outcome<ResidentTicketRecord>> {
  const kept = await store.get('ticket');
  if (!renew && kept !== null && isTicketOfToday(kept, connection.now())) return { ok: true, value: kept };
  const issued = await call(connection, issueTicket, { body: {} });
  if (issued.ok) await store.put('ticket', issued.value);
  return issued;
}
