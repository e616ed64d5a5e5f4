import type { DocumentType } from '@health-kit/api';

/** What is wrong with a document number; null when nothing is. Whether it exists, only a desk can see. */
export type DocumentNumberFault = 'empty' | 'length' | 'date' | 'check' | 'form';

/** Brings a typed number into the form that documents print: no spaces or hyphens, capital letters, half-width. */
export function normalizeDocumentNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/[\s\-·]/g, '').toUpperCase();
}

const forms: Readonly<Record<Exclude<DocumentType, 'resident-id'>, RegExp>> = {
  'hk-macau-permit': /^[HM]\d{8}(\d{2})?$/,
  'taiwan-permit': /^\d{8}(\d{2})?$/,
  'foreign-permanent-resident': /^([A-Z]{3}\d{12}|9\d{17})$/,
  // ICAO 9303-4: at most 9 characters in the machine-readable zone; a few states print more.
  passport: /^[A-Z0-9]{5,15}$/,
};

/** Checks a normalized number as far as its form allows. */
export function documentNumberFault(type: DocumentType, number: string, now: Date): DocumentNumberFault | null {
  if (number === '') return 'empty';
  if (type === 'resident-id') return residentIdFault(number, now);
  if (!forms[type].test(number)) return 'form';
  return type === 'foreign-permanent-resident' && number.length === 18 ? residentIdFault(number, now) : null;
}

/** GB 11643-1999: 6 digits of place, 8 of birth date, 3 of sequence, and a check character by ISO 7064 MOD 11-2. */
function residentIdFault(number: string, now: Date): DocumentNumberFault | null {
  if (!/^\d{17}[\dX]$/.test(number)) return 'length';
  if (!isPastDay(number.slice(6, 14), now)) return 'date';
  return checkCharacter(number.slice(0, 17)) === number.charAt(17) ? null : 'check';
}

/** The check character over 17 digits (ISO 7064 MOD 11-2): weights 2^(17-i) mod 11. */
export function checkCharacter(digits: string): string {
  const sum = Array.from(digits).reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return '10X98765432'.charAt(sum % 11);
}

function isPastDay(yyyymmdd: string, now: Date): boolean {
  const day = `${yyyymmdd.slice(0, 4)}-${yyyymmdd.slice(4, 6)}-${yyyymmdd.slice(6)}`;
  const parsed = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== day) return false;
  return parsed <= now && Number(yyyymmdd.slice(0, 4)) >= 1850;
}
