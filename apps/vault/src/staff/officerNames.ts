/** How the name of an officer, an office or a unit is stored: NFC, trimmed. */
export function normaliseOfficerText(text: string): string {
  return text.normalize('NFC').trim();
}

/**
 * Whether two units are one and the same to whoever reads them: capitals, spaces and what cannot be seen make no
 * difference. Two officers decide on an order because they are of two units, not of two spellings.
 */
export function sameUnit(a: string, b: string): boolean {
  return foldUnit(a) === foldUnit(b);
}

/** A unit as it is compared. */
export function foldUnit(unit: string): string {
  // NFKC before the capitals and NFC after: full-width letters, and letters whose capital decomposes.
  return unit.normalize('NFKC').replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').trim().replaceAll(/\s+/gu, ' ').toUpperCase().normalize('NFC');
}
