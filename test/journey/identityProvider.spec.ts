/** Somebody proves who they are on the pages of a real identity provider, and not at a desk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { systemClock } from '@health-kit/api/process-settings';
import { startSystem } from '@health-kit/healthkit';
import { openWorld, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { freePort, signatureKey, startProvider } from '../server/localProvider.ts';
import { expectStatus, register } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

const name = 'City identity service';

test('the identity provider proves whose phone it is, in both languages, and refuses somebody else', async ({ meet }) => {
  const folder = mkdtempSync(join(tmpdir(), 'hk-journey-'));
  const port = await freePort();
  const [signing, clientKey] = [await signatureKey('first'), await signatureKey('client')];
  const { d: _, ...publicKey } = signing;
  const system = await startSystem({
    dataDir: join(folder, 'data'), port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined,
    identityProvider: {
      name, issuer: `http://localhost:${port}`, clientId: 'health-kit', scope: 'openid profile', clientKey, keys: [{ ...publicKey, kty: 'EC' }],
      claims: { familyName: 'family_name', givenName: 'given_name', documentNumber: 'document_number', documentType: 'document_type' },
    },
  });
  const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock: systemClock, random: seededRandom('provider journey') });
  const { sealingKey } = await world.trust();
  const provider = await startProvider(port, signing, clientKey, { encryptionKey: { ...sealingKey }, redirectUri: `${system.origin}/identity/return` });
  const signsIn = ({ familyName, givenName, documentType, documentNumber }: ReturnType<typeof syntheticPerson>) => provider.signIn({ family_name: familyName, given_name: givenName, document_type: documentType, document_number: documentNumber });
  try {
    for (const [index, language] of (['zh', 'en'] as const satisfies readonly Language[]).entries()) {
      const words = wordsIn(language);
      const { identity, pass, portrait } = words.resident;
      const person = { ...syntheticPerson(index + 1, world.random), language };
      const resident = await meet({ on: 'phone', language });
      const { page } = resident;
      await register(resident, system.origin, person, words);
      await page.getByRole('button', { name: portrait.later, exact: true }).click();
      await expectStatus(resident, 'unverified');
      await page.getByRole('link', { name: said(identity.link, { provider: name }) }).click();
      await expect(page.getByRole('heading', { level: 1, name: identity.title })).toBeVisible();
      await look(page, `identity-${language}`);

      // Somebody else's sign-in proves nothing, and says no more than that it does not agree.
      signsIn(syntheticPerson(index + 50, world.random));
      await page.getByRole('button', { name: said(identity.go, { provider: name }) }).click();
      await expect(page.getByText(identity.disagreesTitle, { exact: true })).toBeVisible();
      await expect(page).toHaveURL(`${system.origin}/identity/return`);
      await look(page, `identity-refused-${language}`);

      await page.context().clearCookies({ domain: 'localhost' });
      signsIn(person);
      await page.getByRole('link', { name: identity.again }).click();
      await page.getByRole('button', { name: said(identity.go, { provider: name }) }).click();
      await expectStatus(resident, 'clear');
      await expect(page.getByText(pass.unverifiedTitle, { exact: true })).toHaveCount(0);
      // The way back is of no use to whoever finds it.
      await page.goto(`${system.origin}/identity/return?code=c&state=s&iss=i`);
      await expect(page.getByText(identity.cancelled)).toBeVisible();
      expectNoErrors(resident, 'the resident', [/the server responded with a status of 4\d\d/]);
    }
  } finally {
    await provider.close();
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
