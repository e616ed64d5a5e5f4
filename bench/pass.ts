/**
 * The pass as bytes, as work and before a camera: `npm run bench -- pass`. Beside each figure of ours stands the bare
 * cryptography, or the same of an EU certificate, measured in the same run. What they mean is in docs/benchmarks.md.
 *
 * The last line is one JSON object.
 */
import { globSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { drawQr } from '../packages/ui/src/drawQr.ts';
import { installDebianPackages } from '../bin/debianPackages.ts';
import { helpOf } from './help.ts';
import { openBrowser, type BenchBrowser } from './pass/browser.ts';
import { makeMaterial } from './pass/codes.ts';
import { conditions, drawFilm, type Condition } from './pass/films.ts';
import { measurePassLoad } from './pass/load.ts';
import { measureSpeed } from './pass/speed.ts';

/** How long a film is watched, milliseconds: three times its length or more. */
const watchMs = 8_000;

/** How often the page is opened each way. */
const loadRounds = 5;

helpOf(`Usage: npm run bench -- pass

Measures the codes of a pass; some minutes. Prints a figure a line, and all of them as one JSON
object on the last line:

  characters and QR version of the turning code, the face frame, and certificates of the EU
  signs and verifies a second, in Node and in Chromium, beside bare ES256
  how long the page takes to open, on a slow phone over slow 4G and again without a network, beside an empty page
  the share of a camera's frames in which each is read: from afar, blurred, in the dark, tilted, in glare

  --load  measure only how long the page takes to open, in about two minutes
  --help  show this text

With HK_SHARED_DATA naming a folder that has the EU's test certificates as vectors/eu-dcc, these are
what is compared with; without, a certificate of that form that the benchmark makes.

What the figures mean: docs/benchmarks.md
`);

const missing = installDebianPackages([{ package: 'chromium', file: '/usr/bin/chromium' }]);
if (missing !== null) throw new Error(missing);

type Texts = Readonly<Record<'turningCode' | 'faceFrame' | 'certificate', string>>;

const loadAlone = process.argv.slice(2).includes('--load');
const figures = { bench: 'pass', cores: cpus().length, ...(loadAlone ? {} : await measureCodes()), load: await measurePassLoad(loadRounds) };
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(28)}${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`);
process.stdout.write(`${JSON.stringify(figures)}\n`);

/** The codes as bytes, as work, and before a camera. */
async function measureCodes() {
  const material = await makeMaterial(Date.now());
  const certificates = publishedCertificates();
  const texts: Texts = { turningCode: material.turningCode, faceFrame: material.faceFrame, certificate: median(certificates) ?? material.certificate };
  const browser = await openBrowser();
  try {
    return {
      certificates: certificates.length, passBytes: material.pass.length, ...sizesOf(texts),
      node: await measureSpeed(),
      chromium: await browser.page.evaluate(() => window.passBench.measureSpeed()),
      camera: await measureFrames(browser, texts),
    };
  } finally {
    await browser.close();
  }
}

/** Characters, and the version of the QR code at level M that holds them. */
function sizesOf(all: Texts) {
  return Object.fromEntries(Object.entries(all).flatMap(([name, text]) => [[`${name}Characters`, text.length], [`${name}QrVersion`, (drawQr(text).size - 8 - 17) / 4]]));
}

/** The share of frames in which each text is read, by condition; and how long one look takes. */
async function measureFrames({ page, easel, film }: Pick<BenchBrowser, 'page' | 'easel' | 'film'>, all: Texts) {
  const shares: Partial<Record<Condition, Record<string, number>>> = {};
  const looks: number[] = [];
  for (const condition of conditions) {
    const read: Record<string, number> = {};
    for (const [name, text] of Object.entries(all)) {
      film(await drawFilm(easel, drawQr(text), condition));
      const count = await page.evaluate(([expected, forMs]) => window.passBench.filmFrames(expected, forMs), [text, watchMs] as const);
      if (count.seen === 0) throw new Error('the camera showed nothing');
      read[name] = Math.round((100 * count.read) / count.seen) / 100;
      looks.push(count.lookMs);
    }
    shares[condition] = read;
  }
  return { ...shares, lookMs: looks.toSorted((a, b) => a - b)[Math.floor(looks.length / 2)] };
}

/** Texts of the valid certificates among the published ones; none where the folder is not at hand. */
function publishedCertificates(): string[] {
  const shared = process.env['HK_SHARED_DATA'];
  if (shared === undefined) return [];
  return globSync(join(shared, 'vectors', 'eu-dcc', '[A-Z][A-Z]', '*.json')).flatMap((file) => {
    const vector: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof vector === 'object' && vector !== null && 'PREFIX' in vector && typeof vector.PREFIX === 'string' ? [vector.PREFIX] : [];
  });
}

/** The text of middle length. */
function median(all: readonly string[]): string | undefined {
  return all.toSorted((a, b) => a.length - b.length)[Math.floor(all.length / 2)];
}
