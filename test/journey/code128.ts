/** Bars and spaces of each symbol of Code 128 (ISO/IEC 15417, table 1), in modules; the last one is the stop. */
const symbols = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 ' +
  '221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 ' +
  '231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 ' +
  '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 ' +
  '114131 311141 411131 211412 211214 211232 2331112'
).split(' ');
const startB = 104;
const stop = 106;
/** The light zone on either side, in modules. */
const quiet = 10;

/** A Code 128 in code set B as SVG, as a label on a specimen tube bears it. Throws RangeError for text outside ASCII 32 to 126. */
export function drawCode128(text: string): string {
  const values = [...text].map((character) => {
    const value = character.charCodeAt(0) - 32;
    if (character.length !== 1 || value < 0 || value > 94) throw new RangeError(`code set B has no ${character}`);
    return value;
  });
  const check = values.reduce((sum, value, index) => sum + value * (index + 1), startB) % 103;
  const widths = [startB, ...values, check, stop].flatMap((value) => [...(symbols[value] ?? '')].map(Number));
  let x = quiet;
  const bars: string[] = [];
  for (const [index, width] of widths.entries()) {
    if (index % 2 === 0) bars.push(`<rect x="${x}" width="${width}" height="60"/>`);
    x += width;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${x + quiet} 60" style="width:100%;height:100%" preserveAspectRatio="none" shape-rendering="crispEdges">${bars.join('')}</svg>`;
}

/** The label of a tube as the camera sees it. */
export function tubeLabel(barcode: string): string {
  return `<div style="height:720px;display:grid;place-items:center"><div style="width:820px;height:260px;background:#fff;padding:24px 0">${drawCode128(barcode)}</div></div>`;
}
