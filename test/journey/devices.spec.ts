import { expect } from '@playwright/test';
import { Resident, type StaffMember } from '@health-kit/simulate';
import type { SealedIdentity } from '@health-kit/api';
import { enrolStaff, proveIdentity } from './offices.ts';
import { expectStatus, register } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { wordsIn } from './words.ts';

const people: Readonly<Record<'zh' | 'en', { readonly owner: SealedIdentity; readonly newcomer: SealedIdentity }>> = {
  zh: {
    owner: { familyName: '欧阳', givenName: '静', documentType: 'passport', documentNumber: 'X00000091', phone: '+8619900000091', language: 'zh' },
    newcomer: { familyName: '司马', givenName: '洋', documentType: 'passport', documentNumber: 'X00000093', phone: '+8619900000093', language: 'zh' },
  },
  en: {
    owner: { familyName: 'Novak', givenName: 'Petra', documentType: 'passport', documentNumber: 'X00000092', phone: '+8619900000092', language: 'en' },
    newcomer: { familyName: 'Larsen', givenName: 'Ingrid', documentType: 'passport', documentNumber: 'X00000094', phone: '+8619900000094', language: 'en' },
  },
};
const registrarOf = (administrator: StaffMember, language: string) =>
  administrator.invite({ name: `Registrar of devices (${language})`, office: 'Health office', unit: 'Desk of devices', roles: ['registrar'], institutionId: null });

for (const language of ['zh', 'en'] as const) {
  test(`another device asks for a health pass, and its owner stops it (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { devices, recover } = words.resident;
    const { owner, newcomer } = people[language];
    const { origin } = city.system;

    const registrar = await meet({ on: 'desk', language });
    await enrolStaff(registrar, `${origin}/console/enrol#${(await registrarOf(city.administrator, language)).code}`, words, 'devices-registrar');
    await registrar.page.goto(`${origin}/console/passkeys`);
    await expect(registrar.page.getByRole('heading', { level: 1 })).toBeVisible();
    await look(registrar.page, 'passkeys');

    const old = await meet({ on: 'phone', language });
    await register(old, origin, owner, words);
    await old.page.goto(`${origin}/pass`);
    await expectStatus(old, 'unverified');
    await proveIdentity(registrar, origin, old, owner, words, { alternating: false, pictures: null });
    await old.page.goto(`${origin}/pass`);
    await expectStatus(old, 'clear');

    const thief = await Resident.register(city.world, owner);
    await thief.startRecovery();
    await old.page.reload();
    await expect(old.page.getByText(devices.asked, { exact: true })).toBeVisible();
    await look(old.page, 'banner');
    await old.page.goto(`${origin}/records/devices`);
    await expect(old.page.getByRole('heading', { name: devices.here, exact: true })).toBeVisible();
    await look(old.page, 'devices');
    await old.page.getByRole('button', { name: devices.stop, exact: true }).click();
    await expect(old.page.getByText(devices.stopped, { exact: true })).toBeVisible();
    await look(old.page, 'stopped');

    const fresh = await meet({ on: 'phone', language });
    await register(fresh, origin, newcomer, words);
    await fresh.page.goto(`${origin}/pass`);
    await fresh.page.getByRole('link', { name: recover.way, exact: true }).click();
    await look(fresh.page, 'recover');
    await fresh.page.getByRole('button', { name: recover.action, exact: true }).click();
    await expect(fresh.page.getByText(recover.asked, { exact: true })).toBeVisible();
    await look(fresh.page, 'recover-asked');
    await fresh.page.goto(`${origin}/pass`);
    await expectStatus(fresh, 'unverified');
    await expect(fresh.page.getByText(recover.asked, { exact: true })).toBeVisible();
    await expect(fresh.page.getByRole('link', { name: recover.more, exact: true })).toBeVisible();
    await look(fresh.page, 'pass-asked');
    expectNoErrors(old, 'the owner');
    expectNoErrors(fresh, 'the newcomer');
  });
}
