/** A guardian and her dependants: a child without an account by the desk, the mother by a code from her phone, which confirms and later ends it. */
import { expect, type Page } from '@playwright/test';
import type { SealedDependantDocument, SealedIdentity } from '@health-kit/api';
import { Day } from '@health-kit/api';
import { Value } from 'typebox/value';
import { joinCodeWithRoot } from '@health-kit/client';
import { encodeBase64url, signerFromCryptoKey, signVenueCode } from '@health-kit/pass';
import { Host, readCode, readMessages, Resident, StaffMember } from '@health-kit/simulate';
import { enrolStaff, proveIdentity } from './offices.ts';
import { expectStatus, register } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { said, wordsIn, type Language } from './words.ts';

type Person = SealedIdentity;
const passport = (number: string, familyName: string, givenName: string, language: Language): Person =>
  ({ familyName, givenName, documentType: 'passport', documentNumber: `G000000${number}`, phone: `+86199000001${number}`, language });
const people: Readonly<Record<Language, { readonly mother: Person; readonly daughter: Person; readonly host: Person; readonly shown: string }>> = {
  zh: { mother: passport('11', '诸葛', '秀英', 'zh'), daughter: passport('12', '沈', '佳宁', 'zh'), host: passport('13', '余', '海', 'zh'), shown: '诸葛＊＊' },
  en: { mother: passport('21', 'Brandt', 'Helga', 'en'), daughter: passport('22', 'Moreau', 'Claire', 'en'), host: passport('23', 'Costa', 'Rui', 'en'), shown: 'Brandt **' },
};

/** Her child, who has no phone and no account. */
const children: Readonly<Record<Language, SealedDependantDocument & { readonly shown: string }>> = {
  zh: { familyName: '沈', givenName: '小满', documentType: 'resident-id', documentNumber: '110101202410010010', shown: '沈＊＊' },
  en: { familyName: 'Moreau', givenName: 'Zoé', documentType: 'passport', documentNumber: 'G00000029', birthDate: Value.Parse(Day, '2024-10-01'), shown: 'Moreau **' },
};

/** A venue code in the name of a city that nobody here knows. */
async function codeOfUnknownCity(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const claims = { issuer: 'XX', issuedAt: Math.floor(Date.now() / 1000), venueId: new Uint8Array(16), venueName: 'Elsewhere', usualStayMinutes: 30, venueKind: 'office' };
  return encodeBase64url(await signVenueCode(claims, signerFromCryptoKey(privateKey), 'AAAAAAAAAAA'));
}

/** Somebody takes the phone out again: the page asks at once what is new. */
function lookAgain(page: Page): Promise<boolean> {
  return page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** The browser's own line for an answer that refuses; the page says it in words. */
const refusedAnswer = /the server responded with a status of 4\d\d/;
/** The same where there is no network; the 503 is the service worker's. */
const withoutNetwork = /ERR_INTERNET_DISCONNECTED|status of 503/;

for (const language of ['zh', 'en'] as const) {
  test(`a daughter shows her mother's pass at an entrance, until the mother ends it (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { guardians } = words.resident;
    const { mother: mothersDocument, daughter: daughtersDocument, host: hostsDocument, shown } = people[language];
    const { origin } = city.system;

    let venueText = '';
    const [registrar, mother, daughter, guard] = await Promise.all([meet({ on: 'desk', language }), meet({ on: 'phone', language }), meet({ on: 'phone', language }), meet({ on: 'phone', language })]);
    await test.step('both are proven at the desk', async () => {
      const invited = (name: string) => city.administrator.invite({ name: `${name} (${language})`, office: 'Health office', unit: 'Desk of guardians', roles: ['registrar'], institutionId: null });
      const { code } = await invited('Registrar');
      const other = await invited('Registrar of the host');
      await city.administrator.confirmWaiting();
      await Promise.all([enrolStaff(registrar, `${origin}/console/enrol#${code}`, words), register(mother, origin, mothersDocument, words), register(daughter, origin, daughtersDocument, words)]);
      await mother.page.goto(`${origin}/records/guardians`);
      await expect(mother.page.getByText(guardians.guardian.empty, { exact: true })).toBeVisible();
      for (const [person, document] of [[mother, mothersDocument], [daughter, daughtersDocument]] as const) {
        await person.page.goto(`${origin}/pass`);
        await expectStatus(person, 'unverified');
        await proveIdentity(registrar, origin, person, document, words, { alternating: false, pictures: null });
        await person.page.goto(`${origin}/pass`);
        await expectStatus(person, 'clear');
      }
      const desk = await StaffMember.enrol(city.world, other.code);
      const host = await Resident.register(city.world, hostsDocument);
      await desk.proveIdentity(host);
      const venues = new Host(host);
      const venue = await venues.registerVenue({ name: `Riverside hall ${language}`, kind: 'office', address: 'Riverside 1', latitude: null, longitude: null });
      venueText = venue.venueCode;
      const gate = await venues.inviteGate(venue.venueId, 'North');
      await guard.page.goto(`${origin}/gate/enrol#${joinCodeWithRoot({ code: gate.code, root: (await city.world.trust()).root })}`);
      await guard.page.getByRole('button', { name: words.gate.enrol.confirm, exact: true }).click();
      await expect(guard.page.getByRole('heading', { name: words.gate.enrol.doneTitle }).first()).toBeAttached();
    });

    await test.step('the desk sees her child’s document, and the child has a pass on her phone', async () => {
      const { familyName, givenName, documentNumber, documentType, birthDate, shown: shownChild } = children[language];
      const { page } = registrar;
      const { desk } = words;
      await page.goto(`${origin}/console/desk`);
      await page.getByRole('button', { name: desk.dependant.begin, exact: true }).click();
      await page.getByLabel(desk.document, { exact: true }).selectOption(documentType);
      await page.getByLabel(desk.familyName, { exact: true }).fill(familyName);
      await page.getByLabel(desk.givenName, { exact: true }).fill(givenName);
      await page.getByLabel(desk.number, { exact: true }).fill(documentNumber);
      await look(page, 'desk-dependant');
      await page.getByRole('button', { name: desk.toCheck }).click();
      if (birthDate !== undefined) await page.getByLabel(desk.dependant.birthDate, { exact: true }).fill(birthDate);
      await look(page, 'desk-dependant-check');
      await page.getByRole('button', { name: desk.dependant.link, exact: true }).click();
      await expect(page.getByText(desk.dependant.doneTitle, { exact: true })).toBeVisible();
      await look(page, 'desk-dependant-done');
      await daughter.page.goto(`${origin}/records/dependants`);
      await expect(daughter.page.getByRole('heading', { name: shownChild })).toBeVisible();
      await look(daughter.page, 'dependants-child');
      await daughter.page.getByRole('link', { name: guardians.dependant.show, exact: true }).click();
      await expect(daughter.page.locator('section[data-status="clear"]')).toContainText(shownChild);
    });

    await test.step('the mother shows a code on her own phone, the daughter takes it, and the mother confirms who it is', async () => {
      await daughter.page.goto(`${origin}/records/dependants`);
      await mother.page.goto(`${origin}/records/guardians`);
      await look(mother.page, 'guardians-empty');
      await mother.page.getByRole('button', { name: guardians.guardian.show, exact: true }).click();
      const code = mother.page.getByRole('img', { name: guardians.guardian.code });
      await expect(code).toBeVisible();
      await look(mother.page, 'code-shown');
      const letters = (await mother.page.locator('[translate="no"]').textContent()) ?? '';

      await daughter.page.getByRole('link', { name: guardians.dependant.add, exact: true }).click();
      const field = daughter.page.getByLabel(guardians.dependant.code, { exact: true });
      await field.fill('123');
      await daughter.page.getByRole('button', { name: guardians.dependant.link, exact: true }).click();
      await expect(daughter.page.getByText(guardians.dependant.notACode)).toBeVisible();
      await field.fill(letters.startsWith('0') ? '1111 1111' : '0000 0000');
      await daughter.page.getByRole('button', { name: guardians.dependant.link, exact: true }).click();
      await expect(daughter.page.getByText(guardians.dependant.refusedTitle, { exact: true })).toBeVisible();
      await look(daughter.page, 'code-refused');
      // One scans, the other types.
      if (language === 'zh') {
        await daughter.camera.film(code);
        await daughter.page.getByRole('button', { name: guardians.dependant.scan, exact: true }).click();
      } else {
        await field.fill(letters.toLowerCase());
        await daughter.page.getByRole('button', { name: guardians.dependant.link, exact: true }).click();
      }
      await expect(daughter.page.getByText(guardians.dependant.waits, { exact: true })).toBeVisible();
      await expect(daughter.page.locator('body')).not.toContainText(shown.slice(0, 2));
      await look(daughter.page, 'waits');
      // The mother's phone puts the code away and says who it is.
      await expect(mother.page.getByText(said(guardians.guardian.asksTitle, { name: maskedDaughter() }), { exact: true })).toBeVisible();
      await look(mother.page, 'asks');
      await mother.page.getByRole('button', { name: guardians.guardian.confirm, exact: true }).click();
      await expect(mother.page.getByText(said(guardians.guardian.linkedTitle, { name: maskedDaughter() }), { exact: true })).toBeVisible();
      await expect(mother.page.getByRole('heading', { name: maskedDaughter(), exact: true })).toBeVisible();
      await look(mother.page, 'linked');
      await expect(daughter.page.getByRole('img', { name: passCodeName() })).toBeVisible();
      await expect(daughter.page.locator('section[data-status="clear"]')).toContainText(shown);
      for (const secret of [mothersDocument.givenName, mothersDocument.documentNumber]) await expect(daughter.page.locator('body')).not.toContainText(secret);
      await look(daughter.page, 'dependants-pass');
    });

    await test.step('the guard admits the mother by the pass on the daughter’s phone, and looks at her document', async () => {
      await guard.camera.film(daughter.page.getByRole('img', { name: passCodeName() }));
      await guard.page.goto(`${origin}/gate/scan`);
      await expect(guard.page.getByRole('button', { name: words.gate.decision.admitByDocument })).toBeVisible({ timeout: 25_000 });
      await expect(guard.page.getByText(shown)).toBeVisible();
      await look(guard.page, 'gate');
      await guard.page.getByRole('button', { name: words.gate.decision.admitByDocument }).click();
      await expect(guard.page.locator('[data-count="admitted"]')).toHaveText('1');
    });

    await test.step('large type, wide screen and the list keep their shape', async () => {
      await daughter.page.getByRole('button', { name: words.ui.header.largeType, exact: true }).click();
      await look(daughter.page, 'dependants-pass-large');
      await daughter.page.goto(`${origin}/records/dependants`);
      await expect(daughter.page.getByRole('heading', { name: shown })).toBeVisible();
      await look(daughter.page, 'dependants-large');
      await daughter.page.getByRole('button', { name: words.ui.header.largeType, exact: true }).click();
      await daughter.page.setViewportSize({ width: 1280, height: 800 });
      await look(daughter.page, 'dependants-wide');
      await daughter.page.setViewportSize({ width: 390, height: 844 });
      await daughter.page.getByRole('link', { name: guardians.dependant.show, exact: true }).last().click();
      await expect(daughter.page.getByRole('img', { name: passCodeName() })).toBeVisible();
    });

    await test.step('the mother ends it, and the daughter’s phone says so and has the pass no more', async () => {
      await mother.page.reload();
      await mother.page.getByRole('button', { name: guardians.end, exact: true }).click();
      await look(mother.page, 'end');
      await mother.page.getByRole('dialog').getByRole('button', { name: guardians.end, exact: true }).click();
      await expect(mother.page.getByText(guardians.guardian.endedText, { exact: true })).toBeVisible();
      await expect(mother.page.getByText(guardians.guardian.empty, { exact: true })).toBeVisible();
      await look(mother.page, 'ended');
      // Her page stands open, and finds out by itself when she looks at it again; each twenty seconds otherwise.
      await lookAgain(daughter.page);
      await expect(daughter.page.getByText(guardians.dependant.over, { exact: true })).toBeVisible({ timeout: 30_000 });
      await expect(daughter.page.getByRole('img', { name: passCodeName() })).toHaveCount(0);
      await look(daughter.page, 'over');
    });

    await test.step('by a message to the mother’s phone she asks again, and the mother sees it at her pass', async () => {
      const { byPhone } = guardians;
      const { page } = daughter;
      await page.goto(`${origin}/records/dependants/new`);
      await page.getByRole('link', { name: guardians.dependant.byPhone, exact: true }).click();
      await page.getByLabel(words.resident.register.documentType, { exact: true }).selectOption(mothersDocument.documentType);
      await page.getByLabel(words.resident.register.familyName, { exact: true }).fill(mothersDocument.familyName);
      await page.getByLabel(words.resident.register.givenName, { exact: true }).fill(mothersDocument.givenName);
      await page.getByLabel(words.resident.register.number, { exact: true }).fill(mothersDocument.documentNumber);
      await page.getByLabel(byPhone.phone, { exact: true }).fill(mothersDocument.phone.replace('+86', ''));
      await look(page, 'by-phone');
      const before = (await readMessages(city.system.outboxOrigin ?? '', mothersDocument.phone))[0]?.id ?? 0;
      await page.getByRole('button', { name: byPhone.send, exact: true }).click();
      await page.getByLabel(words.resident.code.label, { exact: true }).fill(await readCode(city.system.outboxOrigin ?? '', mothersDocument.phone, before));
      await look(page, 'by-phone-code');
      await page.getByRole('button', { name: guardians.dependant.link, exact: true }).click();
      await expect(page.getByText(guardians.dependant.waits, { exact: true })).toBeVisible();
      await mother.page.goto(`${origin}/pass`);
      await look(mother.page, 'asked-at-pass');
      await mother.page.getByRole('link', { name: guardians.guardian.bar }).click();
      await mother.page.getByRole('button', { name: guardians.guardian.refuse, exact: true }).click();
      await expect(mother.page.getByText(guardians.guardian.refusedText, { exact: true })).toBeVisible();
      await lookAgain(page);
      await expect(page.getByText(guardians.dependant.notConfirmed, { exact: true })).toBeVisible();
    });

    await test.step('a check-out that she forgets is asked about, and what is assumed meanwhile is said', async () => {
      const { page, context } = daughter;
      const { forgotten, outWaiting } = words.resident.receipt;
      const { scan } = words.resident;
      await page.goto(`${origin}/v#${await codeOfUnknownCity()}`);
      await expect(page.getByRole('heading', { level: 1, name: scan.unknownCityTitle })).toBeVisible();
      await look(page, 'unknown-city');
      await page.getByRole('button', { name: scan.again, exact: true }).click();
      // Her mother's phone shows its own pass where a poster is asked for.
      await mother.page.goto(`${origin}/pass`);
      await daughter.camera.film(mother.page.getByRole('img', { name: words.resident.pass.code }));
      await page.goto(`${origin}/scan`);
      await expect(page.getByRole('heading', { level: 1, name: scan.other.pass })).toBeVisible();
      await look(page, 'scanned-pass');
      await page.goto(`${origin}/v#${venueText}`);
      await page.getByRole('button', { name: words.resident.scan.confirm, exact: true }).click();
      await expect(page.getByText(words.resident.receipt.delivered, { exact: true })).toBeVisible();
      await context.setOffline(true);
      await page.clock.setFixedTime(Date.now() + 23 * 3_600_000);
      await expect(page.getByRole('heading', { level: 1, name: said(forgotten.title, { venue: `Riverside hall ${language}` }) })).toBeVisible();
      await look(page, 'forgotten');
      await page.getByLabel(forgotten.when, { exact: true }).selectOption({ index: 2 });
      await page.getByRole('button', { name: forgotten.save, exact: true }).click();
      await expect(page.getByText(outWaiting, { exact: true })).toBeVisible();
    });

    expectNoErrors(mother, 'the mother');
    expectNoErrors(daughter, 'the daughter', [refusedAnswer, withoutNetwork]);
    expectNoErrors(guard, 'the guard');

    function passCodeName(): RegExp {
      return new RegExp(said(guardians.dependant.passCode, { name: '.*' }).split('.*').at(language === 'zh' ? -1 : 0) ?? '');
    }
    function maskedDaughter(): string {
      return language === 'zh' ? '沈＊＊' : 'Moreau **';
    }
  });
}
