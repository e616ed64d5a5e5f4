/** A registration with everything that goes wrong on the way: mistakes, a reload, the way back, bad light. */
import { expect, type Page } from '@playwright/test';
import type { SealedIdentity } from '@health-kit/api';
import { seededRandom, syntheticResidentId } from '@health-kit/simulate';
import { readCode } from './residents.ts';
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
    expectNoErrors(newcomer, 'the newcomer');
  });
}
