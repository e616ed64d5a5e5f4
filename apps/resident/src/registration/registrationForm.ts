import { documentNumberFault, normalizeDocumentNumber, type DocumentNumberFault, type DocumentType, type SealedIdentity } from '@health-kit/api';
import type { Language } from '@health-kit/ui';
import { e164 } from './phone.ts';

/** What the person typed. */
export interface RegistrationForm {
  readonly documentType: DocumentType;
  readonly familyName: string;
  readonly givenName: string;
  readonly documentNumber: string;
  readonly phone: string;
}
export const emptyRegistration: RegistrationForm = { documentType: 'resident-id', familyName: '', givenName: '', documentNumber: '', phone: '' };

/** Longest names that are sealed (packages/api, SealedIdentity). */
export const nameLimits = { familyName: 40, givenName: 60 } as const;

/** What is wrong, per field; a field that is absent is right. */
export interface RegistrationFaults {
  readonly familyName?: 'empty' | 'long';
  readonly givenName?: 'empty' | 'long';
  readonly documentNumber?: DocumentNumberFault;
  readonly phone?: 'empty' | 'form';
}

export type CheckedRegistration =
  | { readonly ok: true; readonly identity: SealedIdentity }
  | { readonly ok: false; readonly faults: RegistrationFaults };

/** Checks the form as a whole and gives what is to be sealed. Names lose outer and doubled spaces and nothing else. */
export function checkRegistration(form: RegistrationForm, language: Language, now: Date): CheckedRegistration {
  const familyName = tidyName(form.familyName);
  const givenName = tidyName(form.givenName);
  const documentNumber = normalizeDocumentNumber(form.documentNumber);
  const phone = e164(form.phone);
  const family = nameFault(familyName, nameLimits.familyName);
  const given = nameFault(givenName, nameLimits.givenName);
  const number = documentNumberFault(form.documentType, documentNumber, now);
  const telephone = form.phone.trim() === '' ? 'empty' : phone === null ? 'form' : null;
  if (family !== null || given !== null || number !== null || telephone !== null || phone === null) {
    return {
      ok: false,
      faults: {
        ...(family === null ? {} : { familyName: family }),
        ...(given === null ? {} : { givenName: given }),
        ...(number === null ? {} : { documentNumber: number }),
        ...(telephone === null ? {} : { phone: telephone }),
      },
    };
  }
  return { ok: true, identity: { familyName, givenName, documentType: form.documentType, documentNumber, phone, language } };
}

function tidyName(typed: string): string {
  return typed.normalize('NFC').trim().replace(/\s+/g, ' ');
}

function nameFault(name: string, limit: number): 'empty' | 'long' | null {
  if (name === '') return 'empty';
  return name.length > limit ? 'long' : null;
}
