import type { BodyOf, registerVenue } from '@health-kit/api';
import { isVenueKind, type VenueKind } from '@health-kit/policy';

/** What stands in the form. */
export interface VenueForm {
  readonly name: string;
  /** Empty until one is chosen. */
  readonly kind: VenueKind | '';
  readonly address: string;
  /** Degrees, WGS 84. */
  readonly position: { readonly latitude: number; readonly longitude: number } | null;
}
export const emptyVenueForm: VenueForm = { name: '', kind: '', address: '', position: null };

export type VenueFormError = 'name' | 'nameLong' | 'kind' | 'address' | 'addressLong';
export type VenueFormErrors = Partial<Record<'name' | 'kind' | 'address', VenueFormError>>;

/** Most characters of a name as the poster has room for, and of an address. */
export const nameMaximum = 20;
export const addressMaximum = 120;

/** What is sent, or what is wrong. Lengths count characters as people do (code points), and spaces at the ends do not count. */
export function readVenueForm(form: VenueForm): { readonly ok: true; readonly body: BodyOf<typeof registerVenue> } | { readonly ok: false; readonly errors: VenueFormErrors } {
  const name = form.name.trim().replaceAll(/\s+/g, ' ');
  const address = form.address.trim().replaceAll(/\s+/g, ' ');
  const errors: VenueFormErrors = {
    ...(name === '' ? { name: 'name' } : [...name].length > nameMaximum ? { name: 'nameLong' } : {}),
    ...(isVenueKind(form.kind) ? {} : { kind: 'kind' }),
    ...(address === '' ? { address: 'address' } : [...address].length > addressMaximum ? { address: 'addressLong' } : {}),
  };
  if (Object.keys(errors).length > 0 || form.kind === '') return { ok: false, errors };
  // Five decimals are about a metre: a house, and not a desk in it.
  const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
  return {
    ok: true,
    body: { name, kind: form.kind, address, latitude: form.position === null ? null : round(form.position.latitude), longitude: form.position === null ? null : round(form.position.longitude) },
  };
}
