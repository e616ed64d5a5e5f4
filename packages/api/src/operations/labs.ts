import { Type } from 'typebox';
import { Base64Url, Instant, InstitutionId, Nullable, OneOf, ResultId, SpecimenId, Strict, PlainText } from '../identifiers.ts';
import { operation } from '../operation.ts';
import { DeskMove } from './desk.ts';
import { InstitutionPublicKey } from './institutionKeys.ts';
import { MaskedHolder, Sealed } from './residents.ts';

/** Text of the code on the resident's screen at this moment; of a card, sealed to the vault ({@link SealedCard}). */
const PassText = Type.String({ minLength: 20, maxLength: 1000 });
/** Barcode of a specimen tube: Code 128 as laboratories print it. */
export const Barcode = Type.String({ pattern: '^[A-Z0-9-]{6,32}$', maxLength: 32 });
export const resultValues = ['positive', 'negative', 'inconclusive'] as const;

export const presentAtDesk = operation({
  id: 'presentAtDesk', capability: 'residents', method: 'POST', path: '/v1/desk/presentations', authority: { kind: 'staff', roles: ['registrar'] }, status: 200,
  summary: 'Read the pass of a resident who stands at the desk: the least view', body: Strict({ pass: PassText }),
  response: Strict({ presentationId: Type.String({ description: 'good for ten minutes, for this officer' }), holder: MaskedHolder }),
});
export const proveIdentity = operation({
  id: 'proveIdentity', capability: 'residents', method: 'POST', path: '/v1/desk/identity-proofs', authority: { kind: 'staff', roles: ['registrar'] }, status: 201,
  summary: 'State that the document was seen; its particulars, sealed to the vault, must agree with the registration',
  body: Strict({ presentationId: Base64Url(16), sealed: Sealed }),
  response: Strict({ holder: MaskedHolder, move: Nullable(DeskMove) }),
});
export const registerSpecimen = operation({
  id: 'registerSpecimen', capability: 'labs', method: 'POST', path: '/v1/specimens', authority: { kind: 'staff', roles: ['sampler'] }, status: 201,
  summary: 'Register a specimen: the scanned pass says whose it is, the barcode says which tube',
  body: Strict({ pass: PassText, barcode: Barcode, collectedAt: Instant }),
  response: Strict({ specimenId: SpecimenId, barcode: Barcode, holder: MaskedHolder, collectedAt: Instant }),
});
/** `disputedAt`: when an appeal against the result was upheld; the laboratory looks again, and submits a correction. */
const SpecimenRow = Strict({
  specimenId: SpecimenId, barcode: Barcode, collectedAt: Instant, collectedBy: Type.String({ description: 'test site' }),
  result: Nullable(Strict({ resultId: ResultId, value: OneOf(resultValues), reportedAt: Instant, disputedAt: Nullable(Instant) })),
});
export const listSpecimens = operation({
  id: 'listSpecimens', capability: 'labs', method: 'GET', path: '/v1/specimens', authority: { kind: 'staff', roles: ['sampler', 'laboratory'] }, status: 200,
  summary: "The institution's recent specimens by barcode: a sampler's own site, or what a laboratory reported or may report",
  query: Strict({ state: Type.Optional(OneOf(['waiting', 'reported'])), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }),
  response: Strict({ specimens: Type.Array(SpecimenRow) }),
});
export const submitResult = operation({
  id: 'submitResult', capability: 'labs', method: 'POST', path: '/v1/results', authority: { kind: 'staff', roles: ['laboratory'] }, status: 201,
  summary: 'Submit a result for a specimen that was registered',
  body: Strict({ barcode: Barcode, testCode: Type.String({ pattern: '^[0-9]{1,7}-[0-9]$', maxLength: 9, description: 'LOINC' }), value: OneOf(resultValues), performedAt: Instant }),
  response: Strict({ resultId: ResultId, barcode: Barcode, value: OneOf(resultValues), reportedAt: Instant }),
});

export const getSmartConfiguration = operation({
  id: 'getSmartConfiguration', capability: 'labs', method: 'GET', path: '/fhir/.well-known/smart-configuration', authority: { kind: 'anyone' }, status: 200,
  summary: 'SMART Backend Services: where institutions get tokens',
  response: Type.Record(Type.String(), Type.Unknown()),
});
export const getCapabilityStatement = operation({
  id: 'getCapabilityStatement', capability: 'labs', method: 'GET', path: '/fhir/metadata', authority: { kind: 'anyone' }, status: 200,
  summary: 'FHIR R4 CapabilityStatement', produces: 'application/fhir+json',
});
export const registerInstitutionKey = operation({
  id: 'registerInstitutionKey', capability: 'labs', method: 'POST', path: '/v1/institutions/keys', authority: { kind: 'staff', roles: ['laboratory'] }, status: 201,
  summary: "Register a public key of the institution's own system (ES256 or ES384, JWK)",
  body: Strict({ name: PlainText({ maxLength: 60 }), publicKey: InstitutionPublicKey }),
  response: Strict({ clientId: InstitutionId, kid: Type.String(), needsConfirmation: Type.Boolean({ description: 'whether an administrator still has to confirm it before it is good' }) }),
});
export const issueInstitutionToken = operation({
  id: 'issueInstitutionToken', capability: 'labs', method: 'POST', path: '/v1/institutions/token', authority: { kind: 'anyone' }, status: 200,
  summary: 'OAuth 2.0 client credentials with private_key_jwt (SMART Backend Services)', consumes: 'application/x-www-form-urlencoded',
  body: Strict({
    grant_type: Type.Literal('client_credentials'), scope: Type.String({ maxLength: 200 }),
    client_assertion_type: Type.Literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'), client_assertion: Type.String({ maxLength: 4096 }),
  }),
  response: Strict({ access_token: Type.String(), token_type: Type.Literal('bearer'), expires_in: Type.Integer(), scope: Type.String() }),
});
export const submitFhirBundle = operation({
  id: 'submitFhirBundle', capability: 'labs', method: 'POST', path: '/fhir', authority: { kind: 'institution' }, status: 200, bodyLimit: 1048576,
  summary: 'FHIR R4 transaction Bundle: Specimen, Observation, DiagnosticReport; taken whole or refused whole', consumes: 'application/fhir+json', produces: 'application/fhir+json',
  body: Type.Record(Type.String(), Type.Unknown()),
});
