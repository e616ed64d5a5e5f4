import { Type, type Static, type TSchema } from 'typebox';

/**
 * Identifiers on the wire. Each is a string of its own brand, so that the
 * compiler refuses a pseudonym of one sector where another's is expected.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

function branded<Name extends string>(name: Name, options: { pattern: string; maxLength: number; description: string }) {
  return Type.Unsafe<Branded<Name>>(Type.String({ ...options, title: name }));
}
function uuid<Name extends string>(name: Name, description: string) {
  return branded(name, { pattern: uuidPattern, maxLength: 36, description });
}

/** Sector-specific pseudonyms: one AES block, written as a UUID. Only the vault can turn one into another. */
export const VisitPseudonym = uuid('VisitPseudonym', "A person's name in the visit table, for one day.");
export type VisitPseudonym = Static<typeof VisitPseudonym>;
export const HealthPseudonym = uuid('HealthPseudonym', "A person's name in the health schema.");
export type HealthPseudonym = Static<typeof HealthPseudonym>;
export const TracePseudonym = uuid('TracePseudonym', "A person's name in the trace schema.");
export type TracePseudonym = Static<typeof TracePseudonym>;
export const NotifyPseudonym = uuid('NotifyPseudonym', "A person's name in the notify schema.");
export type NotifyPseudonym = Static<typeof NotifyPseudonym>;
export const VenuePseudonym = uuid('VenuePseudonym', "A host's name in the venue schema.");
export type VenuePseudonym = Static<typeof VenuePseudonym>;

/** Random identifiers of 128 bits, made in the application. */
export const RegistrationId = uuid('RegistrationId', 'A registration that waits for its one-time code.');
export type RegistrationId = Static<typeof RegistrationId>;
export const VenueId = uuid('VenueId', 'A venue.');
export type VenueId = Static<typeof VenueId>;
export const GateId = uuid('GateId', 'A gate of a venue: one scanning device.');
export type GateId = Static<typeof GateId>;
export const VisitId = uuid('VisitId', 'A visit; made by the client, so that a repeated check-in is one visit.');
export type VisitId = Static<typeof VisitId>;
export const InstitutionId = uuid('InstitutionId', 'A test site or laboratory.');
export type InstitutionId = Static<typeof InstitutionId>;
export const SpecimenId = uuid('SpecimenId', 'A specimen.');
export type SpecimenId = Static<typeof SpecimenId>;
export const ResultId = uuid('ResultId', 'A laboratory result.');
export type ResultId = Static<typeof ResultId>;
export const CaseId = uuid('CaseId', 'A case.');
export type CaseId = Static<typeof CaseId>;
export const ProposalId = uuid('ProposalId', 'A proposal of orders that waits for a second officer.');
export type ProposalId = Static<typeof ProposalId>;
export const DisclosureId = uuid('DisclosureId', "A request for particulars of people of a case.");
export type DisclosureId = Static<typeof DisclosureId>;
export const AppealId = uuid('AppealId', "An appeal against a status.");
export type AppealId = Static<typeof AppealId>;
export const OrderId = uuid('OrderId', 'An observation or test order.');
export type OrderId = Static<typeof OrderId>;
export const NoticeId = uuid('NoticeId', 'A notice to a resident.');
export type NoticeId = Static<typeof NoticeId>;
export const LinkId = uuid('LinkId', 'A guardianship: who may show whose pass.');
export type LinkId = Static<typeof LinkId>;
export const OfficerId = uuid('OfficerId', 'A member of staff.');
export type OfficerId = Static<typeof OfficerId>;

/** A 128-bit identifier that has no brand of its own. */
export const Uuid = Type.String({ pattern: uuidPattern, maxLength: 36 });

/** An instant, RFC 3339 in UTC with milliseconds, e.g. 2026-11-23T08:00:00.000Z. */
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$', maxLength: 24, title: 'Instant',
  description: 'RFC 3339, UTC.',
});
/** A local calendar day of the city, e.g. 2026-11-23. */
export const Day = branded('Day', { pattern: '^\\d{4}-\\d\\d-\\d\\d$', maxLength: 10, description: 'A calendar day in the time zone of the city.' });
export type Day = Static<typeof Day>;

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function Base64Url(maxBytes: number) {
  return Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: Math.ceil((maxBytes * 4) / 3), description: `base64url, at most ${maxBytes} bytes` });
}

/** Characters that no name, address or reason has: controls, lone surrogates, and invisible marks that hide or turn text. */
const unprintable = '\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff';

/** One line of text for people, with at least one character that can be seen. */
export function PlainText(options: { minLength?: number; maxLength: number; description?: string }) {
  return Type.String({ minLength: 1, ...options, title: 'PlainText', pattern: `^[^${unprintable}]*[^\\s${unprintable}][^${unprintable}]*$` });
}

/** An object that refuses members it does not name. */
export function Strict<T extends Record<string, TSchema>>(properties: T, options: { description?: string } = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}
export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}
export function OneOf<const T extends readonly string[]>(values: T) {
  return Type.Unsafe<T[number]>(Type.String({ enum: [...values] }));
}
