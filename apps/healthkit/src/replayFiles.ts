/** The two files of a replay, read line by line. What does not parse is refused and named; nothing is guessed. */

export type Venue = { readonly venue: string; readonly latitude: number; readonly longitude: number };

export type CheckIn = {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly person: string;
  readonly venue: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /**
   * How often the very same line occurs. Lines alike in all three fields are one check-in that was sent so often (a
   * second look at the phone), and must be stored once; lines that differ in any field are check-ins of their own.
   */
  readonly times: number;
};

/** A line that was not taken, and why. */
export type RefusedLine = { readonly line: number; readonly reason: string };

const largestField = 64;

/** Reads `venue TAB latitude TAB longitude` lines, degrees in WGS 84. A venue's second line is refused. */
export function parseVenues(text: string): { readonly venues: ReadonlyMap<string, Venue>; readonly refused: readonly RefusedLine[] } {
  const venues = new Map<string, Venue>();
  const refused: RefusedLine[] = [];
  for (const { line, fields } of linesOf(text)) {
    const [venue = '', latitudeText = '', longitudeText = ''] = fields;
    const [latitude, longitude] = [parseNumber(latitudeText), parseNumber(longitudeText)];
    const refuse = (reason: string) => refused.push({ line, reason });
    if (fields.length !== 3) refuse(`has ${fields.length} fields, not venue, latitude, longitude`);
    else if (!isIdentifier(venue)) refuse('the venue is missing or too long');
    else if (latitude === null || Math.abs(latitude) > 90) refuse('the latitude is no number from -90 to 90');
    else if (longitude === null || Math.abs(longitude) > 180) refuse('the longitude is no number from -180 to 180');
    else if (venues.has(venue)) refuse('the venue stands in an earlier line');
    else venues.set(venue, { venue, latitude, longitude });
  }
  return { venues, refused };
}

/** Reads `user TAB venue TAB Unix seconds` lines; seconds may have a fraction. A check-in at a venue that is not in the venues file is refused. */
export function parseCheckIns(text: string, venues: ReadonlyMap<string, Venue>): { readonly checkIns: readonly CheckIn[]; readonly refused: readonly RefusedLine[] } {
  const byContent = new Map<string, CheckIn>();
  const refused: RefusedLine[] = [];
  for (const { line, fields } of linesOf(text)) {
    const [person = '', venue = '', secondsText = ''] = fields;
    const seconds = parseNumber(secondsText);
    const refuse = (reason: string) => refused.push({ line, reason });
    if (fields.length !== 3) refuse(`has ${fields.length} fields, not user, venue, Unix seconds`);
    else if (!isIdentifier(person)) refuse('the user is missing or too long');
    else if (!isIdentifier(venue)) refuse('the venue is missing or too long');
    else if (seconds === null || seconds < 0 || seconds > 253_402_300_799) refuse('the time is no Unix time in seconds');
    else if (!venues.has(venue)) refuse('the venue is not in the venues file');
    else {
      const at = Math.round(seconds * 1000);
      const content = `${person}\t${venue}\t${at}`;
      const earlier = byContent.get(content);
      byContent.set(content, earlier === undefined ? { line, person, venue, at, times: 1 } : { ...earlier, times: earlier.times + 1 });
    }
  }
  return { checkIns: [...byContent.values()], refused };
}

function* linesOf(text: string): Generator<{ line: number; fields: string[] }> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // The end of the last line is not a line of its own.
  if (lines.at(-1) === '') lines.pop();
  for (const [index, content] of lines.entries()) yield { line: index + 1, fields: content.split('\t') };
}

function isIdentifier(text: string): boolean {
  return text.length > 0 && text.length <= largestField && text === text.trim();
}

/** A decimal number as the files write it; null for anything else (hexadecimal, `NaN`, an empty field). */
function parseNumber(text: string): number | null {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}
