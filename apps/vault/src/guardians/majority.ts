import { birthDateIn } from '@health-kit/api';
import { localDay } from '../identifiers.ts';
import type { LocalCalendar } from '../localDay.ts';
import type { DocumentParticulars } from '../people/normaliseIdentity.ts';

/** Age of majority, years (Civil Code of the People's Republic of China, article 17). */
const majorityYears = 18;

/**
 * The first instant of the day on which somebody comes of age (epoch ms), by the birth date in the number of the
 * document, or else by the one that was read off it. Null where neither says it.
 */
export function majorityOf({ documentType, documentNumber }: DocumentParticulars, calendar: LocalCalendar, readOff: string | null = null): number | null {
  const birth = birthDateIn(documentType, documentNumber) ?? readOff;
  if (birth === null) return null;
  const year = Number(birth.slice(0, 4)) + majorityYears;
  const monthAndDay = birth.slice(4);
  // Who was born on 29 February comes of age on 1 March of a year that has none.
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return calendar.startOf(localDay(monthAndDay === '-02-29' && !leap ? `${year}-03-01` : `${year}${monthAndDay}`));
}
