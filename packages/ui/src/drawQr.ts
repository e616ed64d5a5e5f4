import { encodeQR } from 'qr';

/** The characters of QR's alphanumeric mode (ISO/IEC 18004, table 5), which Base45 is made for. */
const alphanumeric = /^[0-9A-Z $%*+\-./:]+$/;

/** From this length on the text of a code is mostly signatures: it looks random, under any mask, and weighing all eight takes a slow phone longer than all the rest. */
const randomCharacters = 200;

/** The modules of a code as one SVG path, runs of a row joined; `size` is in modules, quiet zone included. */
export function drawQr(text: string): { readonly size: number; readonly path: string } {
  const isDense = alphanumeric.test(text);
  const rows = encodeQR(text, 'raw', { ecc: 'medium', encoding: isDense ? 'alphanumeric' : 'byte', border: 4, ...(isDense && text.length > randomCharacters ? { mask: 2 } : {}) });
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      const start = x;
      while (row[x + 1] === true) x += 1;
      path += `M${start} ${y}h${x - start + 1}v1H${start}z`;
    }
  }
  return { size: rows.length, path };
}
