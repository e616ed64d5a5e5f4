/** What a resident knows about themselves and can object to: an order, the appeal against it, and the answer. */
import { expect } from '@playwright/test';
import { carriedKey, takeUpKey } from './carriedKey.ts';
import { enrolStaff } from './offices.ts';
import { outbreak } from './outbreak.ts';
import { expectNoErrors, look, test } from './started.ts';
import { wordsIn } from './words.ts';

const own = { zh: '那天我在外地，有车票。\n餐厅里的不是我。', en: 'I was out of town that day and have the ticket.\nIt was not me in the restaurant.' };
const reason = { zh: '已核对车票，当日您不在本市。', en: 'We have seen the ticket: you were not in the city on that day.' };

for (const language of ['zh', 'en'] as const) {
  test(`an appeal against an order, answered within its clock, ends the order and not more (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { appeals, duties, notices, records, results } = words.resident;
    const { origin } = city.system;
    const key = await carriedKey();
    await outbreak(city, language === 'zh' ? 900 : 950, { exposedKey: key });
    const phone = await meet({ on: 'phone', language });

    await test.step('the pass says why, and leads to the appeal', async () => {
      const { page } = phone;
      await takeUpKey(phone, origin, key);
      await expect(page.locator('section[data-status="isolate"]')).toBeVisible();
      await page.getByRole('link', { name: appeals.file, exact: true }).click();
      await expect(page.getByRole('checkbox')).toBeChecked();
      await page.getByRole('button', { name: appeals.submit, exact: true }).click();
      await expect(page.getByRole('alert')).toContainText(appeals.errors.grounds);
      await page.getByRole('radio', { name: appeals.groundNames['was-not-there'], exact: true }).check();
      await expect(page.getByText(appeals.errors.grounds, { exact: true })).toHaveCount(0);
      await page.getByLabel(appeals.own).fill(own[language]);
      await look(page, 'appeal-form');
      await page.getByRole('button', { name: appeals.submit, exact: true }).click();
      await expect(page.getByText(appeals.filedTitle, { exact: true })).toBeVisible();
      await expect(page.getByText(appeals.states.open, { exact: true })).toBeVisible();
      await look(page, 'appeals-open');
      // The same again is one too many, and says what to do.
      await page.goto(`${origin}/records/appeals/new`);
      await page.getByRole('radio').first().check();
      await page.getByRole('button', { name: appeals.submit, exact: true }).click();
      await expect(page.getByText(appeals.changedTitle, { exact: true })).toBeVisible();
    });

    await test.step('the records say what was ordered, until when, and what to do', async () => {
      const { page } = phone;
      await page.goto(`${origin}/records`);
      await page.getByRole('link', { name: new RegExp(`^${duties.title}`) }).click();
      const order = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: notices.orders['home-observation'] }) });
      await expect(order).toContainText(duties.counts);
      await expect(order).toContainText('Infectious diseases act');
      await expect(order).toContainText(notices.todo);
      await expect(order.getByRole('link', { name: appeals.file })).toBeVisible();
      await expect(page.getByRole('heading', { name: notices.exposure })).toBeVisible();
      await look(page, 'orders');
    });

    await test.step('a medical officer of another unit reads it, without a name, and upholds it', async () => {
      const { code } = await city.administrator.invite({ name: `Appeals ${language}`, office: '卫生局 Health office', unit: 'Appeals', roles: ['medical-officer'], institutionId: null });
      await city.administrator.confirmWaiting();
      const officer = await meet({ on: 'desk', language });
      await enrolStaff(officer, `${origin}/console/enrol#${code}`, words);
      const { page } = officer;
      await page.goto(`${origin}/console/appeals`);
      await look(page, 'queue');
      await page.getByRole('link', { name: words.appeals.statuses.isolate, exact: true }).click();
      await page.getByRole('button', { name: words.appeals.read, exact: true }).click();
      await expect(page.getByText(own[language].split('\n')[0] ?? '')).toBeVisible();
      await expect(page.getByText('Infectious diseases act')).toBeVisible();
      await page.getByRole('radio', { name: new RegExp(`^${words.appeals.outcomes.upheld}`) }).check();
      await page.getByLabel(words.appeals.answerReason).fill(reason[language]);
      await look(page, 'answer');
      await page.setViewportSize({ width: 390, height: 844 });
      await look(page, 'answer-narrow');
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByRole('button', { name: words.appeals.send, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: words.appeals.confirm, exact: true }).click();
      await expect(page.getByText(words.appeals.states.upheld, { exact: true }).first()).toBeVisible();
      await page.goto(`${origin}/console/counts`);
      await expect(page.getByRole('table', { name: words.appeals.counts.title })).toBeVisible();
      expectNoErrors(officer, 'the medical officer');
      await officer.leave();
    });

    await test.step('the person is told, reads the answer, and the status follows by rule from what is left', async () => {
      const { page } = phone;
      await page.goto(`${origin}/records/notices`);
      await expect(page.getByRole('heading', { name: notices.appeal })).toBeVisible();
      await look(page, 'notices');
      await page.getByRole('link', { name: notices.toAppeals }).click();
      await expect(page.getByText(reason[language])).toBeVisible();
      await expect(page.getByText(appeals.states.upheld, { exact: true })).toBeVisible();
      await look(page, 'appeals-upheld');
      await page.goto(`${origin}/pass`);
      await expect(page.locator('section[data-status="caution"]')).toBeVisible();
      await page.goto(`${origin}/records/results`);
      await expect(page.getByText(results.empty)).toBeVisible();
      await page.goto(`${origin}/records/orders`);
      const order = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: notices.orders['home-observation'] }) });
      await expect(order).toContainText(duties.lifted);
      await expect(order).not.toContainText(duties.counts);
      // The exposure, which nobody appealed against, goes on.
      await expect(page.getByText(duties.counts, { exact: true })).toHaveCount(1);
      // Without a network what was known is still there, with its age.
      await phone.context.setOffline(true);
      await page.goto(`${origin}/records/appeals`);
      await expect(page.getByText(reason[language])).toBeVisible();
      const asKnown = page.getByText(records.asKnown.split('{{')[0] ?? '');
      await expect(asKnown).toBeVisible();
      for (const [path, known] of [['orders', duties.counts], ['results', results.empty], ['notices', notices.appeal]] as const) {
        await page.goto(`${origin}/records/${path}`);
        await expect(page.getByText(known, { exact: true }).first()).toBeVisible();
        await expect(asKnown).toBeVisible();
      }
      await phone.context.setOffline(false);
    });
    expectNoErrors(phone, 'the resident', [/the server responded with a status of 409/, /ERR_INTERNET_DISCONNECTED/]);
  });
}
