/** A server that was taken over states keys of its own: no app seals, enrols or scans by them, and each says what to do. */
import { expect, type Page, type Request } from '@playwright/test';
import { getTrust, trustDocumentType } from '@health-kit/api';
import { rootFingerprint } from '@health-kit/client';
import { syntheticPerson, seededRandom } from '@health-kit/simulate';
import { calculateJwkThumbprint, CompactSign, exportJWK, generateKeyPair } from 'jose';
import { texts as uiEn } from '../../packages/ui/src/texts/en.ts';
import { texts as uiZh } from '../../packages/ui/src/texts/zh.ts';
import { addPasskeyDevice, type Actor } from './actor.ts';
import { register } from './residents.ts';
import { expectNoErrors, look, test, type StartedCity } from './started.ts';
import { wordsIn, type Language } from './words.ts';

/** Stands between the apps and the service, and answers for it what the test says. */
async function lieAbout(page: Page, document: () => string): Promise<void> {
  await page.route(`**${getTrust.path}`, (route) => route.fulfill({ json: { document: document(), outbox: null, hotline: '12320' } }));
}
async function tellTheTruth(page: Page): Promise<void> {
  await page.unroute(`**${getTrust.path}`);
}

/** Documents as a server would make them: the city's own statement with a sealing key and a root of the server's. */
async function forgeries(city: StartedCity) {
  const { root: _root, outbox: _outbox, hotline: _hotline, ...claims } = await city.world.renewTrust();
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { kty, crv, x = '', y = '' } = await exportJWK(publicKey);
  const jwk = { kty: kty ?? '', crv: crv ?? '', x, y };
  const kid = await calculateJwkThumbprint(jwk, 'sha256');
  const statement = JSON.stringify({ ...claims, sealingKey: { ...jwk, kid } });
  const signed = await new CompactSign(new TextEncoder().encode(statement)).setProtectedHeader({ alg: 'ES256', typ: trustDocumentType, jwk }).sign(privateKey);
  const unsigned = `${signed.split('.').slice(0, 2).join('.')}.`;
  return { signed, unsigned, root: kid };
}

/** What went out to change something. */
function sentBy({ page }: Actor): readonly string[] {
  const sent: string[] = [];
  page.on('request', (request: Request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
  });
  return sent;
}

for (const language of ['zh', 'en'] as const satisfies readonly Language[]) {
  test(`what the trust root did not sign is used by no app (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const ui = language === 'zh' ? uiZh : uiEn;
    const { origin } = city.system;
    const { root } = await city.world.trust();
    const forged = await forgeries(city);

    await test.step('a resident whose phone knows the root seals nothing to another key', async () => {
      const resident = await meet({ on: 'phone', language });
      const { page } = resident;
      const sent = sentBy(resident);
      const answered = page.waitForResponse(`**${getTrust.path}`);
      await page.goto(`${origin}/`);
      await answered;
      await page.goto(`${origin}/about`);
      await expect(page.getByText(rootFingerprint(root), { exact: true })).toBeVisible();
      await look(page, 'resident-root');

      const person = syntheticPerson(language === 'zh' ? 7001 : 7002, seededRandom(`trust ${language}`));
      const { register: form } = words.resident;
      const fill = async () => {
        await page.goto(`${origin}/register`);
        await page.getByLabel(form.documentType, { exact: true }).selectOption(person.documentType);
        await page.getByLabel(form.familyName, { exact: true }).fill(person.familyName);
        await page.getByLabel(form.givenName, { exact: true }).fill(person.givenName);
        await page.getByLabel(form.number, { exact: true }).fill(person.documentNumber);
        await page.getByLabel(form.phone, { exact: true }).fill(person.phone.replace('+86', ''));
        await page.getByRole('button', { name: form.submit }).click();
      };
      for (const [name, document, fault] of [['swapped', forged.signed, 'other-root'], ['stripped', forged.unsigned, 'unsigned']] as const) {
        await lieAbout(page, () => document);
        await fill();
        await expect(page.getByText(ui.trust[fault].title, { exact: true })).toBeVisible();
        await look(page, `resident-${name}`);
        await tellTheTruth(page);
      }
      expect(sent, 'nothing was sealed, and nothing sent').toEqual([]);

      // Somebody talked into another root has to have its fingerprint from elsewhere, and it has to be the one that answers.
      await lieAbout(page, () => forged.signed);
      await page.goto(`${origin}/`);
      await page.getByText(ui.trust.anew, { exact: true }).click();
      await page.getByLabel(ui.trust.typed).fill('00'.repeat(32));
      await page.getByRole('button', { name: ui.trust.adopt, exact: true }).click();
      await expect(page.getByText(ui.trust.errors.another)).toBeVisible();
      await look(page, 'resident-anew');
      await tellTheTruth(page);

      // The control: with the truth it goes through as if nothing had been.
      await register(resident, origin, person, words);
      expect(sent).toContain('/v1/registrations');
      expectNoErrors(resident, 'the resident');
    });

    await test.step('a gate that never met the service knows its root by the code', async () => {
      const guard = await meet({ on: 'phone', language });
      const { page } = guard;
      const sent = sentBy(guard);
      await lieAbout(page, () => forged.signed);
      // The code names the true root; the server answers first, with its own.
      await page.goto(`${origin}/gate/enrol#${'A'.repeat(32)}.${root}`);
      await page.getByRole('button', { name: words.gate.enrol.confirm, exact: true }).click();
      await expect(page.locator('main').getByText(ui.trust['other-root'].title, { exact: true })).toBeVisible();
      await look(page, 'gate-swapped');
      expect(sent, 'the code was not spent').toEqual([]);
    });

    await test.step('an officer makes no passkey for a service with another root than the invitation names', async () => {
      const { code } = await city.administrator.invite({ name: `Trust ${language}`, office: 'Health office 卫生局', unit: `Trust ${language}`, roles: ['registrar'], institutionId: null });
      const officer = await meet({ on: 'desk', language });
      const { page } = officer;
      const sent = sentBy(officer);
      await addPasskeyDevice(page);
      await lieAbout(page, () => forged.signed);
      await page.goto(`${origin}/console/enrol#${code}`);
      await expect(page.getByText(ui.trust['other-root'].title, { exact: true })).toBeVisible();
      await look(page, 'console-swapped');
      expect(sent).toEqual([]);

      await tellTheTruth(page);
      await page.reload();
      await page.getByRole('button', { name: words.session.enrol }).click();
      await expect(page.getByRole('button', { name: words.session.signOut, exact: true })).toBeVisible();

      // Signed in, the desk is told too, above every page.
      await lieAbout(page, () => forged.signed);
      await page.goto(`${origin}/console/desk`);
      await expect(page.getByText(ui.trust['other-root'].title, { exact: true })).toBeVisible();
      await look(page, 'console-desk');
      await page.setViewportSize({ width: 390, height: 844 });
      await look(page, 'console-desk-narrow');
    });
  });
}
