/** What the challenge of a passkey must be, reckoned by the page: a server that passes another one off gets no signature. */
import { approvalText, signInText, type PasskeyMeaning } from '@health-kit/api';
import { decodeBase64url, encodeBase64url } from '@health-kit/pass';
import { Type } from 'typebox';
import { Check } from 'typebox/value';

/** What a page has before it, as its members in the statement: a text, a set of texts in any order, or a moment. */
export type Shown = Readonly<Record<string, string | readonly string[] | Date>>;

const Statement = Type.Record(Type.String(), Type.Unknown());
const Texts = Type.Array(Type.String());

const WithChallenge = Type.Object({ challenge: Type.String() });

/** Whether options ask for the very challenge that the page has reckoned; never where it could not (null). */
export function asksFor(options: unknown, expected: string | null): boolean {
  return expected !== null && Check(WithChallenge, options) && options.challenge === expected;
}

/** The challenge of a sign-in under this session key and no other; null for a nonce that is none. */
export async function signInChallenge(nonce: string, thumbprint: string): Promise<string | null> {
  const bytes = decodeBase64url(nonce);
  return bytes?.length === 32 ? encodeBase64url(await sha256(signInText(bytes, thumbprint))) : null;
}

/**
 * The challenge by which a statement is approved with this meaning; null where the statement does not say what the
 * page shows.
 */
export async function approvalChallenge(meaning: PasskeyMeaning, statement: string, shown: Shown): Promise<string | null> {
  return says(statement, shown) ? encodeBase64url(await sha256(approvalText(meaning, await sha256(new TextEncoder().encode(statement))))) : null;
}

/** The challenge by which the end of the system is approved: over the statement alone, as its certificate keeps it. */
export async function sunsetChallenge(statement: string): Promise<string | null> {
  return says(statement, { type: 'health-kit-sunset-1' }) ? encodeBase64url(await sha256(new TextEncoder().encode(statement))) : null;
}

function says(statement: string, shown: Shown): boolean {
  let said: unknown;
  try {
    said = JSON.parse(statement);
  } catch {
    return false;
  }
  if (!Check(Statement, said)) return false;
  const members = said;
  return Object.entries(shown).every(([name, value]) => {
    const member = members[name];
    if (typeof value === 'string') return member === value;
    if (value instanceof Date) return typeof member === 'string' && Date.parse(member) === value.getTime();
    return Check(Texts, member) && member.length === value.length && new Set(member).size === member.length && value.every((each) => member.includes(each));
  });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
