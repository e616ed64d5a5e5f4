/** Brings a typed name into one form: NFC, half-width letters, single spaces, and `·` (U+00B7) for every point that keyboards offer between the parts of a name. */
export function tidyName(typed: string): string {
  return typed.normalize('NFC')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/(?<=\p{Script=Han})\s*[.\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\u25cf]\s*(?=\p{Script=Han})/gu, '·')
    .replace(/[\u2018\u2019\u02bc`\u00b4]/g, '\'')
    .trim().replace(/\s+/gu, ' ');
}

// Cc, Cf, Zl, Zp: what cannot be seen, by which one name could pass for another. Cn, Co, Cs: no characters at all.
const notInNames = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}\p{N}<>]/u;

/** Whether a tidied text can be a name: it has a letter, and nothing that no document prints in a name. */
export function isName(tidied: string): boolean {
  return tidied.isWellFormed() && !notInNames.test(tidied) && /\p{L}/u.test(tidied);
}
