/**
 * What a passkey's signature stands for. Each meaning has a tag of its own before what is hashed to the challenge, so
 * that a signature for one never serves another, and a page can tell by the challenge what it is asked to sign.
 * The end of a system is signed over its statement alone, which names its own type, as the certificate is published.
 */
export const passkeyMeanings = ['order', 'disclosure request', 'disclosure approval', 'invitation', 'officer release', 'desk move', 'institution key'] as const;
export type PasskeyMeaning = (typeof passkeyMeanings)[number];

/** An approval's challenge is the SHA-256 of this: the meaning's tag and the SHA-256 of the statement's text (canonical JSON, RFC 8785). */
export function approvalText(meaning: PasskeyMeaning, statementDigest: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(`health-kit ${meaning}\n`, statementDigest);
}

/** The challenge of a sign-in is the SHA-256 of this: tag, the vault's random 32 bytes, the thumbprint of the session key. */
export function signInText(nonce: Uint8Array, thumbprint: string): Uint8Array<ArrayBuffer> {
  return joined('health-kit sign-in\n', nonce, new TextEncoder().encode(thumbprint));
}

function joined(tag: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = [new TextEncoder().encode(tag), ...parts];
  const bytes = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of all) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
