import { expect } from '@playwright/test';
import { InstitutionSystem, StaffMember } from '@health-kit/simulate';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, test } from './started.ts';
import { wordsIn } from './words.ts';

for (const language of ['zh', 'en'] as const) {
  test(`an administrator confirms a laboratory's key, and revokes one whose officer was dismissed (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { administration } = words;
    const { origin } = city.system;
    const { institutionId } = await city.administrator.registerInstitution(language === 'zh' ? '海川中心实验室' : 'Haichuan central laboratory', 'laboratory');
    const officer = async (name: string) => StaffMember.enrol(city.world, (await city.administrator.invite({ name: `${name} (${language})`, office: 'Health office', unit: 'Reporting', roles: ['laboratory'], institutionId })).code);
    const [leaver, stayer] = [await officer('Leaver'), await officer('Stayer')];
    const old = await InstitutionSystem.register(leaver, `LIS 1 (${language})`);
    const fresh = await InstitutionSystem.registerAlone(stayer, `LIS 2 (${language})`);

    const administrator = await meet({ on: 'desk', language });
    const invited = await city.administrator.invite({ name: `Administrator of keys (${language})`, office: 'Health office', unit: 'Administration of keys', roles: ['administrator'], institutionId: null });
    await enrolStaff(administrator, `${origin}/console/enrol#${invited.code}`, words);
    const { page } = administrator;
    await page.goto(`${origin}/console/staff`);
    await page.getByRole('row').filter({ hasText: `Leaver (${language})` }).getByRole('button', { name: administration.dismiss, exact: true }).click();
    await expect(page.getByRole('dialog').getByText(`LIS 1 (${language})`)).toBeVisible();
    await look(page, 'dismissal-1280');
    await page.getByRole('dialog').getByLabel(administration.reason, { exact: true }).fill('Left');
    await page.getByRole('dialog').getByRole('button', { name: administration.dismiss, exact: true }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.goto(`${origin}/console/`);
    await page.getByRole('link', { name: words.shell.waiting.institutionKeys_one }).click();
    const rowOf = (name: string) => page.getByRole('row').filter({ hasText: name });
    await expect(rowOf(`LIS 1 (${language})`).getByText(administration.keys.review, { exact: true })).toBeVisible();
    await look(page, 'keys-1280');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'keys-390');
    await page.setViewportSize({ width: 1280, height: 800 });
    await rowOf(`LIS 2 (${language})`).getByRole('button', { name: administration.confirm, exact: true }).click();
    await expect(rowOf(`LIS 2 (${language})`).getByText(administration.good, { exact: true })).toBeVisible();
    expect((await fresh.token()).length).toBeGreaterThan(0);

    await rowOf(`LIS 1 (${language})`).getByRole('button', { name: administration.keys.revoke, exact: true }).click();
    await look(page, 'revoke-1280');
    await page.getByRole('dialog').getByLabel(administration.reason, { exact: true }).fill('Its officer left');
    await page.getByRole('dialog').getByRole('button', { name: administration.keys.revoke, exact: true }).click();
    await expect(rowOf(`LIS 1 (${language})`).getByText(administration.keys.revoked, { exact: true })).toBeVisible();
    await expect(old.token()).rejects.toThrow(/not-authorized/);
    expectNoErrors(administrator, 'the administrator');
  });
}
