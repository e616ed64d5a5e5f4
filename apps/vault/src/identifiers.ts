import {
  AppealId, type Branded, CaseId, Day, DisclosureId, HealthPseudonym, InstitutionId, LinkId, NotifyPseudonym, OfficerId, ProposalId, RegistrationId, ResultId, TracePseudonym, VenueId, VenuePseudonym, VisitPseudonym,
} from '@health-kit/api';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** The random 128-bit identifier of a person. It exists inside the vault only: no answer bears it. */
export type PersonId = Branded<'PersonId'>;
const PersonIdSchema = Type.Unsafe<PersonId>(Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }));

/** Makes the constructor of a brand: it returns the text as that brand, and throws when it is not of its form. */
function brand<Schema extends TSchema>(schema: Schema): (text: string) => Static<Schema> {
  const compiled = Compile(schema);
  return (text) => {
    if (compiled.Check(text)) return text;
    throw new TypeError('an identifier is not of its form');
  };
}

export const personId = brand(PersonIdSchema);
export const appealId = brand(AppealId);
export const caseId = brand(CaseId);
export const institutionId = brand(InstitutionId);
export const linkId = brand(LinkId);
export const disclosureId = brand(DisclosureId);
export const localDay = brand(Day);
export const officerId = brand(OfficerId);
export const proposalId = brand(ProposalId);
export const registrationId = brand(RegistrationId);
export const resultId = brand(ResultId);
export const healthPseudonym = brand(HealthPseudonym);
export const notifyPseudonym = brand(NotifyPseudonym);
export const tracePseudonym = brand(TracePseudonym);
export const venueId = brand(VenueId);
export const venuePseudonym = brand(VenuePseudonym);
export const visitPseudonym = brand(VisitPseudonym);
