/** The end of the system: the operator asks, officers of two units approve by passkey, and may think better of it. Nothing is destroyed. */
import { expect } from '@playwright/test';
import { sunsetCommand } from '@health-kit/healthkit';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, startCity, test } from './started.ts';
import { said, wordsIn } from './words.ts';

test('two officers of two units approve the end of the system in the console, one takes it back, and nothing has ended', async ({ meet }) => {
  // A city of its own: a request that waits is on every start page.
  const city = await startCity();
  try {
    const { origin, dataDir } = city.system;
    const operate = async (...args: string[]) => {
      const lines: string[] = [];
      await sunsetCommand.run([...args, '--data', dataDir], { environment: {}, signal: new AbortController().signal, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    const begin = async (role: 'administrator' | 'privacy-officer', unit: string, language: 'zh' | 'en', on: 'desk' | 'phone') => {
      const words = wordsIn(language);
      const somebody = await meet({ on, language });
      const { code } = await city.administrator.invite({ name: `${words.session.role[role]} ${unit}`, office: 'Health office 卫生局', unit, roles: [role], institutionId: null });
      await enrolStaff(somebody, `${origin}/console/enrol#${code}`, words);
      return { somebody, page: somebody.page, words };
    };
    const first = await begin('administrator', 'Administration 甲', 'zh', 'desk');
    await first.page.goto(`${origin}/console/sunset`);
    await expect(first.page.getByText(first.words.sunset.none, { exact: true })).toBeVisible();

    await operate('begin', 'The outbreak is over 疫情结束', '--copies', 'Two: shredded 两份，已销毁', '--wait', '24');
    const approve = async ({ page, words: { shell, sunset } }: typeof first, name: string) => {
      await page.goto(`${origin}/console/`);
      await page.getByRole('link', { name: shell.waiting.sunset_one }).click();
      await expect(page.getByText('The outbreak is over 疫情结束', { exact: true })).toBeVisible();
      await expect(page.getByText('Two: shredded 两份，已销毁', { exact: true })).toBeVisible();
      await page.getByRole('button', { name: sunset.approve, exact: true }).click();
      const dialog = page.getByRole('dialog', { name: sunset.sure });
      const typed = dialog.getByLabel(said(sunset.type, { word: sunset.word }));
      await typed.fill('yes');
      await dialog.getByRole('button', { name: sunset.sign, exact: true }).click();
      await expect(dialog.getByText(said(sunset.wordWrong, { word: sunset.word }))).toBeVisible();
      await typed.fill(sunset.word);
      await look(page, `${name}-sure`);
      await dialog.getByRole('button', { name: sunset.sign, exact: true }).click();
      await expect(page.getByText(sunset.youApproved, { exact: true })).toBeVisible();
      await look(page, `${name}-approved`);
    };
    await approve(first, 'first');
    await expect(first.page.getByText(first.words.sunset.states['waiting-for-approvals'], { exact: true })).toBeVisible();

    await test.step('a colleague of the same unit counts for nothing', async () => {
      const colleague = await begin('administrator', 'Administration 甲', 'en', 'desk');
      await expect(colleague.page.getByText(colleague.words.shell.nothingWaits, { exact: true })).toBeVisible();
      await colleague.page.goto(`${origin}/console/sunset`);
      await expect(colleague.page.getByText(colleague.words.sunset.sameUnit, { exact: true })).toBeVisible();
      await expect(colleague.page.getByRole('button', { name: colleague.words.sunset.approve, exact: true })).toHaveCount(0);
      await colleague.somebody.leave();
    });

    const second = await begin('privacy-officer', 'Privacy 乙', 'en', 'phone');
    await approve(second, 'second');
    await expect(second.page.getByText(second.words.sunset.states['waiting-for-time'], { exact: true })).toBeVisible();
    expect(await operate('status')).toContain('Approvals  2 of 2');

    await second.page.getByRole('button', { name: second.words.sunset.withdraw, exact: true }).click();
    await expect(second.page.getByText(second.words.sunset.states['waiting-for-approvals'], { exact: true })).toBeVisible();
    expect(await operate('status')).toContain('Approvals  1 of 2');
    await operate('withdraw');
    await first.page.reload();
    await expect(first.page.getByText(first.words.sunset.none, { exact: true })).toBeVisible();
    expect((await city.administrator.staff()).length).toBeGreaterThan(2);
    expectNoErrors(first.somebody, 'the first officer');
    expectNoErrors(second.somebody, 'the second officer');
  } finally {
    await city.stop();
  }
});
