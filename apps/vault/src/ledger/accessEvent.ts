import type { accessPurposes } from '@health-kit/api';
import type { OfficerRecord } from '../authority/officers.ts';
import type { PersonId } from '../identifiers.ts';
import { instant, type Vault } from '../vault.ts';
import type { PersonEvent } from './ledger.ts';

export type AccessPurpose = (typeof accessPurposes)[number];

/** An access to a person's data, as the ledger remembers it and the person reads it. */
export function accessEvent(vault: Vault, subject: { readonly person: PersonId; readonly accessLogKey: Uint8Array }, access: {
  readonly purpose: AccessPurpose;
  readonly officer: Pick<OfficerRecord, 'officerId' | 'office'>;
  /** What was looked at or used. */
  readonly fields: readonly string[];
  /** Visible to the person from here; at once unless said. */
  readonly visibleFrom?: Date;
  readonly caseId?: string;
}): PersonEvent {
  const now = vault.clock.now();
  return {
    person: subject.person, key: subject.accessLogKey, visibleFrom: access.visibleFrom ?? new Date(now), caseId: access.caseId ?? null,
    event: { type: 'access', at: instant(now), purpose: access.purpose, office: access.officer.office, officer: access.officer.officerId, fields: access.fields },
  };
}
