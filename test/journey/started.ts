import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { systemClock, type Clock } from '@health-kit/api/process-settings';
import { startSystem, type System } from '@health-kit/healthkit';
import { StaffMember, invitationCode, openWorld, seededRandom, type World } from '@health-kit/simulate';
import { actor, type Actor } from './actor.ts';

const apps = join(import.meta.dirname, '..', '..', 'apps');

/** A running system with its first administrator and the officer who confirms what that one invites. */
export interface StartedCity {
  readonly system: System;
  readonly world: World;
  readonly administrator: StaffMember;
  readonly privacyOfficer: StaffMember;
  stop(): Promise<void>;
}

/** Starts a city; whoever starts one stops it. With a controlled clock, time moves by `system.setTime` and the clock of the world alone. */
export async function startCity(clock: Clock = systemClock): Promise<StartedCity> {
  for (const app of ['resident', 'gate', 'console']) {
    if (!existsSync(join(apps, app, 'dist', 'index.html'))) throw new Error(`The ${app} app is not built: run "npm test", which builds the web apps, or "vite build" in apps/${app}.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'hk-journey-'));
  const controlled = clock === systemClock ? {} : { clock: 'controlled' as const, startMs: clock.now() };
  const system = await startSystem({ dataDir: join(folder, 'data'), port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined, ...controlled });
  const stop = async () => {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock, random: seededRandom('journey') });
    if (system.invitation === null) throw new Error('a new system invites its first administrator');
    const administrator = await StaffMember.enrol(world, invitationCode(system.invitation));
    const { code } = await administrator.invite({ name: 'Privacy officer', office: 'Data protection office', unit: 'Data protection', roles: ['privacy-officer'], institutionId: null });
    return { system, world, administrator, privacyOfficer: await StaffMember.enrol(world, code), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface OfTest {
  /** Brings somebody with a browser of their own; they leave when the journey is over. */
  readonly meet: typeof actor;
}
interface OfWorker {
  readonly city: StartedCity;
}

/** A test on a system that was started for it. */
export const test = base.extend<OfTest, OfWorker>({
  city: [async ({}, use) => {
    const city = await startCity();
    try {
      await use(city);
    } finally {
      await city.stop();
    }
  }, { scope: 'worker', timeout: 120_000 }],
  meet: async ({}, use, testInfo) => {
    const there: Actor[] = [];
    await use(async (options) => {
      const somebody = await actor(options);
      there.push(somebody);
      return somebody;
    });
    for (const [index, somebody] of there.entries()) {
      // Where a journey broke off, what everybody last saw says why.
      if (testInfo.status !== testInfo.expectedStatus && !somebody.page.isClosed()) await somebody.page.screenshot({ path: testInfo.outputPath(`broken-off-${index}.png`) });
      await somebody.leave();
    }
  },
});

/** Levels A and AA of WCAG 2.2. */
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Looks at a page: keeps a picture of it among the test's results, and has it checked for barriers. */
export async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true, animations: 'disabled' });
  const { violations } = await new AxeBuilder({ page }).withTags(axeTags).analyze();
  expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join(' | ')}`), `barriers on ${name}`).toEqual([]);
}

/** Asserts that nothing went wrong in somebody's browser, except what is expected there. */
export function expectNoErrors(somebody: Actor, who: string, expected: readonly RegExp[] = []): void {
  expect.soft(somebody.errors.filter((error) => !expected.some((pattern) => pattern.test(error))), `errors in the browser of ${who}`).toEqual([]);
}
