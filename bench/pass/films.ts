import type { Page } from '@playwright/test';

/** How a camera sees a code: in twelve pictures from good to bad. */
export const conditions = ['distance', 'blur', 'lowLight', 'tilt', 'glare'] as const;
export type Condition = (typeof conditions)[number];

const levels = 12;
/** Each picture stays for some frames, as under a hand that holds still. */
const framesEach = 5;

/**
 * Draws the pictures of a film: the code as a phone's screen shows it, in the middle of 960 × 720 pixels.
 *
 * @param easel a page of that size
 * @param code as {@link file://../../packages/ui/src/drawQr.ts} draws it
 */
export async function drawFilm(easel: Page, code: { readonly size: number; readonly path: string }, condition: Condition): Promise<Buffer[]> {
  const film: Buffer[] = [];
  for (let level = 0; level < levels; level += 1) {
    const { side, style, over } = look(condition, level / (levels - 1));
    await easel.setContent(`<body style="margin:0;background:#8a8a8a;overflow:hidden"><div style="position:absolute;inset:0;display:grid;place-items:center;perspective:900px;${style.scene}">
      <div style="position:relative;width:${side}px;height:${side}px;background:#fff;${style.code}"><svg viewBox="0 0 ${code.size} ${code.size}" width="${side}" height="${side}"><path d="${code.path}"/></svg>${over}</div>
    </div>${grain(condition, level)}</body>`);
    const picture = await easel.screenshot({ type: 'jpeg', quality: 85 });
    for (let frame = 0; frame < framesEach; frame += 1) film.push(picture);
  }
  return film;
}

/** @param badness 0, good, to 1, as bad as nobody would hold it */
function look(condition: Condition, badness: number): { readonly side: number; readonly style: { readonly scene: string; readonly code: string }; readonly over: string } {
  const side = condition === 'distance' ? 520 - 380 * badness : 440;
  const none = { scene: '', code: '' };
  switch (condition) {
    case 'distance': return { side, style: none, over: '' };
    case 'blur': return { side, style: { scene: `filter:blur(${(0.5 + 5.5 * badness).toFixed(2)}px)`, code: '' }, over: '' };
    case 'lowLight': return { side, style: { scene: `filter:brightness(${(0.7 - 0.66 * badness).toFixed(3)})`, code: '' }, over: '' };
    case 'tilt': return { side, style: { scene: '', code: `transform:rotateY(${(70 * badness).toFixed(1)}deg) rotateX(${(25 * badness).toFixed(1)}deg) rotateZ(${(30 * badness).toFixed(1)}deg)` }, over: '' };
    case 'glare': {
      const reach = Math.round(10 + 60 * badness);
      return { side, style: none, over: `<div style="position:absolute;inset:0;background:radial-gradient(circle at 62% 45%, #fff 0, #fff ${(reach * 0.6).toFixed(1)}%, transparent ${reach}%)"></div>` };
    }
  }
}

/** The grain of a sensor: a little by day, and as much as what is left of the code when it is dark. */
function grain(condition: Condition, seed: number): string {
  const strength = condition === 'lowLight' ? 0.1 : 0.04;
  const gray = '3 0 0 0 -1';
  return `<svg style="position:absolute;inset:0" width="960" height="720"><filter id="n"><feTurbulence type="fractalNoise" baseFrequency="0.9" seed="${seed}"/>
    <feColorMatrix values="${gray} ${gray} ${gray} 0 0 0 0 ${strength}"/></filter><rect width="960" height="720" filter="url(#n)"/></svg>`;
}
