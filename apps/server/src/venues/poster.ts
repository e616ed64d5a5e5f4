/** The poster at a venue's door: A4, Chinese and English, the code as vectors so that it prints sharp at any size. */
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import encodeQR from 'qr';

export interface Poster {
  /** The text of the code: the app's address with the signed venue code as its fragment. */
  readonly link: string;
  readonly venueName: string;
  readonly city: { readonly zh: string; readonly en: string };
  readonly createdAt: Date;
}

const regularFont = fontFile('400Regular/NotoSansSC_400Regular.ttf');
const boldFont = fontFile('700Bold/NotoSansSC_700Bold.ttf');

function fontFile(path: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${path}`));
}

/** Points (1/72 inch); A4 is 595.28 × 841.89. */
const page = { width: 595.28, height: 841.89, margin: 48 };
const codeSide = 340;
const ink = '#12263a';
const quiet = '#46586a';

const steps = [
  { zh: '用手机相机扫描上方二维码，或在健康码应用中选择“到访登记”', en: 'Scan this code with your phone, or open the app and choose "Check in"' },
  { zh: '看到“已登记”后，请按门卫要求出示健康码；离开时请点“签退”', en: 'When the screen says "Checked in", show your pass if asked; tap "Check out" when you go' },
  { zh: '没有网络？健康码无需联网即可使用，请出示给工作人员', en: 'No network? Your pass works without one: show it to the staff' },
] as const;

/** Draws the poster and returns the PDF. */
export function drawPoster(poster: Poster): Promise<Buffer> {
  const document = new PDFDocument({
    size: 'A4', margin: 0, compress: true, lang: 'zh-CN', displayTitle: true,
    info: { Title: `${poster.venueName} 到访登记 Venue check-in`, Author: `${poster.city.zh} ${poster.city.en}`, CreationDate: poster.createdAt },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const finished = new Promise<Buffer>((resolve, reject) => {
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  document.registerFont('regular', regularFont).registerFont('bold', boldFont);

  const width = page.width - 2 * page.margin;
  document.rect(0, 0, page.width, 116).fill(ink);
  document.fillColor('#ffffff').font('bold').fontSize(38).text('到访登记', page.margin, 22, { width, align: 'center' });
  document.font('regular').fontSize(17).text('Venue check-in', page.margin, 76, { width, align: 'center' });

  document.fillColor(ink).font('bold').fontSize(fittingSize(document, poster.venueName, width, 36));
  document.text(poster.venueName, page.margin, 138, { width, align: 'center', lineBreak: false });

  drawCode(document, poster.link, (page.width - codeSide) / 2, 202);

  let y = 202 + codeSide + 22;
  for (const [index, step] of steps.entries()) {
    document.circle(page.margin + 13, y + 16, 13).fill(ink);
    document.fillColor('#ffffff').font('bold').fontSize(14).text(String(index + 1), page.margin, y + 6, { width: 26, align: 'center' });
    document.fillColor(ink).font('bold').fontSize(13).text(step.zh, page.margin + 40, y - 2, { width: width - 40 });
    document.fillColor(quiet).font('regular').fontSize(10.5).text(step.en, page.margin + 40, y + 18, { width: width - 40 });
    y += 52;
  }

  document.fillColor(quiet).font('regular').fontSize(9.5);
  document.text('此码不含个人信息。到访记录仅用于疫情流调，14 天后销毁。', page.margin, 756, { width, align: 'center' });
  document.text('This code holds no personal data. Visits serve contact tracing only and are destroyed after 14 days.', page.margin, 772, { width, align: 'center' });
  document.text(`${poster.city.zh} · ${poster.city.en}`, page.margin, 796, { width, align: 'center' });
  document.end();
  return finished;
}

/** Largest font size up to `largest` at which the text fits one line. */
function fittingSize(document: PDFKit.PDFDocument, text: string, width: number, largest: number): number {
  document.font('bold').fontSize(largest);
  const natural = document.widthOfString(text);
  return natural <= width ? largest : Math.max(14, Math.floor((largest * width) / natural));
}

/** Draws the code with its quiet zone of four modules (ISO/IEC 18004), each run of dark modules as one rectangle. */
function drawCode(document: PDFKit.PDFDocument, text: string, left: number, top: number): void {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const side = codeSide / modules.length;
  for (const [rowIndex, row] of modules.entries()) {
    for (let start = 0; start < row.length; start += 1) {
      if (row[start] !== true) continue;
      let end = start;
      while (row[end] === true) end += 1;
      document.rect(left + start * side, top + rowIndex * side, (end - start) * side, side);
      start = end;
    }
  }
  document.fill('#000000');
}
