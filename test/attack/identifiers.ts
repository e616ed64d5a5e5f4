/** Which members of requests hold an identifier, so that an operation with one is attacked with somebody else's, and a new one is not forgotten. */
import { fieldsOf, type Field, type Position, type Target } from './targets.ts';

/** Members that name a thing which may be another's, or hold a code that stands for one; with the operation before them where the name means something else elsewhere. */
export const identifierKinds = [
  'venueId', 'gateId', 'visitId', 'noticeId', 'registrationId', 'deviceId', 'linkId', 'requestId', 'index', 'linkDependant.code', 'enrolGate.code', 'pass',
  'moveId', 'presentationId', 'barcode', 'invitation', 'officerId', 'institutionId', 'kid', 'alarmId', 'reference',
  'caseId', 'contacts', 'subjects', 'proposalId', 'disclosureId', 'appealId',
] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/** Every other member that takes any text or any object, and what it is instead. */
const noIdentifiers: ReadonlyMap<string, string> = new Map([
  ['getStatusList.list', 'public'], ['getLedgerTile.rest', 'public'], ['venueCode', 'hangs on the door'], ['digest', 'of a portrait, or of the one statement that officers read'],
  ['sealed', 'particulars or words, for the vault'], ['again', 'the same, a second time'], ['letters', 'count only for whoever is presented, as row 19 shows'], ['portraitDigest', 'of a portrait that is on paper'], ['x', 'of a public key of the caller'], ['y', 'of a public key of the caller'],
  ['confirmRegistration.code', 'guessed in row 6'], ['linkDependantByPhone.code', 'guessed in row 6'], ['after', 'a place in a list of the case in the path'], ['limit', 'how many'], ['makeCanaries.count', 'how many'], ['latitude', 'of a place'], ['longitude', 'of a place'], ['scope', 'a word of SMART'], ['testCode', 'LOINC'],
  ['state', 'made by the caller'], ['codeChallenge', 'of the caller\'s own verifier'], ['codeVerifier', 'made by the caller'], ['finishIdentityProof.issuer', 'public'], ['finishIdentityProof.code', 'a stranger\'s is refused: identityProvider.test'],
  ['proof', 'a MAC'], ['client_assertion', 'a signature'], ['assertion', 'a signature of a passkey'], ['credential', 'a passkey that was made just now'],
  ['submitFhirBundle.', 'results by barcode, reported as those of submitResult are'],
]);

/** Texts that people write or that lists of the contract hold: no place for an identifier. */
function isIdentifierFree({ position, schema }: Field): boolean {
  if (position.place === 'path') return false;
  if (schema['type'] === 'boolean') return true;
  return schema['enum'] !== undefined || schema['const'] !== undefined || ['PlainText', 'Instant', 'Day'].includes(String(schema['title']));
}

/** What a member is called: the last of its path that is no place in an array, with the operation where that decides. */
export function memberOf(target: Target, { name }: Position): string {
  const member = name.split('.').filter((part) => !/^\d+$/.test(part)).at(-1) ?? '';
  const whole = `${target.id}.${member}`;
  return kindOf(whole) !== undefined || noIdentifiers.has(whole) ? whole : member;
}

function kindOf(member: string): IdentifierKind | undefined {
  return identifierKinds.find((kind) => kind === member);
}

/** The identifiers that an operation takes, by place. */
export function identifiersOf(target: Target): { readonly position: Position; readonly kind: IdentifierKind }[] {
  return fieldsOf(target).flatMap(({ position }) => {
    const kind = kindOf(memberOf(target, position));
    return kind === undefined ? [] : [{ position, kind }];
  });
}

/** Members of which nobody has said whether they are an identifier: a new one is one of these. */
export function undecidedMembers(targets: readonly Target[]): string[] {
  return targets.flatMap((target) => fieldsOf(target).filter((field) => !isIdentifierFree(field)).map(({ position }) => memberOf(target, position))
    .filter((member) => kindOf(member) === undefined && !noIdentifiers.has(member)).map((member) => `${target.id}: ${member}`));
}
