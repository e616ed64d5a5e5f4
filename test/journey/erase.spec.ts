/** Leaving: a resident takes a file of their own data along, deletes the account, and begins anew with nothing. */
import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { eraseMyAccount, erasureConfirmation, ExportDocument, getExportSchema, getMyStatus, type SealedIdentity } from '@health-kit/api';
import { call, openConnection } from '@health-kit/client';
import { Resident, seededRandom, syntheticPerson, syntheticResidentId } from '@health-kit/simulate';
import { Check } from 'typebox/value';
import { expectStatus, register } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { wordsIn, type Language } from './words.ts';

const people: Readonly<Record<Language, SealedIdentity>> = {
  zh: { familyName: '上官', givenName: '若兰', documentType: 'resident-id', documentNumber: syntheticResidentId(91, seededRandom('leaver')), phone: '+8619900000091', language: 'zh' },
  en: { familyName: 'Haugen', givenName: 'Solveig', documentType: 'passport', documentNumber: 'N00000092', phone: '+8619900000092', language: 'en' },
};

for (const language of ['zh', 'en'] as const) {
  test(`a resident downloads their data, deletes the account, and begins anew with nothing (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { resident } = words;
    const { origin } = city.system;
    const person = people[language];
    const phone = await meet({ on: 'phone', language });
    const { page } = phone;

    await register(phone, origin, person, words);
    await page.getByRole('button', { name: resident.portrait.later }).or(page.getByRole('link', { name: resident.portrait.later })).click();
    await expectStatus(phone, 'unverified');
    await test.step('the file is downloaded, of the published form, and has what was registered', async () => {
      await page.goto(`${origin}/settings`);
      await look(page, `${language}-settings`);
      await page.getByRole('link', { name: resident.export.title }).click();
      await look(page, `${language}-export`);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: resident.export.download, exact: true }).click();
      const document: unknown = JSON.parse(await readFile(await (await downloading).path(), 'utf8'));
      await expect(page.getByText(resident.export.done, { exact: true })).toBeVisible();
      await look(page, `${language}-export-done`);
      if (!Check(ExportDocument, document)) throw new Error('the file is not of the published form');
      expect(document.account.identity).toEqual(person);
      const published: unknown = await (await fetch(document.$schema)).json();
      expect(published).toEqual({ ...JSON.parse(JSON.stringify(ExportDocument)), $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `${origin}${getExportSchema.path}` });
    });

    await test.step('the page says what goes and what stays, and asks to be understood first', async () => {
      await page.goto(`${origin}/settings/erase`);
      await expect(page.getByLabel(resident.erase.understood)).toBeVisible();
      await expect(page.getByRole('button', { name: resident.erase.action, exact: true })).toBeDisabled();
      await look(page, `${language}-erase`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await look(page, `${language}-erase-wide`);
      await page.setViewportSize({ width: 390, height: 844 });
    });

    await test.step('the account is deleted after a confirmation, and nothing is left on the phone', async () => {
      await page.getByLabel(resident.erase.understood).check();
      await page.getByRole('button', { name: resident.erase.action, exact: true }).click();
      await look(page, `${language}-erase-confirm`);
      await page.getByRole('button', { name: resident.erase.confirm, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: resident.erased.title })).toBeAttached();
      await look(page, `${language}-erased`);
      await page.getByRole('link', { name: words.ui.notFound.action }).click();
      await expect(page.getByRole('link', { name: resident.welcome.start, exact: true })).toBeVisible();
      const left = await page.evaluate(async () => {
        const opening = indexedDB.open('health-kit-resident');
        const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => resolve(opening.result); });
        const reading = database.transaction('records').objectStore('records').getAllKeys();
        await new Promise((resolve) => { reading.onsuccess = resolve; });
        database.close();
        return reading.result.map(String).filter((name) => name !== 'trust');
      });
      expect(left).toEqual([]);
    });

    await test.step('registering again is a new, empty account', async () => {
      await register(phone, origin, person, words);
      await page.getByRole('button', { name: resident.portrait.later }).or(page.getByRole('link', { name: resident.portrait.later })).click();
      await expectStatus(phone, 'unverified');
      await page.goto(`${origin}/records/access`);
      await expect(page.getByText(resident.access.empty, { exact: true })).toBeVisible();
    });
    expectNoErrors(phone, 'the resident');
  });
}

test('the ticket of a deleted account dies with it, although its day is not over', async ({ city }) => {
  const { world } = city;
  const leaver = await Resident.register(world, syntheticPerson(93, seededRandom('ticket')));
  const { ticket } = await leaver.ticket();
  const connection = openConnection(city.system.origin, { key: leaver.key, ticket });
  const status = async () => {
    const answer = await call(connection, getMyStatus, {});
    return answer.ok ? 200 : answer.reason === 'refused' ? answer.problem.status : 0;
  };
  expect(await status()).toBe(200);
  expect((await call(connection, eraseMyAccount, { body: { confirmation: erasureConfirmation } })).ok).toBe(true);
  await expect.poll(status, { timeout: 30_000, intervals: [1000] }).toBe(401);
});
