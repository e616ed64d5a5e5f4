import type { accessFields, accessPurposes } from '@health-kit/api';
import { DAY_MS } from '@health-kit/policy';
import type { OfficerRecord } from '../authority/officers.ts';
import type { PersonId } from '../identifiers.ts';
import { instant, type Vault } from '../vault.ts';
import type { PersonEvent } from './ledger.ts';

export type AccessPurpose = (typeof accessPurposes)[number];
export type AccessField = (typeof accessFields)[number];

/** Days after which an entry is shown although no notice went out. */
export const hiddenTermDays = 14;

/** From when an entry is shown that would give away an open case: when the notice is out, and after 14 days at most. */
export function hiddenUntilNoticed(vault: Vault): Date {
  return new Date(vault.clock.now() + hiddenTermDays * DAY_MS);
}

interface Access {
  readonly purpose: AccessPurpose;
  readonly officer: Pick<OfficerRecord, 'officerId' | 'office'>;
  /** What was looked at or used. */
  readonly fields: readonly AccessField[];
  /** Visible to the person from here; at once unless said. */
  readonly visibleFrom?: Date;
  readonly caseId?: string;
}

/** An access to a person's data, as the ledger remembers it and the person reads it. */
export function accessEvent(vault: Vault, { person }: { readonly person: PersonId }, access: Access): PersonEvent {
  return { ...sharedPart(vault, access), person };
}
/** The same access to the data of many people: what their entries share is made once. */
export function accessEvents(vault: Vault, people: readonly PersonId[], access: Access): PersonEvent[] {
  const shared = sharedPart(vault, access);
  return people.map((person) => ({ ...shared, person }));
}

function sharedPart(vault: Vault, access: Access): Omit<PersonEvent, 'person'> {
  const now = vault.clock.now();
  return {
    visibleFrom: access.visibleFrom ?? new Date(now), caseId: access.caseId ?? null,
    event: { type: 'access', at: instant(now), day: vault.calendar.dayOf(now), purpose: access.purpose, office: access.officer.office, fields: access.fields },
    secret: { officer: access.officer.officerId, case: access.caseId ?? null },
  };
}
