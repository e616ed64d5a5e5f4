import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import readerWasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** What the scanner can read: QR codes on screens and posters, Code 128 on specimen tubes. */
export type CodeFormat = 'QRCode' | 'Code128';

const options: ReaderOptions = { tryHarder: true, tryInvert: true, maxNumberOfSymbols: 1 };

/**
 * Loads the reader. Its WebAssembly file is one of our own: the library's
 * default address is a public CDN, which our content security policy forbids
 * and a health authority's page has no business to call.
 */
export async function loadReader(): Promise<void> {
  await prepareZXingModule({
    overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? readerWasm : prefix + path) },
    fireImmediately: true,
  });
}

/** The text of the first code in a picture; null when there is none. */
export async function readCode(picture: ImageData | Blob, formats: readonly CodeFormat[]): Promise<string | null> {
  const found = await readBarcodes(picture, { ...options, formats: [...formats] });
  return found.find((result) => result.isValid)?.text ?? null;
}
