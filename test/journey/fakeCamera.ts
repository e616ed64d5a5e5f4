import { renameSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';

/** What a camera of 4:3 sees, in pixels. Every frame of a film has this size. */
const width = 960;
const height = 720;

/**
 * A camera that films what really stands on another page: pictures of that
 * page, one after the other, as Motion JPEG, which Chromium plays as its video
 * device (`--use-file-for-fake-video-capture`). The browser opens the file
 * anew whenever a page asks for the camera, so what is filmed can change.
 */
export class FakeCamera {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** Films an element of a page: `frames` pictures, `intervalMs` apart; a turning code needs several. */
  async film(target: Locator, options: { frames?: number; intervalMs?: number } = {}): Promise<void> {
    const { frames = 1, intervalMs = 350 } = options;
    await target.scrollIntoViewIfNeeded();
    const pictures: Buffer[] = [];
    for (let frame = 0; frame < frames; frame += 1) {
      const picture = await target.screenshot({ type: 'png', animations: 'allow', caret: 'initial' });
      pictures.push(picture);
      if (frame + 1 < frames) await target.page().waitForTimeout(intervalMs);
    }
    this.#write(await onPaper(target.page(), pictures));
  }

  /** Shows the camera a drawing made of HTML, e.g. a face or a barcode. */
  async show(page: Page, html: string): Promise<void> {
    const easel = await page.context().newPage();
    await easel.setViewportSize({ width, height });
    await easel.setContent(`<body style="margin:0;background:#d8d8d8">${html}</body>`);
    const picture = await easel.screenshot({ type: 'jpeg', quality: 95 });
    await easel.close();
    this.#write([picture]);
  }

  #write(pictures: readonly Buffer[]): void {
    // Each picture stays for some frames, as a real camera would see it; renamed, so that a running film is not cut.
    const film = Buffer.concat(pictures.flatMap((picture) => Array.from({ length: 6 }, () => picture)));
    writeFileSync(`${this.file}.new`, film);
    renameSync(`${this.file}.new`, this.file);
  }
}

/** Puts pictures of a screen before the camera: centred, with a margin, in the camera's size. */
async function onPaper(page: Page, pictures: readonly Buffer[]): Promise<Buffer[]> {
  const easel = await page.context().newPage();
  await easel.setViewportSize({ width, height });
  const frames: Buffer[] = [];
  for (const picture of pictures) {
    await easel.setContent(
      `<body style="margin:0;background:#9a9a9a;display:grid;place-items:center;height:100vh">
         <img alt="" style="max-width:94%;max-height:94%" src="data:image/png;base64,${picture.toString('base64')}"></body>`,
    );
    frames.push(await easel.screenshot({ type: 'jpeg', quality: 95 }));
  }
  await easel.close();
  return frames;
}
