/** How long the pass takes to open: on a phone's processor over slow 4G, and again without a network. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { syntheticPerson } from '@health-kit/simulate';
import { actor } from '../../test/journey/actor.ts';
import { register } from '../../test/journey/residents.ts';
import { startCity } from '../../test/journey/started.ts';
import { countScripts, forgetFiles } from '../../test/journey/wire.ts';
import { wordsIn } from '../../test/journey/words.ts';

/**
 * Lighthouse's slow 4G: 1,638.4 kbit/s down and 750 up with 150 ms between phone and server. Chromium delays requests
 * and not round trips: Lighthouse's factors for that are 3.75 for the time, which stands for setting up the connection
 * too, and 0.9 for the throughput.
 */
const slow4g = { offline: false, latency: 150 * 3.75, downloadThroughput: (1638.4 * 0.9 * 1000) / 8, uploadThroughput: (750 * 0.9 * 1000) / 8 };
const noNetwork = { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 };
const processorSlowdown = 4;

/** What is reported of an opening, milliseconds from the start of the navigation, and bytes over the wire. */
interface Opening {
  /** The code is drawn, and the page takes a tap: its thread was free afterwards. */
  readonly interactiveMs: number;
  readonly scriptBytes: number;
}

interface PassLoad {
  readonly first: Opening;
  /** A small file of the same server, opened as a page under the same conditions. */
  readonly smallFileMs: number;
  readonly offlineMs: number;
  /** Nothing but an empty page, by the same processor. */
  readonly emptyPageMs: number;
}

/** Opens the pass of somebody who is registered, `rounds` times each way, and gives the medians. */
export async function measurePassLoad(rounds: number): Promise<PassLoad> {
  const city = await startCity();
  const { system: { origin }, world } = city;
  const words = wordsIn('zh');
  const resident = await actor({ on: 'phone', language: 'zh', window: 'ordinary' });
  try {
    const { page, context } = resident;
    await register(resident, origin, syntheticPerson(1, world.random.fork('resident')), words);
    await page.getByRole('button', { name: words.resident.portrait.later }).click();
    await page.locator(passCode).waitFor();
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await page.close();

    const open = async (address: string, network: typeof slow4g, clear: boolean, until: string): Promise<Opening> => {
      const opened = await context.newPage();
      try {
        const devtools = clear ? await forgetFiles(context, opened, origin) : await context.newCDPSession(opened);
        await devtools.send('Network.enable');
        await devtools.send('Network.emulateNetworkConditions', network);
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: processorSlowdown });
        const scripts = countScripts(devtools);
        await opened.addInitScript(markWhenInteractive, until);
        await opened.goto(address, { waitUntil: 'commit' });
        const interactiveMs = await interactiveAt(opened);
        return { interactiveMs, scriptBytes: scripts() };
      } finally {
        await opened.close();
        await delay(200);
      }
    };
    const many = async (measure: () => Promise<Opening>) => {
      const openings: Opening[] = [];
      for (let round = 0; round < rounds; round += 1) openings.push(await measure());
      return { interactiveMs: median(openings.map(({ interactiveMs }) => interactiveMs)), scriptBytes: median(openings.map(({ scriptBytes }) => scriptBytes)) };
    };
    const first = await many(() => open(`${origin}/pass`, slow4g, true, passCode));
    const smallFile = await many(() => open(`${origin}/icon.svg`, slow4g, true, 'svg'));
    // Brings the service worker back, whole.
    const again = await context.newPage();
    await again.goto(`${origin}/pass`);
    await again.evaluate(async () => { await navigator.serviceWorker.ready; });
    await again.close();
    const offline = await many(() => open(`${origin}/pass`, noNetwork, false, passCode));
    const empty = await many(() => open('about:blank', noNetwork, false, 'body'));
    return { first, smallFileMs: smallFile.interactiveMs, offlineMs: offline.interactiveMs, emptyPageMs: empty.interactiveMs };
  } finally {
    await resident.leave();
    await city.stop();
  }
}

/** The turning code on the pass. */
const passCode = 'section[data-status] svg[role="img"]';

/** In the page: notes when what is waited for is there, is painted, and the thread is free again. */
function markWhenInteractive(selector: string): void {
  const look = () => {
    if (document.querySelector(selector) === null) {
      requestAnimationFrame(look);
      return;
    }
    requestAnimationFrame(() => setTimeout(() => performance.mark('interactive'), 0));
  };
  look();
}

async function interactiveAt(page: Page): Promise<number> {
  const mark = await page.waitForFunction(() => performance.getEntriesByName('interactive')[0]?.startTime, undefined, { timeout: 30_000 });
  const at = await mark.jsonValue();
  if (at === undefined) throw new Error('the page was never ready');
  return at;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
