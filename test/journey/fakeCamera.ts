import { renameSync, writeFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';

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

  /**
   * Films a code on a page. `alternating`: until it has shown itself in two sizes, as a pass shows the pass and the face
   * in turn. `thenShow` is a drawing held before the camera after it.
   */
  async film(target: Locator, options: { alternating?: boolean; thenShow?: string } = {}): Promise<void> {
    const { alternating = false, thenShow } = options;
    const page = target.page();
    await target.scrollIntoViewIfNeeded();
    const shown = new Map<string | null, Buffer>();
    while (shown.size < (alternating ? 2 : 1)) {
      const size = await target.getAttribute('viewBox');
      if (shown.has(size)) {
        await expect.poll(() => target.getAttribute('viewBox'), { intervals: [40] }).not.toBe(size);
        continue;
      }
      const before = await target.innerHTML();
      const picture = await target.screenshot({ type: 'png', animations: 'allow', caret: 'initial' });
      // What changed while it was taken is neither the one nor the other.
      if (before === (await target.innerHTML())) shown.set(size, picture);
    }
    const frames = await draw(page, [...shown.values()].map(onScreen));
    if (thenShow !== undefined) frames.push(...(await draw(page, [thenShow])));
    this.#write(frames);
  }

  /** Shows the camera a drawing made of HTML, e.g. a face or a barcode. */
  async show(page: Page, html: string): Promise<void> {
    this.#write(await draw(page, [html]));
  }

  #write(pictures: readonly Buffer[]): void {
    // Each picture stays for some frames, as a real camera would see it; renamed, so that a running film is not cut.
    const film = Buffer.concat(pictures.flatMap((picture) => Array.from({ length: 8 }, () => picture)));
    writeFileSync(`${this.file}.new`, film);
    renameSync(`${this.file}.new`, this.file);
  }
}

/** Draws pictures in the camera's size, on a page of their own that nobody sees. */
async function draw(page: Page, drawings: readonly string[]): Promise<Buffer[]> {
  const easel = await page.context().newPage();
  await easel.setViewportSize({ width, height });
  const frames: Buffer[] = [];
  for (const html of drawings) {
    await easel.setContent(`<body style="margin:0;background:#d8d8d8">${html}</body>`);
    // Twice as dense a screen still makes pictures of the camera's size.
    frames.push(await easel.screenshot({ type: 'jpeg', quality: 95, scale: 'css' }));
  }
  await easel.close();
  return frames;
}

/** A picture of a screen before the camera: centred, with a margin. */
function onScreen(picture: Buffer): string {
  return `<div style="background:#9a9a9a;display:grid;place-items:center;height:100vh">
    <img alt="" style="max-width:94%;max-height:94%" src="data:image/png;base64,${picture.toString('base64')}"></div>`;
}
