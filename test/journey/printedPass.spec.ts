/** Somebody without a phone: registered at the desk, a card printed with the portrait of the desk's camera, admitted with it by a gate without a network, and given a letter. */
import { expect } from '@playwright/test';
import { joinCodeWithRoot } from '@health-kit/client';
import { Host, Resident, StaffMember, seededRandom, syntheticPerson } from '@health-kit/simulate';
import { drawnFace } from './drawnFace.ts';
import { enrolStaff } from './offices.ts';
import { expectNoErrors, look, test } from './started.ts';
import { wordsIn } from './words.ts';

for (const [index, language] of (['zh', 'en'] as const).entries()) {
  test(`without a phone: a card is printed at the desk and admits at the gate (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { cards, desk } = words;
    const { world, system: { origin } } = city;
    const { familyName, givenName, documentNumber } = syntheticPerson(1990 + index, seededRandom(`without a phone ${language}`));

    const registrar = await meet({ on: 'desk', language });
    const { page } = registrar;
    const { code } = await city.administrator.invite({ name: `Registrar of cards (${language})`, office: 'Health office', unit: 'Desk of cards', roles: ['registrar'], institutionId: null });
    await city.administrator.confirmWaiting();
    await enrolStaff(registrar, `${origin}/console/enrol#${code}`, words);
    await registrar.camera.show(page, drawnFace('#777'));
    await page.goto(`${origin}/console/desk/without-phone`);
    for (const button of ['first', 'again']) {
      await page.getByLabel(desk.familyName, { exact: true }).fill(familyName);
      await page.getByLabel(desk.givenName, { exact: true }).fill(givenName);
      await page.getByLabel(desk.number, { exact: true }).fill(documentNumber);
      if (button === 'again') await look(page, `${language}-again-1280`);
      await page.getByRole('button', { name: desk.toCheck }).click();
    }
    await page.getByRole('button', { name: cards.makeOne, exact: true }).click();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByRole('button', { name: cards.take, exact: true }).click();
    await look(page, `${language}-portrait-1280`);
    await page.getByRole('button', { name: cards.make, exact: true }).click();
    await expect(page.getByText(cards.ready, { exact: true })).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, `${language}-ready-390`);
    await page.setViewportSize({ width: 1280, height: 800 });
    // No request had room for a picture: the portrait goes to the paper alone.
    expect(sent.filter((body) => body.length > 2_000)).toEqual([]);

    // What the printer gets.
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: test.info().outputPath(`${language}-print.png`), fullPage: true });
    // The larger code as the printer draws it: a screen has fewer dots than paper.
    const faceFrame = await page.locator('[data-print] figure:nth-child(2) svg').evaluate((drawing) => drawing.outerHTML);
    const guard = await meet({ on: 'phone', language });
    await guard.camera.film(page.locator('[data-print] figure:nth-child(1) svg'), {
      thenShow: `<div style="background:#eee;display:grid;place-items:center;height:100vh"><div style="width:94vh;height:94vh">${faceFrame}</div></div>`,
    });
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: cards.printed, exact: true }).click();
    await expect(page.locator('[data-print]')).toHaveCount(0);

    const host = new Host(await provenResident());
    const venue = await host.registerVenue({ name: '滨河市场', kind: 'shop', address: '滨河路 18 号', latitude: null, longitude: null });
    const invited = await host.inviteGate(venue.venueId, 'East');
    await guard.page.goto(`${origin}/gate/enrol#${joinCodeWithRoot({ code: invited.code, root: (await world.trust()).root })}`);
    await guard.page.getByRole('button', { name: words.gate.enrol.confirm }).click();
    const listed = guard.page.waitForResponse('**/v1/gate/card-list');
    await guard.page.getByRole('link', { name: words.gate.enrol.startScanning }).click();
    await listed;
    await expect(guard.page.getByText(words.gate.decision.compare, { exact: true })).toBeVisible();
    await expect(guard.page.getByText(words.gate.decision.printed, { exact: true })).toBeVisible();
    await look(guard.page, `${language}-gate-390`);
    const delivered = guard.page.waitForResponse('**/v1/gate/check-ins');
    await guard.page.getByRole('button', { name: words.gate.decision.admitByFace, exact: true }).click();
    expect(await (await delivered).text()).toContain('"recorded"');
    expectNoErrors(registrar, 'the registrar');
    expectNoErrors(guard, 'the guard');

    async function provenResident(): Promise<Resident> {
      const staff = await city.administrator.invite({ name: `Other registrar (${language})`, office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
      await city.administrator.confirmWaiting();
      const resident = await Resident.register(world, syntheticPerson(1980 + index, seededRandom(`host of cards ${language}`)));
      await (await StaffMember.enrol(world, staff.code)).proveIdentity(resident);
      await resident.renewTicket();
      return resident;
    }
  });
}
