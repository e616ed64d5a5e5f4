import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { build } from 'vite';

const types: Readonly<Record<string, string>> = { js: 'text/javascript', wasm: 'application/wasm' };

/** A page in Debian's Chromium that has {@link file://./page.ts} as `passBench`, with a camera that plays a file. */
export interface BenchBrowser {
  readonly page: Page;
  /** Draws what the camera films; a page that nobody measures. */
  readonly easel: Page;
  /** What the camera plays from the next time that it is opened: pictures in JPEG, one after the other. */
  readonly film: (pictures: readonly Buffer[]) => void;
  close(): Promise<void>;
}

/** Builds the page and opens it from this machine's own address, without which there is no camera. */
export async function openBrowser(): Promise<BenchBrowser> {
  const files = await buildPage();
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    const file = files.get(name);
    if (name === '') response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title><script type="module" src="/page.js"></script>');
    else if (file === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream').end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page has no address');

  const folder = mkdtempSync(join(tmpdir(), 'hk-bench-pass-'));
  const camera = join(folder, 'camera.mjpeg');
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`,
    ],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${address.port}/`);
  await page.waitForFunction(() => 'passBench' in window);
  const easel = await browser.newPage({ viewport: { width: 960, height: 720 }, deviceScaleFactor: 1 });
  return {
    page, easel,
    film: (pictures) => writeFileSync(camera, Buffer.concat([...pictures])),
    close: async () => {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function buildPage(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const built = await build({
    root: import.meta.dirname, configFile: false, logLevel: 'error',
    build: { write: false, assetsInlineLimit: 0, target: 'chrome111', modulePreload: false, rolldownOptions: { input: join(import.meta.dirname, 'page.ts'), output: { entryFileNames: 'page.js' } } },
  });
  if (!('output' in built)) throw new Error('the page was not built');
  return new Map(built.output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
}
