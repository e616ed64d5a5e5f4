/** A name that two officers open for a purpose: asked for, approved elsewhere, seen for a while, logged, closed and reviewed. */
import { expect } from '@playwright/test';
import type { StaffRole } from '@health-kit/api';
import { Host, Resident, StaffMember, instant, syntheticPerson } from '@health-kit/simulate';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, test, type StartedCity } from './started.ts';
import { said, wordsIn } from './words.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** An outbreak of two, prepared over the API: a case that is open and traced, and one contact who has been told. */
async function outbreak({ world, administrator }: StartedCity) {
  const officer = async (role: StaffRole, unit: string, institutionId: Parameters<StaffMember['invite']>[0]['institutionId'] = null) => {
    const { code } = await administrator.invite({ name: role, office: '卫生局 Health office', unit: unit, roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  const site = (await administrator.registerInstitution('Site', 'test-site')).institutionId;
  const laboratory = (await administrator.registerInstitution('Laboratory', 'laboratory')).institutionId;
  const [registrar, sampler, reporting] = [await officer('registrar', 'Desk'), await officer('sampler', 'Sampling', site), await officer('laboratory', 'Reporting', laboratory)];
  const [tracer, medicalOfficer] = [await officer('tracer', 'Preparation'), await officer('medical-officer', 'Orders')];
  const person = async (number: number) => {
    const resident = await Resident.register(world, syntheticPerson(number, world.random.fork(`disclosure ${number}`)));
    await registrar.proveIdentity(resident);
    await resident.renewTicket();
    return resident;
  };
  const [index, exposed, host] = [await person(301), await person(302), new Host(await person(303))];
  const venue = await host.registerVenue({ name: '老码头餐厅', kind: 'restaurant', address: '码头街 3 号', latitude: null, longitude: null });
  for (const resident of [index, exposed]) await resident.checkIn(venue.venueCode);
  await sampler.registerSpecimen(index, 'TUBE-DISCLOSURE');
  await reporting.submitResult('TUBE-DISCLOSURE', 'positive');
  let caseId = (await tracer.cases({ state: 'new' }))[0]?.caseId;
  await expect.poll(async () => (caseId = (await tracer.cases({ state: 'new' }))[0]?.caseId)).toBeDefined();
  if (caseId === undefined) throw new Error('no case');
  await tracer.openCase(caseId);
  const now = Date.now();
  await tracer.trace(caseId, { from: now - 60 * minuteMs, to: now });
  const contacts = (await tracer.contacts(caseId)).map(({ contact }) => contact);
  const { proposalId } = await tracer.propose(caseId, {
    contacts, kind: 'home-observation', legalBasis: 'Infectious diseases act', reason: 'Close contact', startsAt: instant(now), endsAt: instant(now + 7 * dayMs),
  });
  await medicalOfficer.approve(proposalId);
  return { caseId, exposed };
}

test("a contact's number, asked for by one officer and opened by a second", async ({ city, meet }) => {
  // The tracer reads Chinese, the others English.
  const [words, others] = [wordsIn('zh'), wordsIn('en')];
  const { disclosure, tracing } = words;
  const { origin } = city.system;
  const { caseId, exposed } = await outbreak(city);
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
    expect(log.filter(({ purpose }) => purpose === 'disclosure').map(({ office, fields }) => [office, fields])).toEqual([['Health office 卫生局', ['name', 'phone']]]);
  });

  await test.step('closed, nothing opens; a privacy officer reviews it, and everybody sees the number', async () => {
    await tracer.page.getByRole('button', { name: disclosure.close, exact: true }).click();
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
    await expect(page.getByText(others.shell.sections.counts.name).first()).toBeVisible();
    await look(page, 'counts-narrow');
    expectNoErrors(privacy, 'the privacy officer');
  });
});
