/** A registration with everything that goes wrong on the way: mistakes, a reload, the way back, bad light. */
import { expect, type Page } from '@playwright/test';
import type { SealedIdentity } from '@health-kit/api';
import { seededRandom, syntheticResidentId } from '@health-kit/simulate';
import { drawnFace } from './drawnFace.ts';
import { expectStatus, readCode } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

const hourMs = 3_600_000;
/** Somebody with one name. */
const people: Readonly<Record<Language, SealedIdentity>> = {
  zh: { familyName: '阿卜杜拉·买买提', givenName: '', documentType: 'resident-id', documentNumber: syntheticResidentId(95, seededRandom('newcomer')), phone: '+8619900000095', language: 'zh' },
  en: { familyName: 'SUHARTO', givenName: '', documentType: 'passport', documentNumber: 'L898902C3', phone: '+8619900000096', language: 'en' },
};

/** Until when the draft is kept, epoch ms; null where there is none. */
const draftOf = (page: Page) => page.evaluate(async () => {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('health-kit-resident');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(new Error('no database'));
  });
  return new Promise<number | null>((resolve) => {
    const kept = database.transaction('records').objectStore('records').get('draft');
    kept.onsuccess = () => {
      const record: unknown = kept.result;
      resolve(typeof record === 'object' && record !== null && 'untilMs' in record && typeof record.untilMs === 'number' ? record.untilMs : null);
    };
  });
});

for (const language of ['zh', 'en'] as const) {
  test(`a registration survives mistakes, a reload and the way back (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { register, code, portrait } = words.resident;
    const { ui } = words;
    const person = people[language];
    const { origin } = city.system;
    const newcomer = await meet({ on: 'phone', language });
    const { page, context } = newcomer;
    const number = page.getByLabel(register.number, { exact: true });
    const name = page.getByLabel(register.singleName, { exact: true });
    const submit = page.getByRole('button', { name: register.submit });

    await test.step('a field says what is wrong when it is left, and falls silent once it is mended', async () => {
      await page.goto(`${origin}/register`);
      await page.getByLabel(register.documentType, { exact: true }).selectOption('resident-id');
      await number.fill('99010519491231002');
      await expect(page.getByText(said(register.errors.numberLength, { count: '17' }))).toHaveCount(0);
      await number.blur();
      await expect(page.locator('#documentNumber-error')).toContainText(said(register.errors.numberLength, { count: '17' }));
      await number.fill('990105194912310021');
      await number.blur();
      await expect(page.locator('#documentNumber-error')).toContainText(register.errors.numberRegion);
      await look(page, 'registration-mistake');
      await number.pressSequentially(' ');
      await number.fill('１１０１０５ 19491231 002x');
      await expect(page.locator('#documentNumber-error')).toHaveCount(0);
      await number.blur();
      await expect(number).toHaveValue('11010519491231002X');
      await expect(page.locator('#documentNumber-after')).toContainText('1949');
    });

    await test.step('sent with gaps, it names all of them and takes the focus there', async () => {
      await submit.click();
      const summary = page.getByRole('alert').filter({ has: page.getByRole('link', { name: register.errors.familyName }) });
      await expect(summary).toBeFocused();
      await expect(summary.getByRole('link')).toHaveText([register.errors.familyName, register.errors.givenName, register.errors.phoneEmpty]);
      await summary.getByRole('link', { name: register.errors.phoneEmpty }).click();
      await expect(page.getByLabel(register.phone, { exact: true })).toBeFocused();
      await look(page, 'registration-gaps');
    });

    await test.step('a passport\'s lines, a single name, a middle dot from another keyboard', async () => {
      await page.getByLabel(register.documentType, { exact: true }).selectOption(person.documentType);
      if (person.documentType === 'passport') {
        await number.fill('P<UTOSUHARTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<10');
        await number.blur();
        await expect(name).toHaveValue('SUHARTO');
      } else {
        await page.getByLabel(register.oneName).check();
        await number.fill(person.documentNumber);
        await name.fill('阿卜杜拉•买买提');
        await name.blur();
      }
      await expect(number).toHaveValue(person.documentNumber);
      await page.getByLabel(register.phone, { exact: true }).fill(person.phone.replace('+86', ''));
      await expect(name).toHaveValue(person.familyName);
    });

    await test.step('a reload finds it again, another tab does not', async () => {
      const now = await page.evaluate(() => Date.now());
      await page.getByLabel(register.phone, { exact: true }).blur();
      await expect.poll(() => draftOf(page)).toBeGreaterThanOrEqual(now + hourMs);
      await page.reload();
      await expect(name).toHaveValue(person.familyName);
      await expect(number).toHaveValue(person.documentNumber);
      await look(page, 'registration-filled');
      const stranger = await context.newPage();
      await stranger.goto(`${origin}/register`);
      await expect(stranger.getByLabel(register.number, { exact: true })).toHaveValue('');
      await stranger.close();
    });

    await test.step('so does the way back from the code; once the phone is proven nothing is left of it', async () => {
      await submit.click();
      await expect(page.getByRole('heading', { level: 1, name: code.title })).toBeVisible();
      await page.goBack();
      await expect(number).toHaveValue(person.documentNumber);
      await page.goForward();
      await page.getByLabel(code.label).fill(await readCode(newcomer, person.phone, words));
      await page.getByRole('button', { name: code.submit, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: portrait.title })).toBeVisible();
      await expect.poll(() => draftOf(page)).toBeNull();
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    });
    await test.step('the camera page says what would help, and the keyboard releases the shutter', async () => {
      const shutter = page.getByRole('button', { name: portrait.take, exact: true });
      const face = drawnFace('#3b2417');
      const seen = [
        [`<div style="filter:brightness(0.12)">${face}</div>`, portrait.advice.dark, 'dark'], [`<div style="filter:blur(26px)">${face}</div>`, portrait.advice.blurred, 'blurred'],
        [face, portrait.guide, 'good'],
      ] as const;
      for (const [scene, words, name] of seen) {
        await newcomer.camera.show(page, scene);
        await page.reload();
        await expect(shutter).toBeEnabled();
        // The guide stands there from the start: it must still do so after the looks that would change it.
        if (name === 'good') await page.waitForFunction((since) => performance.now() - since > 2000, await page.evaluate(() => performance.now()));
        await expect(page.getByRole('status').filter({ hasText: words })).toBeVisible();
        await look(page, `portrait-${name}`);
      }
      await shutter.focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('img', { name: portrait.preview })).toBeVisible();
      await page.getByRole('button', { name: portrait.retake, exact: true }).click();
      await expect(shutter).toBeEnabled();
    });

    await test.step('a camera that is refused or missing leaves a way to go on', async () => {
      // As the browser says it: the fake camera asks nobody.
      for (const [error, title, help] of [['NotAllowedError', ui.scanner.refusedTitle, portrait.allow.chromium], ['NotFoundError', ui.scanner.missingTitle, portrait.otherWay]] as const) {
        await page.addInitScript((name) => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name)); }, error);
        await page.reload();
        await expect(page.getByText(title, { exact: true })).toBeVisible();
        await expect(page.getByText(help, { exact: true })).toBeVisible();
        await look(page, `portrait-${error}`);
      }
      await page.getByRole('button', { name: portrait.later, exact: true }).click();
      await expectStatus(newcomer, 'unverified');
    });
    expectNoErrors(newcomer, 'the newcomer');
  });
}
