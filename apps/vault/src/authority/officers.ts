import type { InstitutionId, OfficerId, StaffRole } from '@health-kit/api';
import { InstitutionId as InstitutionIdSchema, staffRoles } from '@health-kit/api';
import { Value } from 'typebox/value';
import { firstRow, type Queries } from '../database.ts';
import { officerId } from '../identifiers.ts';
import type { Vault } from '../vault.ts';

/** A member of staff, as the vault knows them. */
export interface OfficerRecord {
  readonly officerId: OfficerId;
  readonly name: string;
  readonly office: string;
  readonly unit: string;
  readonly roles: StaffRole[];
  readonly institutionId: InstitutionId | null;
}
export type OfficerRow = { officer_id: string; name: string; office: string; unit: string; roles: string[]; institution_id: string | null };
export const officerColumns = 'o.officer_id, o.name, o.office, o.unit, o.roles, o.institution_id';

/** Reads an officer out of a row with {@link officerColumns}. */
export function officerOf(row: OfficerRow): OfficerRecord {
  const institution = row.institution_id;
  if (institution !== null && !Value.Check(InstitutionIdSchema, institution)) throw new TypeError('an institution id is not of its form');
  return {
    officerId: officerId(row.officer_id), name: row.name, office: row.office, unit: row.unit,
    roles: staffRoles.filter((role) => row.roles.includes(role)), institutionId: institution,
  };
}

/** In the place of an officer, where a person acts on their own account or the system does by rule. */
export function noOfficer(vault: Pick<Vault, 'relyingParty'>): Pick<OfficerRecord, 'officerId' | 'office'> {
  return { officerId: officerId('00000000-0000-0000-0000-000000000000'), office: vault.relyingParty.name };
}

/**
 * The officer who is signed in with a session key at a moment; null when nobody is, or the officer is frozen or dismissed.
 *
 * @param forShare until the transaction ends, nobody freezes or dismisses the officer: that updates the row, and waits
 */
export async function findSignedInOfficer(queries: Queries, thumbprint: string, at: Date, forShare = false): Promise<OfficerRecord | null> {
  const row = firstRow(await queries.query<OfficerRow>(
    `SELECT ${officerColumns} FROM vault.officer_session s JOIN vault.officer o USING (officer_id) WHERE s.thumbprint = $1 AND s.expires_at > $2
       AND o.frozen_at IS NULL AND o.dismissed_at IS NULL ${forShare ? 'FOR SHARE OF o' : ''}`,
    [thumbprint, at],
  ));
  return row === null ? null : officerOf(row);
}
