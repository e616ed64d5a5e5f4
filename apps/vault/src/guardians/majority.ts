import { localDay } from '../identifiers.ts';
import type { LocalCalendar } from '../localDay.ts';
import type { DocumentParticulars } from '../people/normaliseIdentity.ts';

/** Age of majority, years (Civil Code of the People's Republic of China, article 17). */
const majorityYears = 18;

/**
 * The first instant of the day on which somebody comes of age (epoch ms), by the birth date in a resident id number
 * (GB 11643-1999, digits 7 to 14). Null where the document has none.
 */
export function majorityOf({ documentType, documentNumber }: DocumentParticulars, calendar: LocalCalendar): number | null {
  if (documentType !== 'resident-id') return null;
  const year = Number(documentNumber.slice(6, 10)) + majorityYears;
  const [month, day] = [documentNumber.slice(10, 12), documentNumber.slice(12, 14)];
  // Who was born on 29 February comes of age on 1 March of a year that has none.
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const text = month === '02' && day === '29' && !leap ? `${year}-03-01` : `${year}-${month}-${day}`;
  return calendar.startOf(localDay(text));
}
