/** A privacy officer sees what waits, freezes an account, makes decoys, and lets the officer go on by passkey. */
import { expect } from '@playwright/test';
import { StaffMember } from '@health-kit/simulate';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  test(`a privacy officer who reads ${language} freezes an account and lets it go on by passkey`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { privacy } = words;
    const { origin } = city.system;
    const invited = await city.administrator.invite({ name: `Hasty ${language}`, office: 'Health office 卫生局', unit: 'Desk', roles: ['registrar'], institutionId: null });
    const registrar = await StaffMember.enrol(city.world, invited.code);
    const { code } = await city.administrator.invite({ name: `Watcher ${language}`, office: 'Health office 卫生局', unit: `Privacy ${language}`, roles: ['privacy-officer'], institutionId: null });
    const watcher = await meet({ on: 'desk', language });
    await enrolStaff(watcher, `${origin}/console/enrol#${code}`, words);
    const { page } = watcher;
    await page.goto(`${origin}/console/privacy`);
    await page.getByLabel(privacy.officer, { exact: true }).selectOption({ label: `Hasty ${language} · Health office 卫生局 · Desk` });
    await page.getByLabel(privacy.reason, { exact: true }).fill('查看异常 · Unusual looking');
    await page.getByRole('button', { name: privacy.freeze, exact: true }).click();
    const release = page.getByRole('row').filter({ hasText: `Hasty ${language}` }).getByRole('button', { name: privacy.release, exact: true });
    await expect(release).toBeVisible();
    await expect(registrar.signIn()).rejects.toThrow(/account-stopped/);
    await look(page, 'privacy');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'privacy-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.setViewportSize({ width: 1280, height: 800 });

    await release.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(privacy.reason, { exact: true }).fill('已谈话 · Talked it over');
    await dialog.getByRole('button', { name: privacy.release, exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText(privacy.noStopped, { exact: true })).toBeVisible();
    await registrar.signIn();

    await page.getByRole('button', { name: said(privacy.makeCanaries, { count: 5 }), exact: true }).click();
    await expect(page.getByText(said(privacy.canariesMade, { count: 5 }), { exact: true })).toBeVisible();

    await page.getByRole('button', { name: privacy.declare, exact: true }).click();
    await expect(page.getByText(privacy.declaredText, { exact: true })).toBeVisible();
    const reference = await page.locator('code').textContent() ?? '';
    expect(reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    await page.getByLabel(privacy.reference, { exact: true }).fill('none');
    await page.getByRole('button', { name: privacy.retire, exact: true }).click();
    await expect(page.getByText(privacy.referenceFault)).toBeVisible();
    await look(page, 'privacy-declared');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'privacy-declared-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.getByLabel(privacy.reference, { exact: true }).fill(reference.toLowerCase());
    await page.getByRole('button', { name: privacy.retire, exact: true }).click();
    await expect(page.getByText(privacy.retired, { exact: true })).toBeVisible();
    await page.getByLabel(privacy.reference, { exact: true }).fill(reference);
    await page.getByRole('button', { name: privacy.retire, exact: true }).click();
    await expect(page.getByText(privacy.referenceUnknown)).toBeVisible();
    // The reference that was used up is answered 404, which the browser notes.
    expectNoErrors(watcher, 'the privacy officer', [/status of 404/]);
  });
}
