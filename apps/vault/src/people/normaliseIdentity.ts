import { documentNumberFault, normalizeDocumentNumber, type DocumentType, type SealedDocument, type SealedIdentity } from '@health-kit/api';

/** A person's particulars, normalised: what is compared, indexed and masked. */
export interface Identity {
  readonly familyName: string;
  readonly givenName: string;
  readonly documentType: DocumentType;
  readonly documentNumber: string;
  /** E.164. */
  readonly phone: string;
  readonly language: 'zh' | 'en';
}
export type DocumentParticulars = Pick<Identity, 'familyName' | 'givenName' | 'documentType' | 'documentNumber'>;

// Cc, Cf, Zl, Zp: what cannot be seen, by which one name could pass for another. Cn, Co, Cs: no characters at all.
const notInNames = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}\p{N}<>]/u;

/** Normalises what somebody declares: NFC, trimmed, single spaces, document number in capitals without separators. Null when it is not plausible. */
export function normaliseIdentity(sealed: SealedIdentity): Identity | null {
  const document = normaliseDocument(sealed);
  return document === null ? null : { ...document, phone: sealed.phone, language: sealed.language };
}

/** Normalises what an officer reads off a document. Null when it is not plausible. */
export function normaliseDocument(sealed: SealedDocument): DocumentParticulars | null {
  const familyName = normaliseName(sealed.familyName);
  const givenName = normaliseName(sealed.givenName);
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
  const normal = name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
  return normal === '' || !normal.isWellFormed() || notInNames.test(normal) || !/\p{L}/u.test(normal) ? null : normal;
}
