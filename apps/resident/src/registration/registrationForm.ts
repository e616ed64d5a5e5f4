import {
  documentNumberFault, isName, looksMachineReadable, normalizeDocumentNumber, readMachineReadablePassport, tidyName,
  type DocumentNumberFault, type DocumentType, type MachineReadableFault, type SealedIdentity,
} from '@health-kit/api';
import type { Language } from '@health-kit/ui';
import { e164 } from './phone.ts';

/** What the person typed. */
export interface RegistrationForm {
  readonly documentType: DocumentType;
  /** The document has one name only: it is typed as the family name. */
  readonly singleName: boolean;
  readonly familyName: string;
  readonly givenName: string;
  readonly documentNumber: string;
  readonly phone: string;
}
export const emptyRegistration: RegistrationForm = { documentType: 'resident-id', singleName: false, familyName: '', givenName: '', documentNumber: '', phone: '' };

/** Longest names that are sealed (packages/api, SealedIdentity). */
export const nameLimits = { familyName: 40, givenName: 60 } as const;

/** The fields that are checked, in the order in which they stand on the page. */
export const registrationFields = ['familyName', 'givenName', 'documentNumber', 'phone'] as const;
export type RegistrationField = (typeof registrationFields)[number];
type NameFault = 'empty' | 'long' | 'characters';
type NumberFault = DocumentNumberFault | `lines-${MachineReadableFault}`;

/** What is wrong, per field; a field that is absent is right. */
export interface RegistrationFaults {
  readonly familyName?: NameFault;
  readonly givenName?: NameFault;
  readonly documentNumber?: NumberFault;
  readonly phone?: 'empty' | 'form';
}

export type CheckedRegistration =
  | { readonly ok: true; readonly identity: SealedIdentity }
  | { readonly ok: false; readonly faults: RegistrationFaults };

/** Checks the form as a whole and gives what is to be sealed. Nothing but the form is looked at: whether anybody is registered, no check knows. */
export function checkRegistration(form: RegistrationForm, language: Language, now: Date): CheckedRegistration {
  const tidied = tidyRegistration(form);
  const familyName = nameFault(tidied.familyName, nameLimits.familyName);
  const givenName = tidied.singleName ? null : nameFault(tidied.givenName, nameLimits.givenName);
  const documentNumber = numberFault(tidied, now);
  const phone = e164(tidied.phone);
  const telephone = tidied.phone.trim() === '' ? 'empty' : phone === null ? 'form' : null;
  if (familyName !== null || givenName !== null || documentNumber !== null || telephone !== null || phone === null) {
    return {
      ok: false,
      faults: {
        ...(familyName === null ? {} : { familyName }),
        ...(givenName === null ? {} : { givenName }),
        ...(documentNumber === null ? {} : { documentNumber }),
        ...(telephone === null ? {} : { phone: telephone }),
      },
    };
  }
  return {
    ok: true,
    identity: { familyName: tidied.familyName, givenName: tidied.singleName ? '' : tidied.givenName, documentType: tidied.documentType, documentNumber: tidied.documentNumber, phone, language },
  };
}

/**
 * The form as it is once a field was left: names and number as documents print them. Out of the two lines at the foot
 * of a passport's page come the number and, where nothing was typed yet, the names.
 */
export function tidyRegistration(form: RegistrationForm): RegistrationForm {
  const named = { ...form, familyName: tidyName(form.familyName), givenName: tidyName(form.givenName) };
  if (form.documentType !== 'passport' || !looksMachineReadable(form.documentNumber)) return { ...named, documentNumber: normalizeDocumentNumber(form.documentNumber) };
  const lines = readMachineReadablePassport(form.documentNumber);
  // What cannot be read stays as it is, to be mended.
  if (typeof lines === 'string') return named;
  const names = lines.names === null || named.familyName !== '' || named.givenName !== '' ? {} : { ...lines.names, singleName: lines.names.givenName === '' };
  return { ...named, ...names, documentNumber: lines.number };
}

function numberFault({ documentType, documentNumber }: RegistrationForm, now: Date): NumberFault | null {
  if (documentType === 'passport' && looksMachineReadable(documentNumber)) {
    const lines = readMachineReadablePassport(documentNumber);
    if (typeof lines === 'string') return `lines-${lines}`;
  }
  return documentNumberFault(documentType, documentNumber, now);
}

function nameFault(name: string, limit: number): NameFault | null {
  if (name === '') return 'empty';
  if (name.length > limit) return 'long';
  return isName(name) ? null : 'characters';
}
