import type { DocumentType, SealedDocument, SealedIdentity } from '@health-kit/api';

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

/** Formats of document numbers beyond the resident id, whose check digit is computed. */
const formats: Readonly<Record<Exclude<DocumentType, 'resident-id'>, RegExp>> = {
  // 港澳居民来往内地通行证: H or M and 8 digits, with or without the two of the card's issue. 港澳居民居住证 has an 18-digit number of its own.
  'hk-macau-permit': /^[HM]\d{8}(\d{2})?$/,
  // 台湾居民来往大陆通行证: 8 digits, on older ones 10 and a letter.
  'taiwan-permit': /^\d{8}$|^\d{10}[A-Z]?$/,
  // 外国人永久居留身份证: three letters and 12 digits, since 2023 an 18-digit number that begins with 9.
  'foreign-permanent-resident': /^[A-Z]{3}\d{12}$|^9\d{16}[0-9X]$/,
  // ICAO Doc 9303, part 4: nine positions; longer numbers continue in the optional data.
  passport: /^[A-Z0-9]{5,12}$/,
};

/** Normalises what somebody declares: NFC, trimmed, single spaces, document number in capitals without separators. Null when it is not plausible. */
export function normaliseIdentity(sealed: SealedIdentity): Identity | null {
  const document = normaliseDocument(sealed);
  return document === null ? null : { ...document, phone: sealed.phone, language: sealed.language };
}

/** Normalises what an officer reads off a document. Null when it is not plausible. */
export function normaliseDocument(sealed: SealedDocument): DocumentParticulars | null {
  const familyName = normaliseName(sealed.familyName);
  const givenName = normaliseName(sealed.givenName);
  const documentNumber = sealed.documentNumber.normalize('NFKC').replaceAll(/[\s-]/gu, '').toUpperCase();
  if (familyName === null || givenName === null) return null;
  const plausible = sealed.documentType === 'resident-id' ? isResidentId(documentNumber) : formats[sealed.documentType].test(documentNumber);
  return plausible ? { familyName, givenName, documentType: sealed.documentType, documentNumber } : null;
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

/**
 * Whether a text is a resident id number: 17 digits and a check character (GB 11643-1999, ISO 7064 MOD 11-2),
 * with a birth date that exists.
 */
export function isResidentId(text: string): boolean {
  if (!/^[1-9]\d{16}[0-9X]$/.test(text)) return false;
  const birth = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const parsed = Date.parse(`${birth}T00:00:00Z`);
  if (!Number.isFinite(parsed) || !new Date(parsed).toISOString().startsWith(birth) || birth < '1850') return false;
  // ISO 7064, 7.2 (recursive method): the running product of the 17 digits and the check character is 1 modulo 11.
  let product = 0;
  for (const digit of text.slice(0, 17)) product = ((product + Number(digit)) * 2) % 11;
  const check = text.endsWith('X') ? 10 : Number(text.at(-1));
  return (product + check) % 11 === 1;
}

function normaliseName(name: string): string | null {
  const normal = name.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
  return normal === '' || !normal.isWellFormed() || notInNames.test(normal) || !/\p{L}/u.test(normal) ? null : normal;
}
