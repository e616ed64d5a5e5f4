/** Who works here: one officer invites, a second confirms, the newcomer begins; stopped, they are told so; dismissed, they are out. */
import { expect } from '@playwright/test';
import { enrolStaff, invite } from './offices.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

/** The browser's own line for an answer that refuses; the page says it in words, which the journey looks for. */
const refusedAnswer = /the server responded with a status of 4\d\d/;

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  test(`an invitation is good once a second officer confirms it, and a dismissed officer is out (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { administration, privacy, session, shell } = words;
    const { origin } = city.system;
    const begin = async (role: 'administrator' | 'privacy-officer', on: 'desk' | 'phone') => {
      const somebody = await meet({ on, language });
      const { code } = await city.administrator.invite({ name: `${session.role[role]} ${language}`, office: 'Health office 卫生局', unit: `Staff ${role} ${language}`, roles: [role], institutionId: null });
      await enrolStaff(somebody, `${origin}/console/enrol#${code}`, words);
      return somebody;
    };
    const administrator = await begin('administrator', 'desk');
    const unit = `Desk of newcomers ${language}`;
    const name = `${session.role.registrar} ${unit}`;
    const link = await invite(administrator.page, origin, 'registrar', unit, words);
    await expect(administrator.page.getByText(administration.mustBeConfirmed, { exact: true })).toBeVisible();
    await look(administrator.page, 'invited');

    const newcomer = await meet({ on: 'desk', language });
    await test.step('before that the link does not work', async () => {
      await newcomer.page.goto(link);
      await expect(newcomer.page.getByText(session.codeRefused, { exact: true })).toBeVisible();
      await look(newcomer.page, 'not-yet');
    });

    const watcher = await begin('privacy-officer', 'phone');
    const stopped = watcher.page.getByRole('row').filter({ hasText: name });
    await test.step('a privacy officer finds it on the start page, and confirms on a phone', async () => {
      const { page } = watcher;
      await page.getByRole('link', { name: shell.waiting.invitations_one }).click();
      await look(page, 'to-confirm');
      await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: administration.confirm, exact: true }).click();
      await expect(page.getByText(said(administration.confirmed, { name }), { exact: true })).toBeVisible();
      await look(page, 'confirmed');
      expectNoErrors(watcher, 'the privacy officer');

      await newcomer.page.goto('about:blank');
      await enrolStaff(newcomer, link, words);
      await expect(newcomer.page.getByText(shell.nothingWaits, { exact: true })).toBeVisible();
      await look(newcomer.page, 'nothing-waits');

      await page.getByRole('button', { name: shell.menu }).click();
      await look(page, 'menu');
      await page.getByRole('navigation').getByRole('link', { name: shell.sections.privacy.name }).click();
      await page.getByLabel(privacy.officer, { exact: true }).selectOption({ label: `${name} · Health office 卫生局 · ${unit}` });
      await page.getByLabel(privacy.reason, { exact: true }).fill('查看异常 · Unusual looking');
      await page.getByRole('button', { name: privacy.freeze, exact: true }).click();
      await expect(stopped.getByText('查看异常 · Unusual looking', { exact: true })).toBeVisible();
      await look(page, 'stopped');
    });

    await test.step('the newcomer, who is stopped, is told so by the sign-in, and whom to ask', async () => {
      const { page } = newcomer;
      await expect(async () => {
        await page.goto(`${origin}/console/passkeys`);
        await expect(page.getByRole('heading', { name: session.expiredTitle, exact: true })).toBeVisible({ timeout: 4_000 });
      }).toPass();
      await page.getByRole('button', { name: session.signIn, exact: true }).click();
      await expect(page.getByText(session.stopped, { exact: true })).toBeVisible();
      await look(page, 'told-that-stopped');
    });

    await test.step('let go on, they sign in again, and nothing tells them to any more', async () => {
      await stopped.getByRole('button', { name: privacy.release, exact: true }).click();
      const dialog = watcher.page.getByRole('dialog');
      await dialog.getByLabel(privacy.reason, { exact: true }).fill('已谈话 · Talked it over');
      await dialog.getByRole('button', { name: privacy.release, exact: true }).click();
      await expect(dialog).toBeHidden();
      const { page } = newcomer;
      await page.getByRole('button', { name: session.signIn, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: shell.sections.passkeys.name, exact: true })).toBeVisible();
      await expect(page.getByRole('row')).toHaveCount(2);
      await expect(page).toHaveTitle(shell.sections.passkeys.name);
      await expect(page.getByText(session.expiredTitle)).toHaveCount(0);
      await expect(page.getByRole('alert')).toHaveCount(0);
      await look(page, 'signed-in-again');
      expectNoErrors(newcomer, 'the newcomer', [refusedAnswer]);
    });

    await test.step('the administrator dismisses them, with a reason', async () => {
      const { page } = administrator;
      await page.goto(`${origin}/console/staff`);
      const row = page.getByRole('row').filter({ hasText: name });
      await row.getByRole('button', { name: administration.dismiss, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: said(administration.dismissTitle, { name }) });
      await dialog.getByRole('button', { name: administration.dismiss, exact: true }).click();
      await expect(dialog.getByText(administration.errors.reason)).toBeVisible();
      await dialog.getByLabel(administration.reason, { exact: true }).fill('任务结束 · The task is over');
      await look(page, 'dismiss');
      await dialog.getByRole('button', { name: administration.dismiss, exact: true }).click();
      await expect(dialog).toBeHidden();
      await expect(row).toHaveCount(0);
      expectNoErrors(administrator, 'the administrator');
      await expect(async () => {
        await newcomer.page.reload();
        await newcomer.page.getByRole('button', { name: session.signIn, exact: true }).click({ timeout: 4_000 });
      }).toPass();
      await expect(newcomer.page.getByText(session.notKnown, { exact: true })).toBeVisible();
    });
  });
}
