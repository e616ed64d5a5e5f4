/** What members of staff do at their desks. */
import { expect, type Page } from '@playwright/test';
import type { SealedIdentity, StaffRole } from '@health-kit/api';
import { addPasskeyDevice, type Actor } from './actor.ts';
import { passCode } from './residents.ts';
import { look } from './started.ts';
import { said, type Words } from './words.ts';

/** Opens the link of an invitation, makes the passkey of this device and is signed in. */
export async function enrolStaff({ page }: Actor, link: string, words: Words, pictures: string | null = null): Promise<void> {
  await addPasskeyDevice(page);
  await page.goto(link);
  const enrol = page.getByRole('button', { name: words.session.enrol });
  await expect(enrol).toBeVisible();
  if (pictures !== null) await look(page, `${pictures}-enrol`);
  await enrol.click();
  await expect(page.getByRole('button', { name: words.session.signOut, exact: true })).toBeVisible();
}

/** Registers an institution on the administrator's page. */
export async function registerInstitution(page: Page, origin: string, name: string, kind: 'test-site' | 'laboratory', words: Words): Promise<void> {
  const { administration } = words;
  await page.goto(`${origin}/console/institutions`);
  await page.getByLabel(administration.name, { exact: true }).fill(name);
  await page.getByLabel(administration.kinds[kind], { exact: true }).check();
  await page.getByRole('button', { name: administration.registerInstitution, exact: true }).click();
  await expect(page.getByText(said(administration.institutionRegistered, { name }), { exact: true })).toBeVisible();
}

/** Invites somebody on the administrator's page and returns the link. */
export async function invite(page: Page, origin: string, role: StaffRole, unit: string, words: Words, institution: string | null = null): Promise<string> {
  const { administration, session } = words;
  await page.goto(`${origin}/console/staff`);
  await page.locator('#name').fill(`${session.role[role]} ${unit}`);
  await page.locator('#office').fill('Health office 卫生局');
  await page.locator('#unit').fill(unit);
  await page.getByRole('checkbox', { name: session.role[role], exact: true }).check();
  if (institution !== null) await page.locator('#institution').selectOption({ label: institution });
  await page.getByRole('button', { name: administration.makeInvitation }).click();
  const link = await page.locator('code').filter({ hasText: '/console/enrol#' }).textContent();
  return link ?? '';
}

/** The desk: films the pass on a resident's screen (alternating with the face, if there is one), writes what the document says, and proves the identity. */
export async function proveIdentity(
  registrar: Actor, origin: string, resident: Actor, document: SealedIdentity, words: Words,
  { alternating, pictures }: { readonly alternating: boolean; readonly pictures: string | null },
): Promise<void> {
  const { desk } = words;
  const { page } = registrar;
  await stateDocument(registrar, origin, resident, document, words, { alternating, pictures });
  await expect(page.getByRole('status').getByText(desk.doneTitle, { exact: true })).toBeVisible();
  if (pictures !== null) await look(page, `${pictures}-done`);
}

/** The desk as far as the statement that the document was seen, whatever comes of it. */
export async function stateDocument(
  registrar: Actor, origin: string, resident: Actor, document: SealedIdentity, words: Words,
  { alternating, pictures }: { readonly alternating: boolean; readonly pictures: string | null },
): Promise<void> {
  const { desk } = words;
  const { page } = registrar;
  await registrar.camera.film(passCode(resident, words), { alternating });
  await page.goto(`${origin}/console/desk`);
  await page.getByLabel(desk.familyName, { exact: true }).fill(document.familyName);
  await page.getByLabel(desk.givenName, { exact: true }).fill(document.givenName);
  await page.getByLabel(desk.number, { exact: true }).fill(document.documentNumber);
  if (pictures !== null) await look(page, `${pictures}-document`);
  await page.getByRole('button', { name: desk.toCheck }).click();
  await expect(page.getByRole('heading', { name: desk.checkTitle })).toBeVisible();
  if (pictures !== null) await look(page, `${pictures}-check`);
  await page.getByRole('button', { name: desk.prove }).click();
}
