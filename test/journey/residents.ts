/** What residents do on their phones. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { SealedIdentity } from '@health-kit/api';
import type { Actor } from './actor.ts';
import { drawnFace } from './drawnFace.ts';
import { look } from './started.ts';
import type { Words } from './words.ts';

/** Fills in the form, reads the code on the page that stands for the telephone network, and confirms it. Ends at the portrait. */
export async function register({ page, context }: Actor, origin: string, person: SealedIdentity, words: Words, pictures: string | null = null): Promise<void> {
  const { resident } = words;
  await page.goto(`${origin}/`);
  if (pictures !== null) await look(page, `${pictures}-welcome`);
  await page.getByRole('link', { name: resident.welcome.start, exact: true }).click();
  await page.getByLabel(resident.register.documentType, { exact: true }).selectOption(person.documentType);
  await page.getByLabel(resident.register.familyName, { exact: true }).fill(person.familyName);
  await page.getByLabel(resident.register.givenName, { exact: true }).fill(person.givenName);
  await page.getByLabel(resident.register.number, { exact: true }).fill(person.documentNumber);
  await page.getByLabel(resident.register.phone, { exact: true }).fill(person.phone.replace('+86', ''));
  if (pictures !== null) await look(page, `${pictures}-details`);
  await page.getByRole('button', { name: resident.register.submit }).click();

  await expect(page.getByRole('heading', { level: 1, name: resident.code.title })).toBeVisible();
  if (pictures !== null) await look(page, `${pictures}-code`);
  const code = await readCode({ page, context }, person.phone, words, pictures);

  await page.getByLabel(resident.code.label).fill(code);
  await page.getByRole('button', { name: resident.code.submit, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: resident.portrait.title })).toBeVisible();
}

/** The newest code that was sent to a phone, read on the page that stands for the telephone network. */
export async function readCode({ page, context }: Pick<Actor, 'page' | 'context'>, phone: string, { resident }: Words, pictures: string | null = null): Promise<string> {
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: resident.code.outbox }).click();
  const outbox = await opened;
  await expect(outbox.getByRole('heading', { level: 1 })).toContainText('Development only');
  const messages = outbox.locator('section').filter({ has: outbox.getByRole('heading', { name: phone }) });
  const code = await messages.locator('[data-code]').first().getAttribute('data-code');
  if (pictures !== null) await look(outbox, `${pictures}-outbox`);
  await outbox.close();
  return code ?? '';
}

/** Holds the phone at eye level, takes the picture, and uses it. Ends at the pass. */
export async function takePortrait({ page, camera }: Actor, words: Words, pictures: string): Promise<void> {
  const { portrait } = words.resident;
  await camera.show(page, drawnFace('#3b2417'));
  await page.reload();
  await expect(page.getByRole('button', { name: portrait.take, exact: true })).toBeEnabled();
  await look(page, `${pictures}-portrait`);
  await page.getByRole('button', { name: portrait.take, exact: true }).click();
  await expect(page.getByRole('img', { name: portrait.preview })).toBeVisible();
  await look(page, `${pictures}-portrait-taken`);
  await page.getByRole('button', { name: portrait.use }).click();
}

/** The code of the pass on the screen. */
export function passCode({ page }: Actor, words: Words): Locator {
  return page.getByRole('img', { name: words.resident.pass.code });
}

/** The code of the pass is above the navigation, from edge to edge: nobody scrolls at an entrance. */
export async function expectWholeCode(resident: Actor, words: Words): Promise<void> {
  const code = await passCode(resident, words).boundingBox();
  const bar = await resident.page.getByRole('navigation', { name: words.resident.nav.label }).boundingBox();
  expect(code?.height ?? 0).toBeGreaterThan(0);
  expect((code?.y ?? 0) + (code?.height ?? 0), 'the code is seen whole').toBeLessThanOrEqual(bar?.y ?? 0);
}

/** The pass on the screen says this. */
export async function expectStatus({ page }: Actor, status: 'unverified' | 'clear' | 'isolate'): Promise<void> {
  await expect(page.locator(`section[data-status="${status}"]`)).toBeVisible();
}

/** Confirms the check-in that is asked for, and gets the receipt. */
export async function confirmCheckIn({ page }: Actor, venueName: string, words: Words): Promise<void> {
  const { scan, receipt } = words.resident;
  await expect(page.getByRole('heading', { level: 1, name: scan.confirmTitle })).toBeVisible();
  await expect(page.getByText(venueName, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: scan.confirm, exact: true }).click();
  await expect(page.locator('section[data-status="recorded"]')).toContainText(receipt.word);
  await expect(page.getByText(receipt.delivered, { exact: true })).toBeVisible();
}

/** Everything by which one could tell who somebody is. */
export function secretsOf({ familyName, givenName, documentNumber, phone }: SealedIdentity): readonly string[] {
  return [familyName + givenName, `${givenName} ${familyName}`, givenName, documentNumber, phone, phone.replace('+86', '')];
}

/** Opens the pass anew, so that it says what is so now, and hands the phone on. */
export async function atPass(resident: Actor, origin: string): Promise<Actor> {
  await resident.page.goto(`${origin}/pass`);
  return resident;
}

/** The status is readable from two metres on one line, the code fills the width, the ground is white, and nothing has to be scrolled. */
export async function expectLarge(page: Page): Promise<void> {
  const measured = await page.getByRole('dialog').evaluate((dialog) => {
    const word = dialog.querySelector('section[data-status] p');
    const range = document.createRange();
    if (word !== null) range.selectNodeContents(word);
    return {
      word: word === null ? 0 : Number.parseFloat(getComputedStyle(word).fontSize), lines: new Set([...range.getClientRects()].map(({ top }) => top)).size,
      code: dialog.querySelector('svg[role="img"]')?.getBoundingClientRect().width ?? 0, ground: getComputedStyle(dialog).backgroundColor,
      right: word === null ? 0 : range.getBoundingClientRect().right, edge: word?.closest('section')?.getBoundingClientRect().right ?? 0,
      bottom: Math.max(...[...dialog.querySelectorAll('*')].map((part) => part.getBoundingClientRect().bottom)), screen: window.innerHeight, width: window.innerWidth,
    };
  });
  expect(measured.word).toBeGreaterThanOrEqual(48);
  expect(measured.lines).toBe(1);
  expect(measured.right).toBeLessThan(measured.edge - 8);
  expect(measured.code).toBeGreaterThanOrEqual(measured.width - 20);
  expect(measured.ground).toBe('rgb(255, 255, 255)');
  expect(measured.bottom).toBeLessThanOrEqual(measured.screen);
}
