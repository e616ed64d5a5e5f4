/** What the texts folder says of a language, apart from its messages; the build reads it off each file there. */
export interface LanguageHead {
  /** Its name in its own words. */
  readonly name: string;
  /** BCP 47, for `<html lang>`, by which browsers choose fonts and screen readers a voice. */
  readonly tag: string;
  /** BCP 47, how dates and times are written. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** Which of the two languages its readers are given of what comes in those alone: names of cities and venues, published rules. */
  readonly words: Language;
}

/** A language that an app is there in. */
export interface KnownLanguage extends LanguageHead {
  /** Name of its file in the texts folders, and how it is remembered: `zh`. */
  readonly id: string;
  /** Whether messages are missing in it, for which English stands in. */
  readonly partial: boolean;
}

/** The two languages that everything published is written in. */
export type Language = 'zh' | 'en';

/** The language whose messages stand in for those that another has not got. */
export const fallbackId = 'en';

/**
 * The reader's own language: the remembered choice, else the first of the browser's that is known (by the whole tag, or
 * by its first part: zh-Hant-HK is read as zh), else English.
 */
export function preferredLanguage(remembered: string | null, browserLanguages: readonly string[], known: readonly string[]): string {
  if (remembered !== null && known.includes(remembered)) return remembered;
  for (const tag of browserLanguages) {
    const parts = tag.split('-');
    for (let length = parts.length; length > 0; length -= 1) {
      const wanted = parts.slice(0, length).join('-').toLowerCase();
      const found = known.find((id) => id.toLowerCase() === wanted);
      if (found !== undefined) return found;
    }
  }
  return fallbackId;
}
