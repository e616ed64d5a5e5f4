/** A gate that its host ended: it says so at its next contact, admits nobody more, and says what became of the visits that waited. */
import { expect } from '@playwright/test';
import { joinCodeWithRoot } from '@health-kit/client';
import { Host, Resident, StaffMember, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn } from './words.ts';

for (const [index, language] of (['zh', 'en'] as const).entries()) {
  test(`a gate that was ended says so and admits nobody (${language})`, async ({ city, meet }) => {
    const { gate: words } = wordsIn(language);
    const { world, system: { origin } } = city;
    const { code } = await city.administrator.invite({ name: `Registrar of gates (${language})`, office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
    await city.administrator.confirmWaiting();
    const registrar = await StaffMember.enrol(world, code);
    const resident = await Resident.register(world, syntheticPerson(970 + index, seededRandom(`ended gate ${language}`)));
    await registrar.proveIdentity(resident);
    await resident.renewTicket();
    const host = new Host(resident);
    const venue = await host.registerVenue({ name: '滨河市场', kind: 'shop', address: '滨河路 18 号', latitude: null, longitude: null });
    const invited = await host.inviteGate(venue.venueId, 'East');

    const guard = await meet({ on: 'phone', language });
    const { page } = guard;
    await page.goto(`${origin}/gate/enrol#${joinCodeWithRoot({ code: invited.code, root: (await world.trust()).root })}`);
    await page.getByRole('button', { name: words.enrol.confirm }).click();
    await page.getByRole('link', { name: words.enrol.startScanning }).click();
    await expect(page.getByText(words.scan.admitted, { exact: true })).toBeVisible();
    // An answer that passes, as of a clock that is wrong or a server that starts, ends nothing.
    await page.route('**/v1/gate/tickets', (route) => route.fulfill({
      status: 401, contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'urn:health-kit:problem:not-authorized', title: 'Proof is missing or not valid', status: 401, detail: 'Sign in again.' }),
    }));
    const refused = page.waitForResponse('**/v1/gate/tickets');
    await page.reload();
    await refused;
    await expect(page.getByText(words.scan.admitted, { exact: true })).toBeVisible();
    await page.unroute('**/v1/gate/tickets');

    // A visit of while there was no network waits on the device.
    await page.evaluate(async () => {
      const opening = indexedDB.open('health-kit-gate-scans');
      const database = await new Promise<IDBDatabase>((resolve) => { opening.onsuccess = () => resolve(opening.result); });
      const transaction = database.transaction('scans', 'readwrite');
      transaction.objectStore('scans').put({ visitId: crypto.randomUUID(), pass: 'HK1:A-PASS-OF-SOMEBODY', arrivedAt: new Date().toISOString() });
      await new Promise((resolve) => { transaction.oncomplete = resolve; });
      database.close();
    });
    await host.revokeGate(venue.venueId, invited.gateId);
    await page.reload();
    await expect(page.getByText(words.ended.title, { exact: true })).toBeVisible();
    await expect(page.getByText(said(words.ended.dropped_one, { count: 1 }), { exact: true })).toBeVisible();
    await expect(page.getByText(words.scan.admitted, { exact: true })).toHaveCount(0);
    await look(page, `${language}-ended-390`);
    await page.goto(`${origin}/gate/this-gate`);
    await expect(page.getByText(words.ended.title, { exact: true })).toBeVisible();
    await page.setViewportSize({ width: 1280, height: 800 });
    await look(page, `${language}-ended-1280`);
    expectNoErrors(guard, 'the guard', [/401|410/]);
  });
}
