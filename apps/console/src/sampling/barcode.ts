import { Barcode } from '@health-kit/api';
import { isPrintedCode } from '@health-kit/pass';
import { Check } from 'typebox/value';

/** The barcode of a tube as it is stored: capital letters, digits and hyphens, 6 to 32; null for anything else. */
export function readBarcode(text: string): string | null {
  const barcode = text.normalize('NFKC').trim().toUpperCase();
  return Check(Barcode, barcode) ? barcode : null;
}

/** Whether a scanned text is the code of a pass, a phone's or a card's, which begin so (packages/pass). */
export function isPassText(text: string): boolean {
  return text.startsWith('HK1:') || isPrintedCode(text);
}
