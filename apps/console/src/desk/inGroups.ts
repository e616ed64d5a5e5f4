/** A number in groups of four, as one reads it aloud. */
export function inGroups(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1\u2009');
}
