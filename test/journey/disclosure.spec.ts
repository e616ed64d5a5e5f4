/** A name that two officers open for a purpose: asked for, approved elsewhere, seen for a while, logged, closed and reviewed. */
import { expect } from '@playwright/test';
import type { StaffRole } from '@health-kit/api';
import { enrolStaff } from './offices.ts';
import { outbreak } from './outbreak.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn } from './words.ts';

test("a contact's number, asked for by one officer and opened by a second", async ({ city, meet }) => {
  // The tracer reads Chinese, the others English.
  const [words, others] = [wordsIn('zh'), wordsIn('en')];
  const { disclosure, tracing } = words;
  const { origin } = city.system;
  const { caseId, exposed } = await outbreak(city, 300);
  const { familyName, phone } = exposed.person;
  const invite = async (role: StaffRole, unit: string) => {
    const { code } = await city.administrator.invite({ name: `${words.session.role[role]} 甲`, office: 'Health office 卫生局', unit, roles: [role], institutionId: null });
    return `${origin}/console/enrol#${code}`;
  };

  const tracer = await meet({ on: 'desk', language: 'zh' });
  await enrolStaff(tracer, await invite('tracer', 'Tracing A'), words);
  await test.step('the tracer asks for name and number of the contact, and signs', async () => {
    const { page } = tracer;
    await page.goto(`${origin}/console/cases/${caseId}`);
    await page.getByRole('row').filter({ hasText: tracing.orders.approved }).getByRole('checkbox').check();
    await page.getByRole('button', { name: disclosure.request.open, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: disclosure.request.submit, exact: true }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();
    await look(page, 'request-errors');
    await dialog.getByLabel(disclosure.purposes['telephone-interview'], { exact: true }).check();
    await dialog.getByLabel(disclosure.fields.name, { exact: true }).check();
    await dialog.getByLabel(disclosure.fields.phone, { exact: true }).check();
    await expect(dialog.getByLabel(disclosure.fields.document, { exact: true })).toHaveCount(0);
    await dialog.getByLabel(disclosure.request.reason, { exact: true }).fill('电话流调 · Interview about the evening');
    await look(page, 'request');
    await dialog.getByRole('button', { name: disclosure.request.submit, exact: true }).click();
    await dialog.getByRole('link', { name: disclosure.request.toIt }).click();
    await expect(page.getByText(disclosure.states.waiting, { exact: true })).toBeVisible();
    await look(page, 'waiting');
  });

  await test.step('a medical officer of another unit approves, and sees no name', async () => {
    const approver = await meet({ on: 'desk', language: 'en' });
    await enrolStaff(approver, await invite('medical-officer', 'Orders B'), others);
    const { page } = approver;
    await page.goto(`${origin}/console/disclosures`);
    await look(page, 'list');
    await page.getByRole('row').getByRole('link', { name: others.disclosure.purposes['telephone-interview'] }).click();
    await look(page, 'decision');
    await page.getByRole('button', { name: others.disclosure.approve, exact: true }).click();
    await expect(page.getByText(others.disclosure.states.open, { exact: true })).toBeVisible();
    expect(await page.content()).not.toContain(familyName);
    expectNoErrors(approver, 'the medical officer');
    await approver.leave();
  });

  await test.step('the tracer sees the number, hidden until asked for and when looking elsewhere', async () => {
    const { page } = tracer;
    await page.reload();
    await page.getByRole('button', { name: disclosure.openIt, exact: true }).click();
    await expect(page.getByText(said(disclosure.position, { position: 1, count: 1 }))).toBeVisible();
    const digits = phone.slice(-4);
    await expect(page.getByText(digits)).toHaveCount(0);
    await look(page, 'hidden');
    await page.keyboard.press('s');
    await expect(page.getByText(digits)).toBeVisible();
    await expect(page.getByText(familyName).first()).toBeVisible();
    await look(page, 'revealed');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'revealed-narrow');
    await page.setViewportSize({ width: 1280, height: 800 });
    // Nothing of it is kept: neither where pages store things, nor on paper, nor when the officer looks elsewhere.
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(digits);
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByText(digits)).toBeHidden();
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect(page.getByText(digits)).toHaveCount(0);
  });

  await test.step('the contact, who was told, sees it in their own log', async () => {
    const log = await exposed.accessLog();
    expect(log.filter(({ purpose }) => purpose === 'disclosure').map(({ office, fields }) => [office, fields])).toEqual([['Health office 卫生局', ['familyName', 'givenName', 'wholePhone']]]);
  });

  await test.step('closed, nothing opens; a privacy officer reviews it, and everybody sees the number', async () => {
    await tracer.page.getByRole('button', { name: disclosure.close, exact: true }).click();
    await tracer.page.getByRole('dialog').getByRole('button', { name: disclosure.close, exact: true }).click();
    await expect(tracer.page.getByText(disclosure.states.closed, { exact: true })).toBeVisible();
    await expect(tracer.page.getByRole('button', { name: disclosure.openAgain })).toHaveCount(0);
    expectNoErrors(tracer, 'the tracer');
    await tracer.leave();
    const privacy = await meet({ on: 'desk', language: 'en' });
    await enrolStaff(privacy, await invite('privacy-officer', 'Privacy'), others);
    const { page } = privacy;
    await look(page, 'privacy-start');
    await page.goto(`${origin}/console/disclosures`);
    await page.getByRole('button', { name: others.disclosure.tabs.review, exact: true }).click();
    await page.getByRole('row').getByRole('link', { name: others.disclosure.purposes['telephone-interview'] }).first().click();
    await page.getByLabel(others.disclosure.findings['in-order'], { exact: true }).check();
    await page.getByLabel(others.disclosure.note, { exact: true }).fill('流调记录在案 · Interview stands in the file');
    await look(page, 'review');
    await page.getByRole('button', { name: others.disclosure.reviewSubmit, exact: true }).click();
    await expect(page.getByText(others.disclosure.findings['in-order'], { exact: true })).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${origin}/console/disclosures`);
    await page.getByRole('button', { name: others.disclosure.tabs.all, exact: true }).click();
    await look(page, 'list-narrow');
    await page.goto(`${origin}/console/counts`);
    await expect(page.getByRole('heading', { name: others.disclosure.counts.title, exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: others.shell.sections.counts.name, exact: true })).toBeVisible();
    await look(page, 'counts-narrow');
    expectNoErrors(privacy, 'the privacy officer');
  });
});
