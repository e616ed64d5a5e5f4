/** What the pass takes to open, and what keeps working for two hours without a server: the pass, the records, every page, and the check-in, which is delivered once. */
import { expect, type CDPSession, type Page } from '@playwright/test';
import { controlledClock, type ControlledClock } from '@health-kit/api/process-settings';
import { Host, Resident, StaffMember, syntheticPerson } from '@health-kit/simulate';
import { decodeBase64url, venueCodeUrl } from '@health-kit/pass';
import pg from 'pg';
import { expectStatus, passCode, register } from './residents.ts';
import { expectNoErrors, startCity, test, type StartedCity } from './started.ts';
import { countScripts, forgetFiles } from './wire.ts';
import { wordsIn } from './words.ts';

/** The browser's own lines for a server that is not there. */
const noServer = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)|status of 50[234]/;
const hourMs = 3_600_000;
/** What the first load of the pass may take of script over the wire, bytes. */
const scriptLimit = 120_000;

declare global {
  interface Window {
    codeDrawn(payload: string): void;
  }
}

let clock: ControlledClock;
let city: StartedCity;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  // Ten in the morning in Shanghai.
  clock = controlledClock(Date.parse('2026-11-23T02:00:00Z'));
  city = await startCity(clock);
});
test.afterAll(() => city.stop());

async function setTime(ms: number): Promise<void> {
  clock.set(ms);
  await city.system.setTime(ms);
}

test('the pass opens with little, and works for two hours without a server; a check-in made meanwhile is delivered exactly once', async ({ meet }) => {
  const { system, world, administrator } = city;
  const words = wordsIn('zh');
  const { resident: said } = words;
  const venue = await test.step('there is a venue', async () => {
    const { code } = await administrator.invite({ name: 'Registrar', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
    const officer = await StaffMember.enrol(world, code);
    const owner = await Resident.register(world, syntheticPerson(901, world.random.fork('host')));
    await officer.proveIdentity(owner);
    await owner.renewTicket();
    return new Host(owner).registerVenue({ name: '晨光咖啡馆', kind: 'restaurant', address: '晨光路 52 号', latitude: null, longitude: null });
  });
  const code = decodeBase64url(venue.venueCode);
  if (code === null) throw new Error('the venue has no code');

  let named: readonly string[] = [];
  let askedBeforeCode = (): readonly string[] => [];
  const resident = await meet({ on: 'phone', language: 'zh' });
  const { page, context } = resident;
  await context.clock.install({ time: clock.now() });
  await test.step('a resident has a pass', async () => {
    await register(resident, system.origin, syntheticPerson(902, world.random.fork('resident')), words);
    await page.getByRole('button', { name: said.portrait.later }).click();
    await expectStatus(resident, 'unverified');
  });

  await test.step('a browser that has none of the app yet is sent little script, in the reader’s language alone', async () => {
    const devtools = await forgetFiles(context, page, system.origin);
    const scripts = countScripts(devtools);
    const asked = scriptsAsked(devtools);
    askedBeforeCode = await watchUntilDrawn(page);
    const answer = await page.goto(`${system.origin}/pass`);
    named = namedIn(await answer?.text() ?? '');
    await expectStatus(resident, 'unverified');
    // One level of requests beneath the page, and one language: what it names is all that is asked for before the code is drawn.
    expect(askedBeforeCode().filter((path) => !named.includes(path))).toEqual([]);
    expect(named.filter((path) => /texts-/.test(path))).toEqual([expect.stringMatching(/texts-zh-/)]);
    await page.waitForLoadState('networkidle');
    test.info().annotations.push({ type: 'script of the pass page', description: `${scripts()} bytes` });
    expect(scripts()).toBeGreaterThan(20_000);
    expect(scripts()).toBeLessThan(scriptLimit);
    expect(asked().filter((path) => /texts-zh-/.test(path))).toHaveLength(1);
    expect(asked().filter((path) => /texts-en-/.test(path))).toEqual([]);
    await devtools.detach();
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
  });

  await test.step('without a server the pass opens, by its own files alone, and its code turns', async () => {
    await system.kill('server');
    await page.goto(`${system.origin}/pass`);
    await expectStatus(resident, 'unverified');
    expect(askedBeforeCode().filter((path) => !named.includes(path))).toEqual([]);
    await expectTurns();
  });

  await test.step('a page where nobody has been yet opens too, and the other language', async () => {
    await page.goto(`${system.origin}/settings`);
    await expect(page.getByRole('heading', { level: 1, name: said.settings.title })).toBeVisible();
    await page.getByRole('radio', { name: 'English' }).click();
    await expect(page.getByRole('heading', { level: 1, name: wordsIn('en').resident.settings.title })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await page.getByRole('radio', { name: '中文' }).click();
    await expect(page.getByRole('heading', { level: 1, name: said.settings.title })).toBeVisible();
    await page.goto(`${system.origin}/about`);
    await expect(page.getByRole('heading', { level: 1, name: said.about.title })).toBeVisible();
  });

  await test.step('a check-in waits, and says so', async () => {
    await page.goto(venueCodeUrl(system.origin, code));
    await page.getByRole('button', { name: said.scan.confirm, exact: true }).click();
    await expect(page.locator('section[data-status="recorded"]')).toContainText(said.receipt.word);
    await expect(page.getByText(said.receipt.waiting)).toBeVisible();
    await page.reload();
    await expect(page.getByText(said.receipt.waiting)).toBeVisible();
  });

  await test.step('two hours later all of it is still so', async () => {
    await context.clock.fastForward(2 * hourMs);
    await page.goto(`${system.origin}/pass`);
    await expectStatus(resident, 'unverified');
    await expectTurns();
    await page.goto(`${system.origin}/records/visits`);
    await expect(page.getByText('晨光咖啡馆')).toBeVisible();
    await expect(page.getByText(said.visits.waiting)).toBeVisible();
  });

  await test.step('it is delivered when the server is there again, and once, however often the app opens', async () => {
    await system.restart('server');
    await setTime(await page.evaluate(() => Date.now()));
    await page.reload();
    await expect(page.getByText(said.visits.waiting)).toHaveCount(0);
    await page.reload();
    await page.goto(`${system.origin}/records/visits`);
    await expect(page.getByText('晨光咖啡馆')).toBeVisible();
    await expect(page.getByText(said.visits.waiting)).toHaveCount(0);
    const database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    try {
      const { rows } = await database.query('SELECT source FROM visit.visit WHERE venue_id = $1', [venue.venueId]);
      expect(rows).toEqual([{ source: 'resident' }]);
    } finally {
      await database.end();
    }
  });
  expectNoErrors(resident, 'the resident', [noServer]);

  /** A code stands for 15 s. */
  async function expectTurns(): Promise<void> {
    const shown = await passCode(resident, words).innerHTML();
    await expect.poll(() => passCode(resident, words).innerHTML(), { timeout: 20_000 }).not.toBe(shown);
  }
});

/** Paths of what a page has begun to fetch when its code is drawn, apart from itself; from the next page on that it opens. */
async function watchUntilDrawn(page: Page): Promise<() => readonly string[]> {
  const devtools = await page.context().newCDPSession(page);
  let asked: string[] = [];
  let isDrawn = false;
  devtools.on('Network.requestWillBeSent', ({ request, type }) => {
    if (type === 'Document') [asked, isDrawn] = [[], false];
    else if (!isDrawn) asked.push(new URL(request.url).pathname);
  });
  devtools.on('Runtime.bindingCalled', ({ name }) => { if (name === 'codeDrawn') isDrawn = true; });
  await devtools.send('Network.enable');
  await devtools.send('Runtime.enable');
  await devtools.send('Runtime.addBinding', { name: 'codeDrawn' });
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (document.querySelector('section[data-status] svg[role="img"]') === null) return;
      watch.disconnect();
      window.codeDrawn('');
    });
    watch.observe(document, { childList: true, subtree: true });
  });
  return () => {
    expect(isDrawn).toBe(true);
    expect(asked.length).toBeGreaterThan(2);
    return asked;
  };
}

/** The paths that a page names in its own text. */
function namedIn(html: string): string[] {
  return [...html.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, path = '']) => path);
}

/** Paths of the scripts that a page asks for. */
function scriptsAsked(devtools: CDPSession): () => readonly string[] {
  const asked: string[] = [];
  devtools.on('Network.requestWillBeSent', ({ request, type }) => { if (type === 'Script') asked.push(new URL(request.url).pathname); });
  return () => asked;
}
