import { documentNumberFault, isName, normalizeDocumentNumber, tidyName, type DocumentType, type SealedDocument, type SealedIdentity } from '@health-kit/api';

/** A person's particulars, normalised: what is compared, indexed and masked. */
export interface Identity {
  readonly familyName: string;
  /** Empty for somebody whose document has one name. */
  readonly givenName: string;
  readonly documentType: DocumentType;
  readonly documentNumber: string;
  /** E.164; {@link noPhone} of somebody who was registered at a desk. */
  readonly phone: string;
  readonly language: 'zh' | 'en';
}
/** Stands for the number of somebody without a phone. No message goes there. */
export const noPhone = '';
export type DocumentParticulars = Pick<Identity, 'familyName' | 'givenName' | 'documentType' | 'documentNumber'>;

/** Normalises what somebody declares: names as packages/api tidies them, document number in capitals without separators. Null when it is not plausible. */
export function normaliseIdentity(sealed: SealedIdentity): Identity | null {
  const document = normaliseDocument(sealed);
  return document === null ? null : { ...document, phone: sealed.phone, language: sealed.language };
}

/** Normalises what an officer reads off a document. Null when it is not plausible. */
export function normaliseDocument(sealed: SealedDocument): DocumentParticulars | null {
  const familyName = normaliseName(sealed.familyName);
  const givenName = sealed.givenName === '' ? '' : normaliseName(sealed.givenName);
  const documentNumber = normalizeDocumentNumber(sealed.documentNumber);
  if (familyName === null || givenName === null) return null;
  // Births that are yet to come are the apps' to find: they know whose clock it is.
  return documentNumberFault(sealed.documentType, documentNumber) === null ? { familyName, givenName, documentType: sealed.documentType, documentNumber } : null;
}

/** Whether two sets of particulars are those of one document; letters' case does not matter in names. */
export function sameDocument(a: DocumentParticulars, b: DocumentParticulars): boolean {
  return a.documentType === b.documentType && a.documentNumber === b.documentNumber
    && foldName(a.familyName) === foldName(b.familyName) && foldName(a.givenName) === foldName(b.givenName);
}

/** A normalised name as it is compared and indexed: without the difference of capitals and small letters. */
export function foldName(name: string): string {
  return name.toUpperCase().normalize('NFC');
}

function normaliseName(name: string): string | null {
  const tidied = tidyName(name);
  return isName(tidied) ? tidied : null;
}
