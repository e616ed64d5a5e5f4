/** The path that people walk: from a registration on a phone to an order that stops at the gate, through the three web apps. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { listMyVenues, problemTypeUri, registerSpecimen, type SealedIdentity } from '@health-kit/api';
import { whatToDoWords } from '@health-kit/policy';
import { decodeBase64url, venueCodeUrl } from '@health-kit/pass';
import { seededRandom, syntheticResidentId } from '@health-kit/simulate';
import { Check } from 'typebox/value';
import { tubeLabel } from './code128.ts';
import { enrolStaff, invite, proveIdentity, registerInstitution } from './offices.ts';
import { atPass, confirmCheckIn, expectLarge, expectStatus, passCode, register, secretsOf, takePortrait } from './residents.ts';
import { expectNoErrors, look, test } from './started.ts';
import { problemIn, said, wordsIn, type Language } from './words.ts';

/** Two made-up people for each language: one who is exposed and runs a venue, and one who tests positive. */
const people: Readonly<Record<Language, { readonly anna: SealedIdentity; readonly chen: SealedIdentity; readonly venue: string; readonly barcode: string }>> = {
  zh: {
    anna: { familyName: '欧阳', givenName: '静怡', documentType: 'resident-id', documentNumber: syntheticResidentId(71, seededRandom('anna')), phone: '+8619900000071', language: 'zh' },
    chen: { familyName: '陈', givenName: '建国', documentType: 'resident-id', documentNumber: syntheticResidentId(72, seededRandom('chen')), phone: '+8619900000072', language: 'zh' },
    venue: '老码头餐厅', barcode: 'TUBE-000071',
  },
  en: {
    anna: { familyName: 'Larsen', givenName: 'Ingrid', documentType: 'resident-id', documentNumber: syntheticResidentId(81, seededRandom('anna')), phone: '+8619900000081', language: 'en' },
    chen: { familyName: 'Okafor', givenName: 'Chidi', documentType: 'passport', documentNumber: 'X00000082', phone: '+8619900000082', language: 'en' },
    venue: 'Harbour restaurant', barcode: 'TUBE-000081',
  },
};

/** The browser's own line for an answer that refuses; the page says it in words, which the journey looks for. */
const refusedAnswer = /the server responded with a status of 4\d\d/;
/** Its line for a request without a network. */
const noNetwork = /net::ERR_INTERNET_DISCONNECTED/;

for (const language of ['zh', 'en'] as const) {
  test(`from a registration to an order that stops at the gate (${language})`, async ({ city, meet }) => {
    const words = wordsIn(language);
    const { resident, gate: gateWords, sampling, laboratory, tracing, orders } = words;
    const { anna: annasDocument, chen: chensDocument, venue: venueName, barcode } = people[language];
    const { origin } = city.system;
    const phone = { on: 'phone', language } as const;
    const desk = { on: 'desk', language } as const;

    const links = await test.step('the administrator registers two institutions and invites the staff', async () => {
      const administrator = await meet(desk);
      const { code } = await city.administrator.invite({ name: `Second administrator (${language})`, office: 'Health office', unit: 'Administration', roles: ['administrator'], institutionId: null });
      await enrolStaff(administrator, `${origin}/console/enrol#${code}`, words, '01-administrator');
      const { page } = administrator;
      await look(page, '01-administrator-start');
      const [site, central] = [`Riverside ${language}`, `Central laboratory ${language}`];
      await registerInstitution(page, origin, site, 'test-site', words);
      await registerInstitution(page, origin, central, 'laboratory', words);
      await look(page, '01-institutions');
      const invited = {
        registrar: await invite(page, origin, 'registrar', `Desk ${language}`, words),
        sampler: await invite(page, origin, 'sampler', `Sampling ${language}`, words, site),
        laboratory: await invite(page, origin, 'laboratory', `Reporting ${language}`, words, central),
        tracer: await invite(page, origin, 'tracer', `Tracing ${language}`, words),
        officer: await invite(page, origin, 'medical-officer', `Orders ${language}`, words),
      };
      await look(page, '01-staff-invited');
      // What one administrator invited, another officer confirms.
      await city.administrator.confirmWaiting();
      expectNoErrors(administrator, 'the administrator');
      await administrator.leave();
      return { ...invited, central };
    });

    const anna = await meet(phone);
    await test.step('a: Anna registers on her phone, and is not verified', async () => {
      await register(anna, origin, annasDocument, words, 'a');
      await takePortrait(anna, words, 'a');
      await expectStatus(anna, 'unverified');
      await expect(anna.page.getByText(resident.pass.unverifiedTitle, { exact: true })).toBeVisible();
      await look(anna.page, 'a-pass-unverified');
      await passCode(anna, words).click();
      await expectLarge(anna.page);
      await look(anna.page, 'a-pass-bright');
      await anna.page.keyboard.press('Escape');
    });

    const sampler = await meet(desk);
    await test.step('a: an unverified account collects nothing: the sampler is refused', async () => {
      await enrolStaff(sampler, links.sampler, words);
      await sampler.camera.film(passCode(anna, words), { alternating: true, thenShow: tubeLabel(barcode) });
      await sampler.page.goto(`${origin}/console/sampling`);
      await expect(sampler.page.getByText(problemIn(language, problemTypeUri('identity-not-proven')).title, { exact: true })).toBeVisible();
      await look(sampler.page, 'a-sampling-refused');
      // The camera goes on filming pass and tube; nothing is asked again until the officer says so.
      let asked = 0;
      sampler.page.on('request', (request) => {
        if (request.method() === 'POST' && new URL(request.url()).pathname === registerSpecimen.path) asked += 1;
      });
      await sampler.page.waitForTimeout(5_000);
      expect(asked).toBe(0);
      await sampler.page.getByRole('button', { name: sampling.scanAgain, exact: true }).click();
      await expect.poll(() => asked).toBeGreaterThan(0);
      await expect(sampler.page.getByRole('button', { name: sampling.scanAgain, exact: true })).toBeVisible();
      await anna.page.goto(`${origin}/records/results`);
      await expect(anna.page.getByText(resident.results.emptyUnproven)).toBeVisible();
      await look(anna.page, 'a-results-empty');
      await anna.page.goto(`${origin}/pass`);
    });

    const registrar = await meet(desk);
    await test.step('b: the registrar sees the document, and Anna’s pass becomes clear', async () => {
      await enrolStaff(registrar, links.registrar, words, 'b-registrar');
      await proveIdentity(registrar, origin, anna, annasDocument, words, { alternating: true, pictures: 'b-desk' });
      await anna.page.reload();
      await expectStatus(anna, 'clear');
      await look(anna.page, 'b-pass-clear');
    });

    const guard = await meet(phone);
    const venueLink = await test.step('c: Anna registers her venue, gets its poster, and adds a gate', async () => {
      const { page } = anna;
      await page.goto(`${origin}/gate`);
      await look(page, 'c-gate-start');
      await page.getByRole('link', { name: gateWords.start.hostAction }).click();
      await page.getByRole('link', { name: gateWords.host.register }).click();
      await page.getByLabel(gateWords.register.name, { exact: true }).fill(venueName);
      await page.getByLabel(gateWords.register.kind, { exact: true }).selectOption('restaurant');
      await page.getByLabel(gateWords.register.address, { exact: true }).fill('码头街 3 号');
      await look(page, 'c-register-venue');
      const listed = page.waitForResponse((response) => new URL(response.url()).pathname === listMyVenues.path && response.request().method() === 'GET');
      await page.getByRole('button', { name: gateWords.register.submit, exact: true }).click();
      await expect(page.getByRole('heading', { level: 1, name: venueName })).toBeVisible();
      const answer: unknown = await (await listed).json();
      const venue = listMyVenues.response !== undefined && Check(listMyVenues.response, answer) ? answer.venues.find(({ name }) => name === venueName) : undefined;
      const code = decodeBase64url(venue?.venueCode ?? '');
      if (code === null) throw new Error('the venue has no code');

      await page.getByRole('button', { name: gateWords.venue.makePoster }).click();
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name: gateWords.venue.download }).click();
      const poster = await readFile(await (await downloading).path());
      expect(poster.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      expect(poster.length).toBeGreaterThan(5_000);
      await look(page, 'c-venue');

      await page.getByLabel(gateWords.venue.gateName).fill('North');
      await page.getByRole('button', { name: gateWords.venue.makeCode }).click();
      const invitation = page.getByRole('dialog').getByRole('img');
      await expect(invitation).toBeVisible();
      await look(page, 'c-gate-code');
      await guard.camera.film(invitation);
      return venueCodeUrl(origin, code);
    });

    await test.step('c: the guard’s phone becomes the gate by scanning that code', async () => {
      await guard.page.goto(`${origin}/gate`);
      await guard.page.getByRole('link', { name: gateWords.start.gateAction }).click();
      await expect(guard.page.getByRole('heading', { name: gateWords.enrol.doneTitle }).first()).toBeAttached();
      await look(guard.page, 'c-gate-enrolled');
      await anna.page.getByRole('dialog').getByRole('button', { name: gateWords.venue.done, exact: true }).click();
    });

    await test.step('c: a second gate, whose device is lost, is revoked by its host', async () => {
      const { page } = anna;
      await page.getByLabel(gateWords.venue.gateName).fill('South');
      await page.getByRole('button', { name: gateWords.venue.makeCode }).click();
      await page.getByRole('dialog').getByRole('button', { name: gateWords.venue.done, exact: true }).click();
      await page.getByRole('button', { name: said(gateWords.venue.revokeNamed, { name: 'South' }) }).click();
      await look(page, 'c-gate-revoke');
      await page.getByRole('dialog').getByRole('button', { name: gateWords.venue.revoke, exact: true }).click();
      await expect(page.getByText('South', { exact: true })).toHaveCount(0);
      await expect(page.getByText('North', { exact: true })).toBeVisible();
      await look(page, 'c-gate-revoked');
    });

    const chen = await meet(phone);
    await test.step('d: Chen registers, is proven, and checks in by the poster’s code', async () => {
      await register(chen, origin, chensDocument, words);
      await chen.page.getByRole('button', { name: resident.portrait.later }).click();
      await expectStatus(chen, 'unverified');
      await proveIdentity(registrar, origin, chen, chensDocument, words, { alternating: false, pictures: null });
      expectNoErrors(registrar, 'the registrar', [refusedAnswer]);
      await registrar.leave();
      await chen.page.reload();
      await expectStatus(chen, 'clear');
      await chen.camera.film(anna.page.getByRole('img', { name: gateWords.venue.preview }));
      await chen.page.getByRole('link', { name: resident.pass.checkIn }).click();
      await confirmCheckIn(chen, venueName, words);
      await look(chen.page, 'd-receipt');
    });

    await test.step('d: Anna opens the poster’s link', async () => {
      await anna.page.goto(venueLink);
      await expect(anna.page.getByRole('heading', { level: 1, name: resident.scan.confirmTitle })).toBeVisible();
      await look(anna.page, 'd-confirm');
      await confirmCheckIn(anna, venueName, words);
      await anna.page.goto(`${origin}/records/visits`);
      await expect(anna.page.getByRole('link', { name: venueName })).toBeVisible();
      await look(anna.page, 'd-visits');
      await anna.page.goto(`${origin}/pass`);
    });

    await test.step('e: the guard admits Anna without a network, and the visit is delivered later', async () => {
      const { page, context } = guard;
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      await page.goto(`${origin}/gate/scan`);
      await expect(page.getByText(gateWords.scan.prompt)).toBeVisible();
      await guard.camera.film(passCode(anna, words), { alternating: true });
      await context.setOffline(true);
      await page.goto(`${origin}/gate/scan`);
      await expect(page.locator('[data-phase="shown"]')).toBeVisible({ timeout: 25_000 });
      await expect(page.getByText(gateWords.decision.admit, { exact: true })).toBeVisible();
      await expect(page.getByText(new RegExp(`${annasDocument.familyName}[\\s*＊○]`))).toBeVisible();
      await expect(page.getByText(annasDocument.givenName)).toHaveCount(0);
      await expect(page.getByRole('img', { name: gateWords.decision.face, exact: true })).toBeVisible();
      await look(page, 'e-admit');
      await page.setViewportSize({ width: 360, height: 740 });
      await expectAtOneGlance(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectAtOneGlance(page);
      await page.getByRole('button', { name: gateWords.decision.admitByFace }).click();
      await expect(page.locator('[data-count="admitted"]')).toHaveText('1');
      await expect(page.locator('[data-count="waiting"]')).toHaveText('1');
      await look(page, 'e-waiting');
      await context.setOffline(false);
      await expect(page.locator('[data-count="waiting"]')).toHaveText('0');
    });

    await test.step('f: the sampler scans Chen’s pass and a tube', async () => {
      await sampler.camera.film(passCode(await atPass(chen, origin), words), { thenShow: tubeLabel(barcode) });
      await sampler.page.goto(`${origin}/console/sampling`);
      await expect(sampler.page.getByText(said(sampling.registered, { barcode }), { exact: true })).toBeVisible();
      await look(sampler.page, 'f-sampled');
      expectNoErrors(sampler, 'the sampler', [refusedAnswer]);
      await sampler.leave();
    });

    await test.step('f: the laboratory submits a positive result', async () => {
      const officer = await meet(desk);
      await enrolStaff(officer, links.laboratory, words);
      const { page } = officer;
      await page.goto(`${origin}/console/laboratory`);
      await page.getByRole('button', { name: barcode, exact: true }).click();
      await page.getByLabel(laboratory.values.positive, { exact: true }).check();
      await look(page, 'f-result-form');
      await page.getByRole('button', { name: laboratory.submit }).click();
      await look(page, 'f-result-confirm');
      await page.getByRole('dialog').getByRole('button', { name: laboratory.confirm }).click();
      await expect(page.getByText(said(laboratory.sent, { barcode }), { exact: true })).toBeVisible();
      expectNoErrors(officer, 'the laboratory');
      await officer.leave();
    });

    await test.step('f: Chen sees result, institution and time', async () => {
      await chen.page.goto(`${origin}/records/results`);
      await expect(chen.page.getByRole('heading', { name: resident.results.values.positive })).toBeVisible();
      await expect(chen.page.getByText(links.central)).toBeVisible();
      await expect(chen.page.getByText(resident.results.reported, { exact: true })).toBeVisible();
      await look(chen.page, 'f-result');
      await chen.page.goto(`${origin}/pass`);
      await expectStatus(chen, 'isolate');
      await look(chen.page, 'f-pass-isolate');
    });

    await test.step('g: the tracer finds contacts without a name, and proposes home observation', async () => {
      const tracer = await meet(desk);
      await enrolStaff(tracer, links.tracer, words);
      const { page } = tracer;
      const newCase = page.getByRole('row').filter({ hasText: tracing.states.new }).getByRole('link');
      await expect(async () => {
        await page.goto(`${origin}/console/cases`);
        await expect(newCase).toBeVisible({ timeout: 3_000 });
      }).toPass();
      await look(page, 'g-cases');
      await newCase.click();
      await page.getByRole('button', { name: tracing.takeUp }).click();
      await page.getByLabel(tracing.reason, { exact: true }).fill(tracing.reasons.first);
      await page.getByRole('button', { name: tracing.start, exact: true }).click();
      await expect(page.getByText(said(tracing.found, { contacts: 1 }), { exact: true })).toBeVisible();
      const contact = page.getByRole('row').filter({ hasText: tracing.classes.close });
      await expect(contact).toHaveCount(1);
      // The poster and the guard both recorded Anna's hour; it counts once.
      await expect(contact.getByRole('cell', { name: /^(5\d|60) (min|分钟)$/ })).toBeVisible();
      await contact.getByRole('button').click();
      await expect(page.getByRole('heading', { name: new RegExp(said(tracing.scoreExplained, { score: '[1-9]\\d*' })) })).toBeVisible();
      await look(page, 'g-contacts');
      await expectNobodyNamed(page.content());

      await contact.getByRole('checkbox').check();
      await page.getByRole('button', { name: tracing.propose }).click();
      await look(page, 'g-proposal');
      await page.getByRole('dialog').getByRole('button', { name: tracing.proposal.submit, exact: true }).click();
      await expect(page.getByText(tracing.proposal.secondOfficer)).toBeVisible();
      await expectNobodyNamed(page.content());
      await anna.page.reload();
      await expectStatus(anna, 'clear');
      expectNoErrors(tracer, 'the tracer');
      await tracer.leave();
    });

    await test.step('g: a medical officer of another unit approves with a passkey', async () => {
      const officer = await meet(desk);
      await enrolStaff(officer, links.officer, words);
      const { page } = officer;
      await page.goto(`${origin}/console/orders`);
      await look(page, 'g-orders');
      await page.getByRole('row').getByRole('link', { name: orders.kinds['home-observation'] }).click();
      await look(page, 'g-decision');
      await page.getByRole('button', { name: orders.approve }).click();
      await expect(page.getByText(said(orders.approved_one, { count: 1 }), { exact: true })).toBeVisible();
      await expectNobodyNamed(page.content());
      await look(page, 'g-approved');
      expectNoErrors(officer, 'the medical officer');
      await officer.leave();
    });

    await test.step('g: Anna’s app tells what happened and what to do, and her pass says isolate', async () => {
      const { page } = anna;
      await page.reload();
      await expectStatus(anna, 'isolate');
      await expect(page.getByText(whatToDoWords['do.home-observation'][language]).first()).toBeVisible();
      await look(page, 'g-pass-isolate');
      await page.goto(`${origin}/records/notices`);
      await expect(page.getByRole('heading', { name: resident.notices.exposure })).toBeVisible();
      const order = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: resident.notices.orders['home-observation'] }) });
      await expect(order).toContainText(whatToDoWords['do.home-observation'][language]);
      await expect(order).toContainText(tracing.proposal.reasonClose);
      for (const secret of [...secretsOf(chensDocument), venueName]) await expect(page.getByRole('main')).not.toContainText(secret);
      await look(page, 'g-notices');
    });

    await test.step('g: the gate stops Anna', async () => {
      await guard.camera.film(passCode(await atPass(anna, origin), words), { alternating: true });
      await guard.page.goto(`${origin}/gate/scan`);
      await expect(guard.page.getByText(gateWords.decision.stop, { exact: true })).toBeVisible();
      await expect(guard.page.locator('section[data-status="isolate"]')).toBeVisible();
      await look(guard.page, 'g-stop');
      await guard.page.getByRole('button', { name: gateWords.decision.next }).click();
      await expect(guard.page.locator('[data-count="refused"]')).toHaveText('1');
    });

    await test.step('h: Anna’s access log says who looked and why', async () => {
      await anna.page.goto(`${origin}/records/access`);
      for (const purpose of ['identity-proof', 'exposure-notice', 'order'] as const) {
        // The registrar's look at the desk, and the proof that followed, are two entries.
        await expect(anna.page.getByRole('heading', { name: resident.access.purposes[purpose] })).toHaveCount(purpose === 'identity-proof' ? 2 : 1);
      }
      await look(anna.page, 'h-access-log');
    });

    expectNoErrors(anna, 'Anna');
    expectNoErrors(chen, 'Chen');
    expectNoErrors(guard, 'the guard', [noNetwork]);

    /** Asserts that nothing on a page of the console tells who Anna and Chen are. */
    async function expectNobodyNamed(content: Promise<string>): Promise<void> {
      const text = await content;
      for (const secret of [...secretsOf(annasDocument), ...secretsOf(chensDocument)]) expect(text).not.toContain(secret);
    }
  });
}

/** Asserts that the buttons at the foot of the gate cover nothing of the decision, unscrolled. */
async function expectAtOneGlance(page: Page): Promise<void> {
  const covered = await page.locator('[data-phase]').evaluate((stage) => {
    window.scrollTo(0, 0);
    const [foot, ...others] = [...stage.children].toSorted((a, b) => Number(b.querySelector('button') !== null) - Number(a.querySelector('button') !== null));
    const top = foot?.getBoundingClientRect().top ?? 0;
    return others.filter((part) => getComputedStyle(part).position !== 'fixed' && part.getBoundingClientRect().bottom > top).map(({ textContent }) => textContent);
  });
  expect(covered, 'what the buttons cover').toEqual([]);
}
