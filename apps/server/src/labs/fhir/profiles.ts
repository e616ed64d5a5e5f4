/**
 * The profiles of FHIR R4 resources that institutions submit, as strict
 * schemas: what is not named here is refused. There is no Patient and no
 * `subject` in them, on purpose: the barcode says whose specimen it is, and a
 * name that is not sent cannot be lost.
 */
import { Type, type Static, type TSchema } from 'typebox';

function Element<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}
function Maybe<T extends TSchema>(schema: T) {
  return Type.Optional(schema);
}
const ShortText = Type.String({ maxLength: 300 });
const Uri = Type.String({ minLength: 1, maxLength: 300 });
/** FHIR dateTime and instant with a time, which then has an offset (R4, 2.24.0.1); a bare day is no moment. */
const Moment = Type.String({
  maxLength: 40,
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-](0\\d|1[0-4]):[0-5]\\d)$',
});
const Id = Type.String({ pattern: '^[A-Za-z0-9.-]{1,64}$', maxLength: 64 });
const Coding = Element({ system: Maybe(Uri), version: Maybe(ShortText), code: Maybe(Type.String({ minLength: 1, maxLength: 60 })), display: Maybe(ShortText), userSelected: Maybe(Type.Boolean()) });
const CodeableConcept = Element({ coding: Maybe(Type.Array(Coding, { minItems: 1, maxItems: 10 })), text: Maybe(ShortText) });
const CodedConcept = Element({ coding: Type.Array(Coding, { minItems: 1, maxItems: 10 }), text: Maybe(ShortText) });
const Identifier = Element({ use: Maybe(ShortText), type: Maybe(CodeableConcept), system: Maybe(Uri), value: Type.String({ minLength: 1, maxLength: 100 }) });
const Identifiers = Type.Array(Identifier, { minItems: 1, maxItems: 10 });
const Reference = Element({ reference: Type.String({ minLength: 1, maxLength: 300 }), type: Maybe(ShortText), display: Maybe(ShortText) });
const Meta = Element({
  versionId: Maybe(Id), lastUpdated: Maybe(Moment), source: Maybe(Uri),
  profile: Maybe(Type.Array(Uri, { maxItems: 10 })), security: Maybe(Type.Array(Coding, { maxItems: 10 })), tag: Maybe(Type.Array(Coding, { maxItems: 10 })),
});
const resource = { id: Maybe(Id), meta: Maybe(Meta), language: Maybe(ShortText) };
const FinalStatus = Type.Union([Type.Literal('final'), Type.Literal('amended'), Type.Literal('corrected')]);

export const Specimen = Element({
  ...resource, resourceType: Type.Literal('Specimen'),
  identifier: Maybe(Identifiers), accessionIdentifier: Maybe(Identifier), status: Maybe(Type.Literal('available')),
  type: Maybe(CodeableConcept), receivedTime: Maybe(Moment),
  collection: Maybe(Element({ collectedDateTime: Maybe(Moment), method: Maybe(CodeableConcept), bodySite: Maybe(CodeableConcept) })),
});
export type Specimen = Static<typeof Specimen>;

export const Observation = Element({
  ...resource, resourceType: Type.Literal('Observation'),
  identifier: Maybe(Identifiers), status: FinalStatus, category: Maybe(Type.Array(CodeableConcept, { maxItems: 5 })),
  code: CodedConcept, effectiveDateTime: Moment, issued: Maybe(Moment), performer: Maybe(Type.Array(Reference, { maxItems: 5 })),
  valueCodeableConcept: CodedConcept, interpretation: Maybe(Type.Array(CodeableConcept, { maxItems: 5 })),
  method: Maybe(CodeableConcept), specimen: Reference, device: Maybe(Reference),
});
export type Observation = Static<typeof Observation>;

export const DiagnosticReport = Element({
  ...resource, resourceType: Type.Literal('DiagnosticReport'),
  identifier: Maybe(Identifiers), status: FinalStatus, category: Maybe(Type.Array(CodeableConcept, { maxItems: 5 })),
  code: CodedConcept, effectiveDateTime: Maybe(Moment), issued: Maybe(Moment), performer: Maybe(Type.Array(Reference, { maxItems: 5 })),
  specimen: Maybe(Type.Array(Reference, { maxItems: 100 })), result: Type.Array(Reference, { minItems: 1, maxItems: 100 }),
});
export type DiagnosticReport = Static<typeof DiagnosticReport>;

/** Entries a bundle may have: 100 results with their specimens and reports. */
export const maxEntries = 300;

export const TransactionBundle = Element({
  ...resource, resourceType: Type.Literal('Bundle'), type: Type.Literal('transaction'),
  identifier: Maybe(Identifier), timestamp: Maybe(Moment),
  entry: Type.Array(Element({
    fullUrl: Maybe(Uri),
    /** Checked against its own profile, so that a refusal names the element and not a choice of three. */
    resource: Type.Unknown(),
    request: Element({ method: Type.Literal('POST'), url: Type.String({ maxLength: 300 }) }),
  }), { minItems: 1, maxItems: maxEntries }),
});
export type TransactionBundle = Static<typeof TransactionBundle>;

export const loinc = 'http://loinc.org';
export const snomed = 'http://snomed.info/sct';

/** SNOMED CT codes of results, and what they mean here. The first of each value is the profile's own. */
export const resultCodes = {
  260373001: { value: 'positive', display: 'Detected' },
  10828004: { value: 'positive', display: 'Positive' },
  260415000: { value: 'negative', display: 'Not detected' },
  260385009: { value: 'negative', display: 'Negative' },
  419984006: { value: 'inconclusive', display: 'Inconclusive' },
} as const;
