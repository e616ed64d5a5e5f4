import { machineReadableCheckDigit } from './machineReadableZone.ts';
import type { DocumentType } from './operations/residents.ts';

/** What is wrong with a document number; null when nothing is. Whether it exists, only a desk can see. */
export type DocumentNumberFault = 'empty' | 'length' | 'region' | 'date' | 'check' | 'form';

/** Brings a typed number into the form that documents print: no spaces or hyphens, capital letters, half-width. */
export function normalizeDocumentNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\-‐‑‒–—·.]/g, '').toUpperCase();
}

const forms: Readonly<Record<Exclude<DocumentType, 'resident-id'>, RegExp>> = {
  // 港澳居民来往内地通行证: H or M and 8 digits, with or without the two of the card's issue. 港澳居民居住证 has an 18-digit number of its own, built like a resident id's.
  'hk-macau-permit': /^[HM]\d{8}(\d{2})?$/,
  // 台湾居民来往大陆通行证: 8 digits, on older ones 10 and a letter.
  'taiwan-permit': /^\d{8}$|^\d{10}[A-Z]?$/,
  // 外国人永久居留身份证: three letters and 12 digits; since December 2023 a number built like a resident id's that begins with 9.
  'foreign-permanent-resident': /^[A-Z]{3}\d{12}$|^9\d{16}[0-9X]$/,
  // ICAO Doc 9303, part 4: nine positions; some states print longer ones.
  passport: /^[A-Z0-9]{5,12}$/,
};

/**
 * The provinces, autonomous regions and municipalities of GB/T 2260, with Taiwan, Hong Kong and Macau (whose residence
 * permits begin with 83, 81 and 82).
 */
const provinces: ReadonlySet<string> = new Set([
  '11', '12', '13', '14', '15', '21', '22', '23', '31', '32', '33', '34', '35', '36', '37', '41', '42', '43', '44', '45', '46',
  '50', '51', '52', '53', '54', '61', '62', '63', '64', '65', '71', '81', '82', '83',
]);

/**
 * Checks a normalized number as far as its form allows.
 *
 * @param now where given, a date of birth after it is none
 */
export function documentNumberFault(type: DocumentType, number: string, now?: Date): DocumentNumberFault | null {
  if (number === '') return 'empty';
  if (type === 'resident-id') return longNumberFault(number, /^[1-9]\d{16}[\dX]$/, 0, now);
  if (!forms[type].test(number)) return 'form';
  if (type !== 'foreign-permanent-resident') return null;
  return number.length === 18 ? longNumberFault(number, forms[type], 1, now) : olderPermanentResidentFault(number);
}

/** The date of birth in a number that passed {@link documentNumberFault}, as `YYYY-MM-DD`; null where its document has none in it, or no century. */
export function birthDateIn(type: DocumentType, number: string): string | null {
  return type === 'resident-id' || type === 'foreign-permanent-resident' && number.length === 18 ? birthDate(number) : null;
}

/**
 * GB 11643-1999: 6 digits of place, 8 of birth date, 3 of sequence, and a check character by ISO 7064 MOD 11-2.
 *
 * @param provinceAt where its two digits begin: after the 9 of a foreign permanent resident, whose three digits of
 *   country follow (ISO 3166-1)
 */
function longNumberFault(number: string, form: RegExp, provinceAt: number, now: Date | undefined): DocumentNumberFault | null {
  if (!form.test(number)) return 'length';
  if (!provinces.has(number.slice(provinceAt, provinceAt + 2))) return 'region';
  if (!isBirthDate(birthDate(number), now)) return 'date';
  return checkCharacter(number.slice(0, 17)) === number.charAt(17) ? null : 'check';
}

/** Until 2023: 3 letters of country, 4 digits of place, 6 of birth date (YYMMDD), one of sequence, and the check digit of ICAO 9303 over all before it. */
function olderPermanentResidentFault(number: string): DocumentNumberFault | null {
  if (!provinces.has(number.slice(3, 5))) return 'region';
  const day = `${number.slice(7, 9)}-${number.slice(9, 11)}-${number.slice(11, 13)}`;
  if (!['19', '20'].some((century) => isBirthDate(century + day, undefined))) return 'date';
  return machineReadableCheckDigit(number.slice(0, 14)) === number.charAt(14) ? null : 'check';
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
