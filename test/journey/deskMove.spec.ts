import { expect } from '@playwright/test';
import type { SealedIdentity } from '@health-kit/api';
import type { Actor } from './actor.ts';
import { enrolStaff, proveIdentity, stateDocument } from './offices.ts';
import { expectStatus, expectWholeCode, register } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn } from './words.ts';

const people: Readonly<Record<'zh' | 'en', SealedIdentity>> = {
  zh: { familyName: '诸葛', givenName: '岚', documentType: 'passport', documentNumber: 'X00000081', phone: '+8619900000081', language: 'zh' },
  en: { familyName: 'Okonkwo', givenName: 'Adaeze', documentType: 'passport', documentNumber: 'X00000082', phone: '+8619900000082', language: 'en' },
};
const phones = { zh: '+8619900000083', en: '+8619900000084' } as const;
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

/** A page at both widths: the desk's computer, and a tablet in the hand. */
async function lookAtBoth({ page }: Actor, name: string): Promise<void> {
  await look(page, `${name}-1280`);
  await page.setViewportSize(widths.phone);
  await look(page, `${name}-390`);
  await page.setViewportSize(widths.desk);
}

for (const language of ['zh', 'en'] as const) {
  test(`a health pass on another phone waits at the desk, and a second registrar moves it (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { desk } = words;
    const { devices, recover } = words.resident;
    const owner = people[language];
    const { origin } = city.system;
    const invite = async (name: string) => (await city.administrator.invite({ name: `${name} (${language})`, office: 'Health office', unit: 'Desk of moves', roles: ['registrar'], institutionId: null })).code;

    const first = await meet({ on: 'desk', language });
    await enrolStaff(first, `${origin}/console/enrol#${await invite('Registrar of moves')}`, words);
    const second = await meet({ on: 'desk', language });
    await enrolStaff(second, `${origin}/console/enrol#${await invite('Second registrar of moves')}`, words);

    const old = await meet({ on: 'phone', language });
    await register(old, origin, owner, words);
    await old.page.goto(`${origin}/pass`);
    await proveIdentity(first, origin, old, owner, words, { alternating: false, pictures: null });
    await old.page.goto(`${origin}/pass`);
    await expectStatus(old, 'clear');

    const fresh = await meet({ on: 'phone', language });
    await register(fresh, origin, { ...owner, phone: phones[language] }, words);
    await fresh.page.goto(`${origin}/pass`);
    await expectStatus(fresh, 'unverified');
    await stateDocument(first, origin, fresh, owner, words, { alternating: false, pictures: null });
    await expect(first.page.getByRole('heading', { name: desk.move.title })).toBeVisible();
    await expect(first.page.getByRole('button', { name: desk.move.confirm })).toHaveCount(0);
    await lookAtBoth(first, 'waits');

    await old.page.reload();
    await expect(old.page.getByText(devices.askedAtDesk, { exact: true })).toBeVisible();
    await expect(old.page.getByRole('button', { name: devices.stop, exact: true })).toBeVisible();
    await expectWholeCode(old, words);
    await look(old.page, 'old-banner-390');
    await old.page.setViewportSize(widths.desk);
    await look(old.page, 'old-banner-1280');
    await fresh.page.goto(`${origin}/records/devices`);
    await expect(fresh.page.getByText(recover.deskAsked, { exact: true })).toBeVisible();
    await expect(fresh.page.getByRole('link', { name: recover.way })).toHaveCount(0);
    await look(fresh.page, 'fresh-devices-390');
    await fresh.page.goto(`${origin}/pass`);
    await expectStatus(fresh, 'unverified');

    await stateDocument(second, origin, fresh, owner, words, { alternating: false, pictures: null });
    await expect(second.page.getByText(said(desk.move.second, { name: `Registrar of moves (${language})`, unit: 'Desk of moves' }), { exact: true })).toBeVisible();
    await lookAtBoth(second, 'second');
    await second.page.getByRole('button', { name: desk.move.confirm }).click();
    await expect(second.page.getByRole('status').getByText(desk.move.doneTitle, { exact: true })).toBeVisible();
    await lookAtBoth(second, 'moved');

    await fresh.page.reload();
    await expectStatus(fresh, 'clear');
    await look(fresh.page, 'fresh-pass-390');
    // Nobody who needs large type has to scroll before the guard can scan.
    await fresh.page.getByRole('button', { name: words.ui.header.largeType, exact: true }).click();
    await expectWholeCode(fresh, words);
    await look(fresh.page, 'fresh-pass-large-390');
    // The former phone shows no pass, and says where it is and what to do.
    await old.page.reload();
    await expect(old.page.getByText(words.resident.lost.notYou, { exact: true })).toBeVisible();
    await expect(old.page.getByRole('img', { name: words.resident.pass.code })).toHaveCount(0);
    await look(old.page, 'old-lost-1280');
    await old.page.setViewportSize(widths.phone);
    await look(old.page, 'old-lost-390');
    expectNoErrors(first, 'the registrar');
    expectNoErrors(second, 'the second registrar');
    expectNoErrors(fresh, 'the resident');
  });
}
