import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@health-kit/api/process-settings';
import type { SealedIdentity, StaffRole } from '@health-kit/api';
import { startSystem, type System } from '@health-kit/healthkit';
import { Gate, Host, InstitutionSystem, Resident, StaffMember, invitationCode, openWorld, seededRandom, syntheticPerson, type World } from '@health-kit/simulate';
import type { Attacker } from './attempt.ts';
import type { Known } from './checkOthers.ts';

/** A started system with a victim in it, and attackers who hold every role's real credentials. */
export interface StartedCity {
  readonly system: System;
  readonly world: World;
  readonly victim: Resident;
  readonly registrar: StaffMember;
  readonly attackers: readonly Attacker[];
  stop(): Promise<void>;
}

/** Starts a system in a temporary folder and lets a victim have everything that could leak: a proven identity, a visit, a result, an access log. */
export async function startCity(victim: SealedIdentity): Promise<StartedCity> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hk-attack-'));
  const system = await startSystem({ dataDir: join(dataDir, 'data'), port: 0, timeZone: 'Asia/Shanghai', demo: false, log: () => undefined });
  const stop = async () => {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const world = openWorld({ origin: system.origin, outboxOrigin: system.outboxOrigin, clock: systemClock, random: seededRandom('attack') });
    return { system, world, ...(await people(world, system, victim)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function people(world: World, system: System, identity: SealedIdentity): Promise<{ victim: Resident; registrar: StaffMember; attackers: Attacker[] }> {
  const administrator = await StaffMember.enrol(world, invitationCode(system.invitation ?? ''));
  const site = (await administrator.registerInstitution('Victim site', 'test-site')).institutionId;
  const laboratory = (await administrator.registerInstitution('Victim laboratory', 'laboratory')).institutionId;
  const otherSite = (await administrator.registerInstitution('Other site', 'test-site')).institutionId;
  const otherLaboratory = (await administrator.registerInstitution('Other laboratory', 'laboratory')).institutionId;
  const officer = async (role: StaffRole, unit: string, institutionId: typeof site | null = null) => {
    const { code } = await administrator.invite({ name: `${unit} ${role}`, office: 'Health office', unit, roles: [role], institutionId });
    return StaffMember.enrol(world, code);
  };
  const registrar = await officer('registrar', 'Desk A');
  const prove = async (resident: Resident) => {
    await registrar.proveIdentity(resident);
    await resident.renewTicket();
    return resident;
  };

  const victim = await prove(await Resident.register(world, identity));
  await victim.setPortrait(new TextEncoder().encode('portrait of the victim'));
  const host = new Host(await prove(await Resident.register(world, syntheticPerson(1, world.random))));
  const venue = await host.registerVenue({ name: 'Corner café', kind: 'restaurant', address: 'Corner street 1', latitude: null, longitude: null });
  await victim.checkIn(venue.venueCode);
  await (await officer('sampler', 'Victim sampling', site)).registerSpecimen(victim, 'VICTIM-TUBE-01');
  await (await officer('laboratory', 'Victim reporting', laboratory)).submitResult('VICTIM-TUBE-01', 'negative');

  const resident = await prove(await Resident.register(world, syntheticPerson(2, world.random)));
  // The guardian of somebody else, whose pass they may show.
  const guardian = await prove(await Resident.register(world, syntheticPerson(3, world.random)));
  await guardian.dependantPass(await guardian.guard(await prove(await Resident.register(world, syntheticPerson(4, world.random)))));
  const gate = await Gate.enrol(world, (await host.inviteGate(venue.venueId, 'Front door')).code);
  const laboratoryStaff = await officer('laboratory', 'Other reporting', otherLaboratory);
  const institution = await InstitutionSystem.register(laboratoryStaff, 'Other system');
  const staff = [
    registrar, await officer('sampler', 'Other sampling', otherSite), laboratoryStaff, await officer('tracer', 'Tracing'), await officer('medical-officer', 'Orders'), await officer('privacy-officer', 'Privacy'), administrator,
  ];
  const attackers: Attacker[] = [
    { name: 'anonymous', key: null, ticket: null },
    { name: 'resident', key: resident.key, ticket: (await resident.ticket()).ticket },
    { name: 'guardian', key: guardian.key, ticket: (await guardian.ticket()).ticket },
    { name: 'host', key: host.resident.key, ticket: (await host.resident.ticket()).ticket },
    { name: 'gate', key: gate.key, ticket: gate.session.ticket },
    { name: 'institution', key: null, ticket: await institution.token() },
    ...staff.map((member): Attacker => ({ name: member.session.officer.roles.join(), key: member.connection.key, ticket: member.connection.ticket })),
  ];
  return { victim, registrar, attackers };
}

/** What is publicly known of a person: the three things that the form of December 2020 asked for. */
export function knownOf(person: SealedIdentity): Known {
  return { name: `${person.familyName}${person.givenName}`, documentNumber: person.documentNumber, phone: person.phone };
}
