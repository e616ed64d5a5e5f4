/** The pass through an evening, a night without a network, and what it says of itself: on a phone, in both languages, on a clock that the test moves. */
import { expect, type Page } from '@playwright/test';
import { controlledClock, type ControlledClock } from '@health-kit/api/process-settings';
import { rules } from '@health-kit/policy';
import { Resident, StaffMember, syntheticPerson } from '@health-kit/simulate';
import type { Actor } from './actor.ts';
import { expectLarge, expectStatus, passCode } from './residents.ts';
import { expectNoErrors, look, startCity, test, type StartedCity } from './started.ts';
import { said, wordsIn } from './words.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** The browser's own lines for a request without a network, and for one in the moment in which the system's time has jumped and the phone's has not yet. */
const expectedErrors = [/net::ERR_INTERNET_DISCONNECTED/, /status of 401/];

let clock: ControlledClock;
let started: StartedCity;
let registrar: StaffMember;
let sampler: StaffMember;
let laboratory: StaffMember;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  clock = controlledClock(Date.parse('2026-11-23T04:00:00Z'));
  started = await startCity(clock);
  const { administrator, world } = started;
  const enrol = async (role: 'registrar' | 'sampler' | 'laboratory', institutionId: Parameters<StaffMember['invite']>[0]['institutionId'] = null) => {
    const { code } = await administrator.invite({ name: role, office: 'Health office', unit: `Unit of ${role}`, roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  registrar = await enrol('registrar');
  sampler = await enrol('sampler', (await administrator.registerInstitution('Riverside test site', 'test-site')).institutionId);
  laboratory = await enrol('laboratory', (await administrator.registerInstitution('Central laboratory', 'laboratory')).institutionId);
});
test.afterAll(() => started.stop());

async function setTime(ms: number): Promise<void> {
  clock.set(ms);
  await started.system.setTime(ms);
}

/** Sets the system's time to the phone's, whose clock runs on while the system's stands: a request may be two minutes off. */
async function follow(page: Page): Promise<void> {
  await setTime(await page.evaluate(() => Date.now()));
}

/** A resident of this system whose key a browser can be given, which browsers themselves never let out. */
async function provenResident(number: number): Promise<{ readonly resident: Resident; readonly key: Record<'publicKey' | 'privateKey', JsonWebKey> }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const resident = new Resident(started.world, syntheticPerson(number, started.world.random.fork(`pass ${number}`)), pair);
  const { registrationId, afterMessage } = await resident.requestCode();
  await resident.confirm(registrationId, await resident.readCode(afterMessage));
  for (const officer of [registrar, sampler, laboratory]) if (clock.now() >= Date.parse(officer.session.expiresAt)) await officer.signIn();
  await registrar.proveIdentity(resident);
  return { resident, key: { publicKey: await crypto.subtle.exportKey('jwk', pair.publicKey), privateKey: await crypto.subtle.exportKey('jwk', pair.privateKey) } };
}

/** Makes a phone the resident's: as after a registration, without walking through it again. Its clock is the test's from here on. */
async function becomeDevice(phone: Actor, key: Record<'publicKey' | 'privateKey', JsonWebKey>): Promise<void> {
  await phone.context.clock.install({ time: clock.now() });
  await phone.page.goto(started.system.origin);
  await expect(phone.page.getByRole('heading', { level: 1 })).toBeVisible();
  await phone.page.evaluate(async (jwk) => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const pair = { publicKey: await crypto.subtle.importKey('jwk', jwk.publicKey, algorithm, true, ['verify']), privateKey: await crypto.subtle.importKey('jwk', jwk.privateKey, algorithm, false, ['sign']) };
    const opening = indexedDB.open('health-kit-resident');
    const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const transaction = database.transaction(['keys', 'records'], 'readwrite');
    transaction.objectStore('keys').put(pair, 'device');
    transaction.objectStore('records').put({ confirmedAtMs: Date.now() }, 'account');
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
    database.close();
    await navigator.serviceWorker.ready;
  }, key);
  await phone.page.goto(`${started.system.origin}/pass`);
  await expectStatus(phone, 'clear');
}

/** The day of a pass that the phone keeps; null for none. */
function keptDay(page: Page, record: 'pass' | 'tomorrow'): Promise<string | null> {
  return page.evaluate(readKeptDay, record);
}
/** Runs in a page or a worker of the phone. */
async function readKeptDay(name: string): Promise<string | null> {
  const opening = indexedDB.open('health-kit-resident');
  const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => resolve(opening.result); });
  const reading = database.transaction('records').objectStore('records').get(name);
  const kept = await new Promise<unknown>((resolve) => { reading.onsuccess = () => resolve(reading.result); });
  database.close();
  return typeof kept === 'object' && kept !== null && 'day' in kept ? String(kept.day) : null;
}

declare global {
  interface Window {
    wakeLocks: WakeLockSentinel[];
  }
}
/** Remembers the wake locks that the pages of a phone get. */
async function watchWakeLocks({ context }: Actor): Promise<void> {
  await context.addInitScript(() => {
    window.wakeLocks = [];
    if (!('wakeLock' in navigator)) return;
    const request = (type?: WakeLockType) => WakeLock.prototype.request.call(navigator.wakeLock, type);
    Object.defineProperty(navigator.wakeLock, 'request', {
      value: async (type?: WakeLockType) => {
        const lock = await request(type);
        window.wakeLocks.push(lock);
        return lock;
      },
    });
  });
}
const locks = (page: Page) => page.evaluate(() => window.wakeLocks.map(({ released }) => (released ? 'released' : 'held')));

for (const [index, language] of (['zh', 'en'] as const).entries()) {
  test(`a pass through an evening and a night (${language})`, async ({ meet }) => {
    const words = wordsIn(language);
    const day = `2026-11-${23 + 2 * index}`;
    const nextDay = `2026-11-${24 + 2 * index}`;
    const midnight = Date.parse(`${nextDay}T00:00:00+08:00`);
    await setTime(midnight - 12 * hourMs);
    const { resident, key } = await provenResident(60 + index);
    const phone = await meet({ on: 'phone', language });
    const { page, context } = phone;
    await context.grantPermissions(['camera', 'screen-wake-lock']);
    await watchWakeLocks(phone);
    await becomeDevice(phone, key);

    await test.step('one tap shows it over the whole screen, on white and awake; back, Escape and the button close it', async () => {
      const large = page.getByRole('dialog');
      const open = page.getByRole('button', { name: words.resident.pass.bright, exact: true });
      await passCode(phone, words).click();
      await expect(large.getByRole('img', { name: words.resident.pass.code })).toBeVisible();
      await expectLarge(page);
      await look(page, 'bright');
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectLarge(page);
      await look(page, 'bright-dark');
      await page.emulateMedia({ colorScheme: 'light' });
      await expect.poll(() => locks(page)).toEqual(['held']);
      // Another app came before it: the browser lets go, and on return the page takes the lock again.
      await page.evaluate(async () => {
        await Promise.all(window.wakeLocks.map((lock) => lock.release()));
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await expect.poll(() => locks(page)).toEqual(['released', 'held']);
      await page.goBack();
      await expect(large).toHaveCount(0);
      await expect.poll(() => locks(page)).toEqual(['released', 'released']);
      await expectStatus(phone, 'clear');
      for (const close of [() => page.keyboard.press('Escape'), () => large.getByRole('button', { name: words.ui.close, exact: true }).press('Enter')]) {
        await open.press('Enter');
        await expect(large).toBeVisible();
        await close();
        await expect(large).toHaveCount(0);
        await expect(open).toBeFocused();
      }
      expect(new URL(page.url()).pathname).toBe('/pass');
    });

    const freshness = page.locator('[data-freshness]').first();
    await test.step('below the code stands how old the newest negative test is', async () => {
      await follow(page);
      await expect(freshness).toHaveText(words.resident.insight.test.none);
      await sampler.registerSpecimen(resident, `TUBE-PASS-${index}`);
      await laboratory.submitResult(`TUBE-PASS-${index}`, 'negative');
      await page.reload();
      await expect(freshness).toContainText(said(words.resident.insight.test.tier, { tier: 24 }));
      await expect(freshness).toContainText(words.resident.insight.test.underHour);
    });

    await test.step('the phone says what it checked itself, and names what does not agree when the server lies about the status', async () => {
      await follow(page);
      const { checked } = words.resident.insight;
      await page.getByText(checked.title, { exact: true }).click();
      for (const each of ['signature', 'holder', 'particulars', 'explanation', 'status'] as const) await expect(page.getByText(checked.good[each], { exact: true })).toBeVisible();
      await look(page, 'checked');
      await page.route('**/v1/me/status', async (route) => {
        const answer = await route.fetch();
        const told: unknown = await answer.json();
        const isolation = rules.find(({ id }) => id === 'positive-result');
        await route.fulfill({ response: answer, json: Object.assign({}, told, { status: 'isolate', rule: { id: 'positive-result', version: '1', words: isolation?.words }, whatToDo: 'do.isolate', appealable: true }) });
      });
      await page.reload();
      await expect(page.getByRole('alert').getByText(checked.badTitle, { exact: true })).toBeVisible();
      await expect(page.getByText(checked.bad.explanation, { exact: true })).toBeVisible();
      await expect(page.getByText(checked.bad.status, { exact: true })).toHaveCount(0);
      // What the guard is shown is what the vault signed.
      await expectStatus(phone, 'clear');
      await look(page, 'lie');
      await page.unroute('**/v1/me/status');
      await page.getByRole('button', { name: checked.again, exact: true }).click();
      await page.reload();
      await expect(page.getByText(checked.title, { exact: true })).toBeVisible();
      await expect(page.getByText(checked.badTitle, { exact: true })).toHaveCount(0);
    });

    await test.step('the published rules stand a tap away, with the one that applied', async () => {
      await follow(page);
      await page.getByRole('link', { name: words.resident.insight.why.toRules, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: words.resident.insight.rules.title })).toBeVisible();
      for (const rule of rules) await expect(page.getByText(rule.words[language], { exact: true })).toBeVisible();
      await expect(page.getByRole('listitem').filter({ hasText: words.resident.insight.rules.yours })).toContainText('no-reason');
      await expect(page.getByText(said(words.resident.insight.rules.isolationReleased, { days: 10, count: 2, hours: 24 }), { exact: true })).toBeVisible();
      await look(page, 'rules');
      await page.setViewportSize({ width: 1280, height: 800 });
      await look(page, 'rules-1280');
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${started.system.origin}/pass`);
      await expectStatus(phone, 'clear');
    });

    if (language === 'en') {
      await test.step('while the app is closed, the worker that the browser wakes in the evening fetches tomorrow’s pass', async () => {
        const devtools = await context.newCDPSession(page);
        const registered = new Promise<string>((resolve) => {
          devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
            const own = registrations.find(({ scopeURL }) => scopeURL === `${started.system.origin}/`);
            if (own !== undefined) resolve(own.registrationId);
          });
        });
        await devtools.send('ServiceWorker.enable');
        const registrationId = await registered;
        const worker = context.serviceWorkers().find((each) => each.url() === `${started.system.origin}/sw.js`);
        if (worker === undefined) throw new Error('the app has no worker');
        await page.goto('about:blank');
        const wakeAt = async (ms: number) => {
          await setTime(ms);
          // At once: the moment is drawn.
          await worker.evaluate((now) => { Date.now = () => now; Math.random = () => 0; }, ms);
          await devtools.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin: started.system.origin, registrationId, tag: 'tomorrow' });
        };
        await wakeAt(midnight - 6 * hourMs - minuteMs);
        await wakeAt(midnight - 2 * hourMs);
        await expect.poll(() => worker.evaluate(readKeptDay, 'tomorrow')).toBe(nextDay);
        await context.clock.fastForward(clock.now() - (await page.evaluate(() => Date.now())));
        await page.goto(`${started.system.origin}/pass`);
        await expectStatus(phone, 'clear');
      });
    }

    await test.step('in the evening the phone fetches tomorrow’s pass, at a moment of its own, and goes on showing today’s', async () => {
      if (language === 'zh') expect(await keptDay(page, 'tomorrow')).toBeNull();
      await setTime(midnight - minuteMs);
      await context.clock.fastForward(clock.now() - (await page.evaluate(() => Date.now())));
      await expect.poll(() => keptDay(page, 'tomorrow')).toBe(nextDay);
      expect(await keptDay(page, 'pass')).toBe(day);
      await expectStatus(phone, 'clear');
    });

    await test.step('at midnight, without a network, tomorrow’s is today’s, and its code turns', async () => {
      await context.setOffline(true);
      await setTime(midnight + 1000);
      await context.clock.fastForward(clock.now() - (await page.evaluate(() => Date.now())));
      await expect.poll(() => keptDay(page, 'pass')).toBe(nextDay);
      await expect(passCode(phone, words)).toBeVisible();
      await expect(page.getByText(words.resident.pass.expiredTitle, { exact: true })).toHaveCount(0);
      await look(page, 'night');
      await page.reload();
      await expectStatus(phone, 'clear');
      await expect(passCode(phone, words)).toBeVisible();
      expect(await keptDay(page, 'tomorrow')).toBeNull();
      await expect(freshness).toContainText(said(words.resident.insight.test.fresh, { hours: 12 }));
      await expect(page.getByText(words.resident.insight.checked.title, { exact: true })).toBeVisible();
      // Hours later the same line, and as of when it is known.
      await context.clock.fastForward(14 * hourMs);
      await expect(freshness).toContainText(said(words.resident.insight.test.tier, { tier: 48 }));
      await expect(freshness).toContainText(words.resident.insight.test.known.split('{{')[0]?.trim() ?? '');
      await look(page, 'day-offline');
    });
    expectNoErrors(phone, 'the resident', expectedErrors);
  });
}
