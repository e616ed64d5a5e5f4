/** Who calls, as far as an operation's authority establishes it. */
import type {
  GateId, HealthPseudonym, InstitutionId, NotifyPseudonym, OfficerId, StaffRole, VenueId, VenuePseudonym, VisitPseudonym, Day,
} from '@health-kit/api';
import type { CallerRequest } from '@health-kit/api/vault';

export interface AnyoneCaller { readonly kind: 'anyone' }

/** Somebody with a key; the vault says whose it is. */
export interface DeviceCaller {
  readonly kind: 'device';
  /** The request as it came, for the vault to verify. */
  readonly request: CallerRequest;
}

/** The bearer of a resident's day ticket: may append visits of that day and nothing else. */
export interface TicketCaller {
  readonly kind: 'ticket';
  readonly day: Day;
  /** First instant of the ticket's day and of the next, epoch ms. */
  readonly dayStartMs: number;
  readonly dayEndMs: number;
  readonly visit: VisitPseudonym;
}

/** A resident by the proven key of their device, under the pseudonym of each sector. */
export interface ResidentCaller {
  readonly kind: 'resident';
  readonly identityProven: boolean;
  readonly health: HealthPseudonym;
  readonly notify: NotifyPseudonym;
  readonly venue: VenuePseudonym;
  readonly request: CallerRequest;
}

export interface GateCaller {
  readonly kind: 'gate';
  readonly gateId: GateId;
  readonly venueId: VenueId;
}

export interface StaffCaller {
  readonly kind: 'staff';
  readonly officerId: OfficerId;
  readonly name: string;
  readonly roles: readonly StaffRole[];
  readonly office: string;
  readonly unit: string;
  readonly institutionId: InstitutionId | null;
  readonly request: CallerRequest;
}

/** How colleagues see an officer: name and unit. */
export function signatureOf({ name, unit }: StaffCaller): string {
  return `${name} · ${unit}`;
}

export interface InstitutionCaller {
  readonly kind: 'institution';
  readonly institutionId: InstitutionId;
  readonly kid: string;
  readonly scope: string;
}
