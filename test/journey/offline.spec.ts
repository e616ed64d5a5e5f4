/** What keeps working while there is no server: the pass, and the check-in, which is delivered once. */
import { expect } from '@playwright/test';
import { Host, Resident, StaffMember, syntheticPerson } from '@health-kit/simulate';
import { decodeBase64url, venueCodeUrl } from '@health-kit/pass';
import pg from 'pg';
import { expectStatus, expectWholeCode, passCode, register } from './residents.ts';
import { expectNoErrors, test } from './started.ts';
import { wordsIn } from './words.ts';

/** The browser's own lines for a server that is not there. */
const noServer = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)|status of 50[234]/;

test('the pass opens without a server, and a check-in made meanwhile is delivered exactly once', async ({ city, meet }) => {
  const { system, world, administrator } = city;
  const { resident: words } = wordsIn('zh');
  const venue = await test.step('there is a venue', async () => {
    const { code } = await administrator.invite({ name: 'Registrar', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
    const officer = await StaffMember.enrol(world, code);
    const owner = await Resident.register(world, syntheticPerson(901, world.random.fork('host')));
    await officer.proveIdentity(owner);
    await owner.renewTicket();
    return new Host(owner).registerVenue({ name: '晨光咖啡馆', kind: 'restaurant', address: '晨光路 52 号', latitude: null, longitude: null });
  });
  const code = decodeBase64url(venue.venueCode);
  if (code === null) throw new Error('the venue has no code');

  const resident = await meet({ on: 'phone', language: 'zh' });
  const { page } = resident;
  await test.step('a resident has a pass', async () => {
    await register(resident, system.origin, syntheticPerson(902, world.random.fork('resident')), wordsIn('zh'));
    await page.getByRole('button', { name: words.portrait.later }).click();
    await expectStatus(resident, 'unverified');
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  });

  await test.step('without a server the pass opens, and its code turns', async () => {
    await system.kill('server');
    await page.goto(`${system.origin}/pass`);
    await expectStatus(resident, 'unverified');
    const shown = await passCode(resident, wordsIn('zh')).innerHTML();
    // A code stands for 15 s.
    await expect.poll(() => passCode(resident, wordsIn('zh')).innerHTML(), { timeout: 20_000 }).not.toBe(shown);
    await resident.context.setOffline(true);
    await expect(page.getByText(words.offline.banner, { exact: true })).toBeVisible();
    await expectWholeCode(resident, wordsIn('zh'));
    await resident.context.setOffline(false);
  });

  await test.step('a check-in waits, and says so', async () => {
    await page.goto(venueCodeUrl(system.origin, code));
    await page.getByRole('button', { name: words.scan.confirm, exact: true }).click();
    await expect(page.locator('section[data-status="recorded"]')).toContainText(words.receipt.word);
    await expect(page.getByText(words.receipt.waiting)).toBeVisible();
    await page.reload();
    await expect(page.getByText(words.receipt.waiting)).toBeVisible();
  });

  await test.step('it is delivered when the server is there again, and once, however often the app opens', async () => {
    await system.restart('server');
    await page.reload();
    await expect(page.getByText(words.receipt.delivered, { exact: true })).toBeVisible();
    await page.reload();
    await page.goto(`${system.origin}/records/visits`);
    await expect(page.getByText('晨光咖啡馆')).toBeVisible();
    await expect(page.getByText(words.visits.waiting)).toHaveCount(0);
    const database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    try {
      const { rows } = await database.query('SELECT source FROM visit.visit WHERE venue_id = $1', [venue.venueId]);
      expect(rows).toEqual([{ source: 'resident' }]);
    } finally {
      await database.end();
    }
  });
  expectNoErrors(resident, 'the resident', [noServer]);
});
