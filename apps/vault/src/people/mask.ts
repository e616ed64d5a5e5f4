import type { MaskedHolder } from '@health-kit/api';
import { maskedNameMaximumBytes } from '@health-kit/pass';
import type { Identity } from './normaliseIdentity.ts';

const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What the least view shows, in a person's access log. */
export const leastViewFields = ['name', 'documentLastTwo', 'phone'] as const;

/** The least view of a person: all that anybody but the person sees. */
export function maskHolder(identity: Identity, identityProven: boolean): MaskedHolder {
  return {
    name: maskName(identity.familyName, identity.givenName),
    documentType: identity.documentType,
    documentLastTwo: identity.documentNumber.slice(-2),
    phone: maskPhone(identity.phone),
    identityProven,
  };
}

/**
 * The family name and one mark per further character, two at most: 欧阳＊＊, Müller **. A long family name is cut
 * at a character so that the whole fits the pass (18 bytes of UTF-8). Of an only name the first character is shown.
 */
export function maskName(familyName: string, givenName: string): string {
  if (givenName === '') {
    const [initial = '', ...others] = [...graphemes.segment(familyName)].map(({ segment }) => segment);
    return others.length === 0 ? initial : maskName(initial, others.join(''));
  }
  const wide = /^\p{Script=Han}/u.test(familyName);
  const further = [...graphemes.segment(givenName.replaceAll(' ', ''))].length;
  const marks = (wide ? '＊' : '*').repeat(Math.min(further, 2));
  const ending = wide ? marks : ` ${marks}`;
  const room = maskedNameMaximumBytes - encoder.encode(ending).length;
  let shown = '';
  for (const { segment } of graphemes.segment(familyName)) {
    if (encoder.encode(shown + segment).length > room) break;
    shown += segment;
  }
  return shown.trimEnd() + ending;
}

// ITU-T E.164: zones 1 and 7 have one digit, these country codes two, all others three.
const twoDigitCodes = /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** First three and last three digits of the national number, e.g. 138*****000; fewer of a short one, so that something stays hidden. */
export function maskPhone(phone: string): string {
  const digits = phone.slice(1);
  const codeLength = /^[17]/.test(digits) ? 1 : twoDigitCodes.test(digits) ? 2 : 3;
  const national = digits.slice(codeLength);
  const shown = Math.max(0, Math.min(3, Math.floor((national.length - 2) / 2)));
  return national.slice(0, shown) + '*'.repeat(national.length - 2 * shown) + national.slice(national.length - shown);
}
