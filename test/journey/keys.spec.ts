/** The administrator looks at the vault's keys: each by what it is for, its version and its end, and never a key. */
import { expect } from '@playwright/test';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  test(`an administrator who reads ${language} finds every key, its end and the command that rotates it`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { keys } = words;
    const { origin } = city.system;
    const { code } = await city.administrator.invite({ name: `Keys ${language}`, office: 'Health office 卫生局', unit: `Keys ${language}`, roles: ['administrator'], institutionId: null });
    const administrator = await meet({ on: 'desk', language });
    await enrolStaff(administrator, `${origin}/console/enrol#${code}`, words);
    const { page } = administrator;
    await page.getByRole('navigation').getByRole('link', { name: words.shell.sections.keys.name }).click();

    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await expect(row(keys.kinds.kek)).toContainText('kek/1');
    await expect(row('issuer/pass/1')).toContainText(keys.kinds.pass);
    await expect(row('issuer/pass/1')).toContainText(keys.states.current);
    await expect(row('blind-index')).toContainText(keys.noEnd);
    await expect(page.getByText(keys.providers.file, { exact: true })).toBeVisible();
    await expect(page.getByText(keys.noRotations, { exact: true })).toBeVisible();
    expect(await page.locator('main').innerText()).not.toMatch(/[0-9a-f]{32}|[\w+/-]{43}/);
    await look(page, 'keys');

    // By the keyboard alone: to the filter, to the row, and into it.
    await page.keyboard.press('/');
    await page.keyboard.type('issuer/pass');
    await expect(row('issuer/')).toHaveCount(1);
    await page.getByRole('searchbox').press('Tab');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: said(keys.rotateNamed, { name: keys.kinds.pass }) });
    await expect(dialog.getByText('npm run healthkit -- keys rotate pass', { exact: true })).toBeVisible();
    await look(page, 'how');
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.getByRole('searchbox').fill('no such key');
    await expect(page.getByText(said(words.lists.filterNone, { text: 'no such key' }), { exact: true })).toBeVisible();
    await page.getByRole('searchbox').fill('');

    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'keys-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    // Without a network the page says so, keeps what it has, and says that it is old.
    await administrator.context.setOffline(true);
    await expect(page.getByText(words.answers.staleTitle, { exact: true })).toBeVisible();
    await expect(row(keys.kinds.kek)).toBeVisible();
    await administrator.context.setOffline(false);
    await expect(page.getByText(words.answers.staleTitle, { exact: true })).toBeHidden();
    expectNoErrors(administrator, 'the administrator', [/ERR_INTERNET_DISCONNECTED|Failed to load resource/]);
  });
}
