/**
 * Every page of the console, before anything happened and in the middle of an outbreak, in both languages, on a desk
 * and on a phone: no page is wider than its screen, and nothing that one can press is cut off or too small.
 * With CONSOLE_PICTURES, a folder, it also keeps a picture of each, for whoever wants to look at them all.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { freezeStaff, type StaffRole } from '@health-kit/api';
import { StaffMember, instant, perform } from '@health-kit/simulate';
import { sunsetCommand } from '@health-kit/healthkit';
import { actor } from './actor.ts';
import { enrolStaff } from './offices.ts';
import { outbreak } from './outbreak.ts';
import { startCity, test, type StartedCity } from './started.ts';
import { wordsIn } from './words.ts';

const pictures = process.env['CONSOLE_PICTURES'];
const widths = [1280, 390] as const;
const languages = ['en', 'zh'] as const;
const dayMs = 86_400_000;

interface Desk {
  readonly name: string;
  readonly roles: readonly StaffRole[];
  /** What is the same before anything happened and later. */
  readonly paths: readonly string[];
}
const desks: readonly Desk[] = [
  { name: 'services', roles: ['registrar', 'sampler', 'laboratory'], paths: ['', 'desk', 'sampling', 'laboratory', 'system', 'passkeys', 'cases'] },
  { name: 'tracer', roles: ['tracer'], paths: ['', 'cases', 'orders', 'disclosures', 'counts', 'no-such-page'] },
  { name: 'medical-officer', roles: ['medical-officer'], paths: ['', 'cases', 'orders', 'appeals', 'disclosures'] },
  { name: 'privacy-officer', roles: ['privacy-officer'], paths: ['', 'privacy', 'disclosures', 'invitations', 'sunset', 'counts'] },
  { name: 'administrator', roles: ['administrator'], paths: ['', 'staff', 'invitations', 'institutions', 'keys', 'sunset'] },
];

/** Looks at the page that is open, in each language and width. */
async function lookAt(page: Page, name: string): Promise<void> {
  await expect(page.locator('progress').first()).toBeHidden();
  for (const language of languages) {
    const other = page.getByRole('button', { name: language === 'zh' ? '中文' : 'English', exact: true });
    if ((await other.count()) > 0) await other.click();
    for (const width of widths) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      await page.mouse.move(0, 0);
      const where = `${name} ${language} ${width}`;
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${where} is no wider than the screen`).toBe(width);
      expect.soft(await faults(page), where).toEqual([]);
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${where.replaceAll(' ', '-')}.png`), fullPage: true, animations: 'disabled' });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** What can be pressed and is cut off at a side, or smaller than a finger (links within sentences aside). */
async function faults(page: Page): Promise<readonly string[]> {
  return page.locator('button, a, input, select, textarea, summary').evaluateAll((controls) => controls.flatMap((control) => {
    const { left, right, width, height } = control.getBoundingClientRect();
    // Hidden, or a skip link that waits for the keyboard.
    if (width === 0 || !control.checkVisibility() || getComputedStyle(control).position === 'absolute') return [];
    const label = control instanceof HTMLInputElement ? control.labels?.[0] : undefined;
    const name = control.getAttribute('aria-label') ?? label?.textContent ?? control.textContent;
    const target = Math.max(height, label?.getBoundingClientRect().height ?? 0);
    // A text field lies in a box with a border of 2 px around it, which belongs to the target.
    const least = control.matches('input, select') ? 39.5 : 43.5;
    const small = target < least && getComputedStyle(control).display !== 'inline';
    return [...(left < 0 || right > window.innerWidth ? [`cut: ${name}`] : []), ...(small ? [`small: ${name} ${target}`] : [])];
  }));
}

/** What is at work in the middle of an outbreak, and the pages that show it. */
async function busyCity(city: StartedCity): Promise<Readonly<Record<string, readonly string[]>>> {
  const { administrator, privacyOfficer, world } = city;
  const there = await outbreak(city, 700, { contactCount: 3 });
  const { caseId, tracer, medicalOfficer, contacts: [contact, another] } = there;
  if (contact === undefined || another === undefined) throw new Error('no contacts');
  const interview = { purpose: 'telephone-interview' as const, subjects: [contact], fields: ['name' as const, 'phone' as const], reason: 'Interview about the evening 电话流调' };
  const closed = await tracer.requestDisclosure(caseId, interview);
  await medicalOfficer.approveDisclosure(closed);
  await tracer.releaseDisclosure(closed);
  await tracer.closeDisclosure(closed);
  const refused = await tracer.requestDisclosure(caseId, interview);
  await medicalOfficer.refuseDisclosure(refused, 'Send the order first 请先送达指令');
  const open = await tracer.requestDisclosure(caseId, interview);
  await medicalOfficer.approveDisclosure(open);
  const waiting = await tracer.requestDisclosure(caseId, interview);
  const emergency = await tracer.requestDisclosure(caseId, { purpose: 'medical-emergency', subjects: [contact], fields: ['name', 'phone'], reason: 'Collapsed at home 在家晕倒' });
  const [second, third] = [await there.person(711), await there.person(712)];
  await there.sampler.registerSpecimen(third, 'TUBE-WAITS-1');
  const newCase = await there.positive(second, 'TUBE-NEW-CASE');
  await tracer.openCase(newCase);
  const now = world.clock.now();
  const { proposalId } = await tracer.propose(caseId, {
    contacts: [another], kind: 'test', legalBasis: 'Infectious diseases act, section 28 传染病防治法', reason: 'Test on day three 第三天复检', startsAt: instant(now), endsAt: instant(now + 3 * dayMs),
  });
  await administrator.inviteAlone({ name: 'Zhou Min 周敏', office: 'Health office of the northern district 北城区卫生局', unit: 'Contact tracing 流调一组', roles: ['tracer'], institutionId: null });
  const hasty = await administrator.invite({ name: 'Hasty Harriet 何急', office: 'Health office 卫生局', unit: 'Desk 登记组', roles: ['registrar'], institutionId: null });
  await StaffMember.enrol(world, hasty.code);
  await perform(privacyOfficer.connection, freezeStaff, { params: { officerId: hasty.officerId }, body: { reason: 'Looked at too many 查看人数异常' } });
  const leaving = await administrator.invite({ name: 'Leaving Li 李离', office: 'Health office 卫生局', unit: 'Administration 行政', roles: ['administrator'], institutionId: null });
  await StaffMember.enrol(world, leaving.code);
  await administrator.dismiss(leaving.officerId);
  await sunsetCommand.run(['begin', 'The outbreak is over 疫情已结束', '--copies', 'Two: shredded 两份，已销毁', '--data', city.system.dataDir], { environment: {}, signal: new AbortController().signal, print: () => undefined });
  const disclosures = [closed, refused, open, waiting, emergency].map((id) => `disclosures/${id}`);
  return { services: [], tracer: [`cases/${caseId}`, `cases/${newCase}`, `orders/${proposalId}`], 'medical-officer': [`cases/${caseId}`, `orders/${proposalId}`, ...disclosures], 'privacy-officer': disclosures, administrator: [] };
}

test('every page of the console fits its screen, and nothing one can press is cut off', async () => {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const city = await startCity();
  const { origin } = city.system;
  const words = wordsIn('en');
  const first = await actor({ on: 'desk', language: 'en' });
  try {
    const { institutionId } = await city.administrator.registerInstitution('Central laboratory 中心实验室', 'laboratory');
    await first.page.goto(`${origin}/console/`);
    await lookAt(first.page, 'sign-in');
    await first.page.goto(`${origin}/console/enrol`);
    await lookAt(first.page, 'enrol-incomplete');

    const pages = new Map<string, Page>();
    const failed: string[] = [];
    for (const { name, roles } of desks) {
      const { code } = await city.administrator.invite({
        name: `Lin Jing 林静 (${name})`, office: 'Health office 卫生局', unit: `Unit of ${name}`, roles: [...roles], institutionId: roles.includes('laboratory') ? institutionId : null,
      });
      const context = await first.context.browser()?.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Asia/Shanghai', permissions: ['camera'] });
      const page = await context?.newPage();
      if (page === undefined) throw new Error('the browser is gone');
      await enrolStaff({ ...first, page }, `${origin}/console/enrol#${code}`, words);
      page.on('response', (response) => {
        if (response.status() >= 400) void response.text().then((body) => failed.push(`${name}: ${response.status()} ${response.request().method()} ${new URL(response.url()).pathname} ${body}`));
      });
      pages.set(name, page);
    }
    const each = async (state: string, more: Readonly<Record<string, readonly string[]>>) => {
      for (const { name, paths } of desks) {
        const page = pages.get(name);
        if (page === undefined) continue;
        for (const [index, path] of [...paths, ...(more[name] ?? [])].entries()) {
          await page.goto(`${origin}/console/${path}`);
          await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
          await lookAt(page, `${name} ${state} ${String(index).padStart(2, '0')}-${path.split('/')[0] || 'start'}`);
        }
      }
    };
    await each('empty', {});
    await each('busy', await busyCity(city));
    expect.soft(failed, 'answers that failed').toEqual([]);
  } finally {
    await first.leave();
    await city.stop();
  }
});
