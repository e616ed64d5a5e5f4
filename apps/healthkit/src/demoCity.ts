/** The synthetic city of a first start, and how its visitor signs in to it. */
import type { StaffRole } from '@health-kit/api';
import { fillDemoCity } from '@health-kit/simulate';
import { writeInstallation, type Installation } from './installation.ts';
import { errorText, StartError } from './startError.ts';
import type { System } from './startSystem.ts';

const roleNames: Readonly<Record<StaffRole, string>> = {
  'registrar': '登记台 Registration desk',
  'sampler': '采样点 Test site',
  'laboratory': '实验室 Laboratory',
  'tracer': '流调 Contact tracing',
  'medical-officer': '医师 Medical officer',
  'privacy-officer': '隐私保护 Privacy officer',
  'administrator': '管理 Administration',
};

/**
 * Fills a new system with the synthetic city. It is recorded as begun before and as done after, so that the next
 * start notices when this one is interrupted.
 *
 * @returns the record, with how to sign in as each role
 * @throws {StartError} when the city could not be made
 */
export async function makeDemoCity(system: System, log: (line: string) => void): Promise<Installation> {
  const { origin, outboxOrigin, invitation } = system;
  if (invitation === null) throw new StartError('The synthetic city needs a new system, but this one has an administrator already: start it with --no-demo.');
  await writeInstallation(system.folder, { demo: 'filling', signIn: [] });
  log('Filling the synthetic city (--no-demo leaves it out).');
  const city = await fillDemoCity({ origin, outboxOrigin, invitation, log: (line) => log(`  ${line}`) }).catch((error: unknown) => {
    throw new StartError(`The synthetic city could not be made: ${errorText(error).replace(/\.$/, '')}.`);
  });
  const installation: Installation = {
    demo: 'filled',
    signIn: [
      'Staff sign in with a passkey. Each link makes one, once; after that, sign in at the staff address:',
      ...city.invitations.map(({ role, link }) => `  ${roleNames[role]}: ${link}`),
      'The "Administrator" and the three "Demo autopilot" officers in the list of staff filled the city; nobody signs in as them.',
      'Residents register with any name, a valid document number and a phone number; the code comes at "Text messages".',
      `To check in somewhere, open a venue's poster: ${city.venueLink}`,
      'Guards scan at "Entrances", with a one-time code from the resident who registered the venue.',
    ],
  };
  await writeInstallation(system.folder, installation);
  return installation;
}
