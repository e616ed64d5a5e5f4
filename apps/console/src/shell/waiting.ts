/** What waits for an officer, of everything their roles may do: told on the start page, and counted in the navigation. */
import { getSunset, listAppeals, listCases, listDisclosures, listInstitutionKeys, listProposals, listSpecimens, listStaffInvitations, readOversight, type StaffRole } from '@health-kit/api';
import { useAnswer } from '../answers/useAnswer.ts';
import type { Section } from './sections.ts';

/** Asked again this often, ms; alarms sooner. */
const everyHalfMinute = 30_000;
const often = 15_000;
/** Lists that are longer than one answer tell that there are at least so many. */
const most = 200;

export interface WaitingItem {
  readonly kind: 'alarms' | 'emergencies' | 'sunset' | 'disclosures' | 'openings' | 'appeals' | 'proposals' | 'reviews' | 'invitations' | 'institutionKeys' | 'cases' | 'specimens';
  readonly section: Section['id'];
  readonly path: string;
  readonly count: number;
  /** There are this many or more. */
  readonly orMore: boolean;
}

export interface Waiting {
  readonly items: readonly WaitingItem[];
  /** Not everything has been answered yet. */
  readonly loading: boolean;
  /** Why something is not known. */
  readonly error: Error | null;
  readonly refetch: () => void;
}

/** What waits for who has these roles, the most urgent first. */
export function useWaiting(roles: readonly StaffRole[]): Waiting {
  const has = (...wanted: readonly StaffRole[]) => wanted.some((role) => roles.includes(role));
  const settings = (enabled: boolean, refetchInterval = everyHalfMinute) => ({ enabled, refetchInterval });
  const watches = has('privacy-officer');
  const confirms = has('administrator', 'privacy-officer');
  const discloses = has('tracer', 'medical-officer', 'privacy-officer');

  const oversight = useAnswer(readOversight, {}, settings(watches, often));
  const sunset = useAnswer(getSunset, {}, settings(confirms));
  const disclosures = useAnswer(listDisclosures, {}, settings(discloses));
  const proposals = useAnswer(listProposals, { query: { state: 'proposed' } }, settings(has('medical-officer')));
  const appeals = useAnswer(listAppeals, {}, settings(has('medical-officer')));
  const invitations = useAnswer(listStaffInvitations, {}, settings(confirms));
  const keys = useAnswer(listInstitutionKeys, {}, settings(has('administrator')));
  const cases = useAnswer(listCases, { query: { state: 'new', limit: most } }, settings(has('tracer', 'medical-officer')));
  const specimens = useAnswer(listSpecimens, { query: { state: 'waiting', limit: most } }, settings(has('laboratory')));

  const asked = [
    ...(watches ? [oversight] : []), ...(confirms ? [sunset, invitations] : []), ...(discloses ? [disclosures] : []), ...(has('administrator') ? [keys] : []),
    ...(has('medical-officer') ? [proposals, appeals] : []), ...(has('tracer', 'medical-officer') ? [cases] : []), ...(has('laboratory') ? [specimens] : []),
  ];
  const listed = disclosures.data?.disclosures ?? [];
  const item = (kind: WaitingItem['kind'], section: Section['id'], path: string, found: readonly unknown[], orMore = false): WaitingItem => ({ kind, section, path, count: found.length, orMore });
  const items = [
    item('alarms', 'privacy', '/privacy', oversight.data?.alarms.filter(({ acknowledgedAt }) => acknowledgedAt === null) ?? []),
    item('emergencies', 'disclosures', '/disclosures', listed.filter(({ mayDecide, state }) => mayDecide && state === 'emergency')),
    item('sunset', 'sunset', '/sunset', sunset.data?.sunset?.mayNot === null ? [sunset.data.sunset] : []),
    item('disclosures', 'disclosures', '/disclosures', listed.filter(({ mayDecide, state }) => mayDecide && state !== 'emergency')),
    item('openings', 'disclosures', '/disclosures', listed.filter(({ mayOpen }) => mayOpen)),
    item('appeals', 'appeals', '/appeals', appeals.data?.appeals.filter(({ mayAnswer }) => mayAnswer) ?? []),
    item('proposals', 'orders', '/orders', proposals.data?.proposals.filter(({ mayDecide }) => mayDecide) ?? []),
    item('reviews', 'disclosures', '/disclosures#review', listed.filter(({ mayReview }) => mayReview)),
    item('invitations', 'invitations', '/invitations', invitations.data?.invitations.filter(({ waits, own }) => waits && !own) ?? []),
    item('institutionKeys', 'institutions', '/institutions', keys.data?.keys.filter(({ confirmedAt, revokedAt, own }) => confirmedAt === null && revokedAt === null && !own) ?? []),
    item('cases', 'cases', '/cases', cases.data?.cases ?? [], cases.data?.cases.length === most),
    item('specimens', 'laboratory', '/laboratory', specimens.data?.specimens ?? [], specimens.data?.specimens.length === most),
  ];
  return {
    items: items.filter(({ count }) => count > 0),
    loading: asked.some(({ data, error }) => data === undefined && error === null),
    error: asked.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => {
      for (const answer of asked) if (answer.error !== null) void answer.refetch();
    },
  };
}

/** How many things wait in a section. */
export function countIn(section: string, { items }: Waiting): number {
  return items.filter((item) => item.section === section).reduce((sum, { count }) => sum + count, 0);
}
