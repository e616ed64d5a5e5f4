import type { DocumentType } from './operations/residents.ts';

/** What is wrong with a document number; null when nothing is. Whether it exists, only a desk can see. */
export type DocumentNumberFault = 'empty' | 'length' | 'date' | 'check' | 'form';

/** Brings a typed number into the form that documents print: no spaces or hyphens, capital letters, half-width. */
export function normalizeDocumentNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\-·]/g, '').toUpperCase();
}

const forms: Readonly<Record<Exclude<DocumentType, 'resident-id'>, RegExp>> = {
  // 港澳居民来往内地通行证: H or M and 8 digits, with or without the two of the card's issue. 港澳居民居住证 has an 18-digit number of its own.
  'hk-macau-permit': /^[HM]\d{8}(\d{2})?$/,
  // 台湾居民来往大陆通行证: 8 digits, on older ones 10 and a letter.
  'taiwan-permit': /^\d{8}$|^\d{10}[A-Z]?$/,
  // 外国人永久居留身份证: three letters and 12 digits; since December 2023 a number built like a resident id's that begins with 9.
  'foreign-permanent-resident': /^[A-Z]{3}\d{12}$|^9\d{16}[0-9X]$/,
  // ICAO Doc 9303, part 4: nine positions; longer numbers continue in the optional data.
  passport: /^[A-Z0-9]{5,12}$/,
};

/**
 * Checks a normalized number as far as its form allows.
 *
 * @param now where given, a date of birth after it is none
 */
export function documentNumberFault(type: DocumentType, number: string, now?: Date): DocumentNumberFault | null {
  if (number === '') return 'empty';
  if (type !== 'resident-id' && !forms[type].test(number)) return 'form';
  return type === 'resident-id' || isBuiltLikeResidentId(type, number) ? residentIdFault(number, now) : null;
}

/** The date of birth in a number that passed {@link documentNumberFault}, as `YYYY-MM-DD`; null where its document has none in it. */
export function birthDateIn(type: DocumentType, number: string): string | null {
  return type === 'resident-id' || isBuiltLikeResidentId(type, number) ? birthDate(number) : null;
}

function isBuiltLikeResidentId(type: DocumentType, number: string): boolean {
  return type === 'foreign-permanent-resident' && number.length === 18;
}

/** GB 11643-1999: 6 digits of place, 8 of birth date, 3 of sequence, and a check character by ISO 7064 MOD 11-2. */
function residentIdFault(number: string, now: Date | undefined): DocumentNumberFault | null {
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return 'length';
  if (!isBirthDate(birthDate(number), now)) return 'date';
  return checkCharacter(number.slice(0, 17)) === number.charAt(17) ? null : 'check';
}

/** The check character over 17 digits (ISO 7064 MOD 11-2): weights 2^(17-i) mod 11. */
export function checkCharacter(digits: string): string {
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return '10X98765432'.charAt(sum % 11);
}

const birthDate = (number: string) => `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;

function isBirthDate(day: string, now: Date | undefined): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== day) return false;
  return day >= '1850' && (now === undefined || parsed <= now);
}
