import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { test } from 'node:test';
import decodeQR from 'qr/decode.js';
import { drawPoster } from './poster.ts';

const poster = { venueName: '海川市第一人民医院', city: { zh: '海川市', en: 'Haichuan' }, createdAt: new Date('2026-11-23T02:00:00Z') };

/** The drawing operators of a PDF: every stream that inflates. */
function drawingOf(pdf: Buffer): string {
  return [...pdf.toString('latin1').matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, content]) => {
    try {
      return inflateSync(Buffer.from(content ?? '', 'latin1')).toString('latin1');
    } catch {
      return '';
    }
  }).join('\n');
}

/** Paints the small rectangles of a drawing, as a scanner would see the printed code. */
function paint(drawing: string, side: number) {
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, ...numbers] of drawing.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)) {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    if (height > 20) continue;
    for (let row = Math.round(y); row < Math.round(y + height); row += 1) {
      for (let column = Math.round(x); column < Math.round(x + width); column += 1) data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

test('a phone reads the venue\'s link off the printed poster', async () => {
  const link = `https://kit.example/v#${'hEOhASahGE3_'.repeat(20)}`;
  const drawing = drawingOf(await drawPoster({ ...poster, link }));
  assert.equal(decodeQR(paint(drawing, 842)), link);
});

test('the same venue is drawn the same each time, and another link differently', async () => {
  const draw = async (link: string) => drawingOf(await drawPoster({ ...poster, link }));
  assert.equal(await draw('https://kit.example/v#aa'), await draw('https://kit.example/v#aa'));
  assert.notEqual(await draw('https://kit.example/v#aa'), await draw('https://kit.example/v#ab'));
});
