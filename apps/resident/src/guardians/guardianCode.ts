import { routes } from '../routes.ts';

/** As the vault makes them: eight letters of Crockford's Base32. */
const codePattern = /^[0-9A-HJKMNP-TV-Z]{8}$/;

/** The address behind the QR code on the dependant's device. The code is in the fragment, which is not sent to the host. */
export function guardianLink(origin: string, code: string): string {
  return `${origin}${routes.lookAfter}#${code}`;
}

/** A code as people read it out: two groups of four. */
export function groupedCode(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

/**
 * The code in what was scanned, opened or typed: the link of any origin, or the bare code, in either case, with gaps,
 * and with the letters that Base32 takes for figures. Null for anything else.
 */
export function readGuardianCode(text: string): string | null {
  const bare = text.trim().replace(/^.*#/s, '').replaceAll(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return codePattern.test(bare) ? bare : null;
}
