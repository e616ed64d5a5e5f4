/** Identifiers of 128 random bits, made here and never in the database. */

/** Makes a random UUID (RFC 9562, version 4) in the brand that the caller asks for. */
export function randomIdentifier<Id extends string>(randomBytes: (length: number) => Buffer): Id {
  const bytes = randomBytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return identifierOfBytes<Id>(bytes);
}

/** The text of 16 bytes as a UUID. Throws RangeError for another length. */
export function identifierOfBytes<Id extends string>(bytes: Uint8Array): Id {
  const hex = Buffer.from(bytes).toString('hex');
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  if (!isIdentifier<Id>(text)) throw new RangeError('an identifier has 16 bytes');
  return text;
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case, the one spelling that is accepted. The brand is the caller's knowledge of where it comes from. */
export function isIdentifier<Id extends string>(text: string): text is Id {
  return pattern.test(text);
}
