/**
 * A typed telephone number in E.164, e.g. +8613800138000; null when it is
 * none. Eleven digits that start with 1 are a mobile number of the mainland;
 * every other number is typed with + (or 00) and its country code.
 */
export function e164(typed: string): string | null {
  const compact = typed.normalize('NFKC').replace(/[\s\-().]/g, '').replace(/^00/, '+');
  if (/^1[3-9]\d{9}$/.test(compact)) return `+86${compact}`;
  if (compact.startsWith('+86')) return /^\+861[3-9]\d{9}$/.test(compact) ? compact : null;
  return /^\+[1-9]\d{6,14}$/.test(compact) ? compact : null;
}

/** First three and last three digits of a number, as pages show it; the country code of the mainland is left out. */
export function maskedPhone(number: string): string {
  const digits = number.replace(/^\+86/, '').replace('+', '');
  return `${digits.slice(0, 3)}${'*'.repeat(Math.max(0, digits.length - 6))}${digits.slice(-3)}`;
}
