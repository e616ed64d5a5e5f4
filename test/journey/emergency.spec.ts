/** Minutes count: one officer opens particulars alone, and either a second one confirms in time, or it closes and everybody sees that it lapsed. */
import { expect, type Page } from '@playwright/test';
import type { StaffRole } from '@health-kit/api';
import { controlledClock } from '@health-kit/api/process-settings';
import type { Actor } from './actor.ts';
import { enrolStaff } from './offices.ts';
import { outbreak } from './outbreak.ts';
import { expectNoErrors, look, startCity, test, type StartedCity } from './started.ts';
import { said, wordsIn, type Language, type Words } from './words.ts';

const minuteMs = 60_000;

/** Somebody of this role at a desk, signed in. */
async function officer(city: StartedCity, somebody: Actor, role: StaffRole, unit: string, words: Words): Promise<Page> {
  const { code } = await city.administrator.invite({ name: `${words.session.role[role]} ${unit}`, office: 'Health office 卫生局', unit, roles: [role], institutionId: null });
  await enrolStaff(somebody, `${city.system.origin}/console/enrol#${code}`, words);
  return somebody.page;
}

/** The tracer signs and opens what an emergency needs of the one contact, and sees the number. Ends on the page of the disclosure. */
async function openAlone(page: Page, origin: string, caseId: string, digits: string, words: Words): Promise<void> {
  const { disclosure, tracing } = words;
  await page.goto(`${origin}/console/cases/${caseId}`);
  await page.getByRole('row').filter({ hasText: tracing.orders.approved }).getByRole('checkbox').check();
  await page.getByRole('button', { name: disclosure.request.open, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(disclosure.purposes['medical-emergency'], { exact: true }).check();
  await expect(dialog.getByText(disclosure.request.emergencyHint, { exact: true })).toBeVisible();
  await dialog.getByLabel(disclosure.fields.phone, { exact: true }).check();
  await dialog.getByLabel(disclosure.request.reason, { exact: true }).fill('在家晕倒 · Collapsed at home');
  await look(page, 'request');
  await dialog.getByRole('button', { name: disclosure.request.submitEmergency, exact: true }).click();
  await dialog.getByRole('link', { name: disclosure.request.toIt }).click();
  await expect(page.getByText(disclosure.states.emergency, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: disclosure.openIt, exact: true }).click();
  await page.getByRole('button', { name: disclosure.reveal, exact: true }).click();
  await expect(page.getByText(digits)).toBeVisible();
}

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  test(`an emergency disclosure is opened by one officer and confirmed by a second in time (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { disclosure, shell } = words;
    const { origin } = city.system;
    const { caseId, exposed } = await outbreak(city, language === 'zh' ? 400 : 420);
    const tracer = await meet({ on: 'desk', language });
    const digits = exposed.person.phone.slice(-4);
    const page = await officer(city, tracer, 'tracer', `Emergency tracing ${language}`, words);
    await openAlone(page, origin, caseId, digits, words);
    await look(page, 'open-alone');

    await test.step('a privacy officer is told on the start page, and confirms on a phone', async () => {
      const second = await meet({ on: 'phone', language });
      const theirs = await officer(city, second, 'privacy-officer', `Emergency privacy ${language}`, words);
      await expect(theirs.getByRole('link', { name: shell.waiting.emergencies_one })).toBeVisible();
      await look(theirs, 'told');
      await theirs.getByRole('link', { name: shell.waiting.emergencies_one }).click();
      await theirs.getByRole('row').filter({ hasText: disclosure.states.emergency }).getByRole('link').click();
      await look(theirs, 'to-confirm');
      await theirs.getByRole('button', { name: disclosure.confirm, exact: true }).click();
      await expect(theirs.getByText(disclosure.states.open, { exact: true })).toBeVisible();
      await expect(theirs.getByText(digits)).toHaveCount(0);
      expectNoErrors(second, 'the second officer');
    });

    await page.reload();
    await expect(page.getByText(disclosure.states.open, { exact: true })).toBeVisible();
    await page.getByRole('button', { name: disclosure.close, exact: true }).click();
    const sure = page.getByRole('dialog', { name: disclosure.closeTitle });
    await look(page, 'close-sure');
    await sure.getByRole('button', { name: disclosure.keepOpen, exact: true }).click();
    await expect(page.getByText(disclosure.states.open, { exact: true })).toBeVisible();
    await page.getByRole('button', { name: disclosure.close, exact: true }).click();
    await sure.getByRole('button', { name: disclosure.close, exact: true }).click();
    await expect(page.getByText(disclosure.over.closed, { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: disclosure.openAgain, exact: true })).toHaveCount(0);
    await look(page, 'closed');
    expectNoErrors(tracer, 'the tracer');
  });
}

test('an emergency disclosure that no second officer confirms closes by itself, is counted in public, and its alarm is acknowledged', async ({ meet }) => {
  // Ten in the morning of a Monday in Shanghai.
  const clock = controlledClock(Date.parse('2026-11-23T02:00:00Z'));
  const city = await startCity(clock);
  try {
    const words = wordsIn('zh');
    const { disclosure, privacy, shell } = words;
    const { origin } = city.system;
    const { caseId, exposed } = await outbreak(city, 440, { minutesAgo: 30 });
    const tracer = await meet({ on: 'desk', language: 'zh' });
    await tracer.page.clock.setFixedTime(clock.now());
    const digits = exposed.person.phone.slice(-4);
    const page = await officer(city, tracer, 'tracer', 'Lapse tracing', words);
    await openAlone(page, origin, caseId, digits, words);

    clock.set(clock.now() + 31 * minuteMs);
    await city.system.setTime(clock.now());
    await page.clock.setFixedTime(clock.now());
    await expect(page.getByText(digits)).toHaveCount(0);
    await page.reload();
    await expect(page.getByText(disclosure.over.lapsed, { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: disclosure.openAgain, exact: true })).toHaveCount(0);
    await look(page, 'lapsed');
    await page.goto(`${origin}/console/counts`);
    const counts = page.getByRole('row').filter({ has: page.getByRole('cell') }).last();
    await expect(counts.getByRole('cell').last()).toHaveText('1');
    await look(page, 'counted');
    expectNoErrors(tracer, 'the tracer');

    const watcher = await meet({ on: 'phone', language: 'zh' });
    await watcher.page.clock.setFixedTime(clock.now());
    const theirs = await officer(city, watcher, 'privacy-officer', 'Lapse privacy', words);
    await theirs.getByRole('link', { name: shell.waiting.alarms_one }).click();
    const alarm = theirs.getByRole('row').filter({ hasText: privacy.kinds['emergency-lapsed'] });
    await look(theirs, 'alarm');
    await alarm.getByRole('button', { name: privacy.acknowledge, exact: true }).click();
    await expect(alarm.getByText(said(privacy.acknowledgedBy, { name: `${words.session.role['privacy-officer']} Lapse privacy` }), { exact: true })).toBeVisible();
    await look(theirs, 'acknowledged');
    await theirs.goto(`${origin}/console/`);
    await expect(theirs.getByRole('link', { name: shell.waiting.reviews_one })).toBeVisible();
    await expect(theirs.getByRole('link', { name: shell.waiting.alarms_one })).toHaveCount(0);
    expectNoErrors(watcher, 'the privacy officer');
  } finally {
    await city.stop();
  }
});
