import type { BodyOf, CaseId, DisclosureId, ReleasedPeople, requestDisclosure } from '@health-kit/api';
import type { StaffMember } from './staffMember.ts';

/** One disclosure from the request to what the asking officer sees: requested and signed, approved by another officer of another unit, opened. */
export async function disclose(
  { requester, approver }: { readonly requester: StaffMember; readonly approver: StaffMember }, caseId: CaseId, request: BodyOf<typeof requestDisclosure>,
): Promise<{ readonly disclosureId: DisclosureId; readonly people: ReleasedPeople['people'] }> {
  const disclosureId = await requester.requestDisclosure(caseId, request);
  await approver.approveDisclosure(disclosureId);
  return { disclosureId, people: await requester.releaseDisclosure(disclosureId) };
}
