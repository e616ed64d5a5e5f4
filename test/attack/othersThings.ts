/** Somebody with one of everything that an identifier can name, and strangers who hold every role beside them. */
import { confirmGuardianship, linkDependant, makeGuardianCode, declareCanary, requestDisclosure, retireCanary, type CaseId, type TracePseudonym } from '@health-kit/api';
import { makeKey, makeOpeningKey, readCodeWithRoot, sealTo } from '@health-kit/client';
import { invitationNumber } from '@health-kit/proof';
import { Gate, Host, Resident, StaffMember, connect, defaultTestCode, documentOf, instant, newVisitId, perform, syntheticPerson } from '@health-kit/simulate';
import type { City } from '../server/city.ts';
import type { Offices } from '../server/labsOffices.ts';
import type { Attacker } from './attempt.ts';
import type { IdentifierKind } from './identifiers.ts';

const minuteMs = 60_000;

/** Somebody with real credentials, and the kinds of authority that these are of. */
export interface Person extends Attacker {
  readonly authorities: readonly string[];
}
export interface OthersThings {
  /** Everybody who has nothing to do with what is named. */
  readonly strangers: readonly Person[];
  /** Those who have, to show that the identifiers are good. */
  readonly owners: readonly Person[];
  /** What is theirs, by what names it. A code that is an authority by itself is one that was used. */
  readonly theirs: Readonly<Record<IdentifierKind, readonly string[]>>;
  /** What strangers put beside it, by member, so that the rest of a request is good. */
  readonly own: ReadonlyMap<string, string>;
  /** What may not come back to any of them. */
  readonly canaries: readonly string[];
}

/** Lets all of it come about. Times are the city's; it is a quarter of an hour later then. */
export async function prepareOthersThings(city: City, offices: Offices): Promise<OthersThings> {
  const now = () => city.now();
  const [a, dependant] = [new Host(await city.resident({ verified: true })), await city.resident({ verified: true })];
  const b = new Host(await city.resident({ verified: true }));
  const place = { kind: 'shop', latitude: null, longitude: null } as const;
  const [aVenue, bVenue] = [await a.registerVenue({ ...place, name: '甲店', address: '甲路 1 号' }), await b.registerVenue({ ...place, name: '乙店秘密', address: '乙路 2 号' })];
  const [aGate, bInvited] = [await city.gate(a, aVenue), await b.inviteGate(bVenue.venueId, 'Front door')];
  const bGate = await Gate.enrol(city.world, bInvited.code);
  const picture = await b.resident.turningCode();
  const visit = await b.resident.checkIn(bVenue.venueCode);
  const barcode = await offices.test(b.resident, 'negative');
  const [first, second] = [await tracedCase(city, offices), await tracedCase(city, offices)];
  await city.advance(15 * minuteMs);

  const { code: guardianCode } = await perform(connect(city.world, { key: dependant.key }), makeGuardianCode, { body: {} });
  const { linkId } = await perform(connect(city.world, { key: b.resident.key }), linkDependant, { body: { code: guardianCode } });
  await perform(connect(city.world, { key: dependant.key }), confirmGuardianship, { params: { linkId }, body: {} });
  // And somebody who asks to look after them.
  const { code: askedBy } = await perform(connect(city.world, { key: b.resident.key }), makeGuardianCode, { body: {} });
  const { linkId: askingId } = await perform(connect(city.world, { key: dependant.key }), linkDependant, { body: { code: askedBy } });
  const { requestId } = await b.resident.askByPhone((await city.resident({ verified: true })).person);
  const waiting = await new Resident(city.world, syntheticPerson(900, city.world.random.fork('waiting')), await makeKey()).requestCode();
  const accomplice = await Resident.register(city.world, { ...dependant.person, phone: '+8613700000098' });
  const { move } = await city.registrar.proveIdentity(accomplice);
  const { presentationId } = await city.registrar.present(b.resident);
  const disclosure = () => ({ purpose: 'telephone-interview' as const, subjects: [first.contact], fields: ['name' as const], reason: 'Interview about the evening' });
  const signed = await offices.tracer.requestDisclosure(first.caseId, disclosure());
  const { disclosureId: unsigned } = await perform(offices.tracer.connection, requestDisclosure, { params: { caseId: first.caseId }, body: disclosure() });
  const { proposalId } = await offices.tracer.propose(first.caseId, {
    contacts: [first.contact], kind: 'test', legalBasis: 'Infectious diseases act, section 41', reason: 'Close contact of a case', startsAt: instant(now()), endsAt: instant(now() + 86_400_000),
  });
  const { publicKey } = await makeOpeningKey();
  const { clientId, kid } = await offices.laboratory.registerKeyAlone('System of theirs', publicKey);

  const other = async (roles: Parameters<Offices['enrol']>[0], institution: Parameters<Offices['enrol']>[2] = null) => offices.enrol(roles, `Elsewhere, ${roles.join()}`, institution);
  const { institutionId: otherSite } = await city.administrator.registerInstitution('Other site', 'test-site');
  const { institutionId: otherLaboratory } = await city.administrator.registerInstitution('Other laboratory', 'laboratory');
  const privacy = await offices.enrol(['privacy-officer'], 'Privacy');
  const staff = [
    await city.secondRegistrar(), await other(['sampler'], otherSite), await other(['laboratory'], otherLaboratory), await other(['tracer']), await other(['medical-officer']),
    await other(['privacy-officer']), await other(['administrator']),
  ];
  const { code: used } = await city.administrator.invite({ name: 'Left', office: 'Health office', unit: 'Leaving', roles: ['privacy-officer'], institutionId: null });
  await city.administrator.dismiss((await StaffMember.enrol(city.world, used)).session.officer.officerId);
  const invited = await city.administrator.inviteAlone({ name: 'Not yet', office: 'Health office', unit: 'Desk', roles: ['registrar'], institutionId: null });
  const appellant = await Resident.register(city.world, syntheticPerson(901, city.world.random.fork('appellant')));
  const { appealId } = await appellant.appeal('other', 'words of theirs');
  const { reference } = await perform(privacy.connection, declareCanary, { body: { visits: false } });
  await perform(privacy.connection, retireCanary, { body: { reference } });

  const [notice, [device], [entry], [alarm]] = [(await b.resident.notices())[0], await b.resident.devices(), await b.resident.accessLog(), await city.rows<{ alarm_id: string }>('SELECT alarm_id FROM vault.alarm')];
  if (notice === undefined || device === undefined || entry === undefined || alarm === undefined || move === null) throw new Error('something of theirs did not come about');
  const contacts = [second.contact];
  return {
    strangers: [
      { name: 'nobody', key: null, ticket: null, authorities: ['anyone'] },
      { name: 'a resident', key: a.resident.key, ticket: (await a.resident.ticket()).ticket, authorities: ['device', 'ticket', 'resident'] },
      { name: 'a gate', key: aGate.key, ticket: aGate.session.ticket, authorities: ['gate'] },
      ...staff.map(personOf),
    ],
    owners: [
      { name: 'the resident', key: b.resident.key, ticket: (await b.resident.ticket()).ticket, authorities: ['device', 'ticket', 'resident'] },
      { name: 'who appealed', key: appellant.key, ticket: (await appellant.ticket()).ticket, authorities: ['device'] },
      ...[city.registrar, offices.tracer, city.administrator, privacy].map(personOf),
    ],
    theirs: {
      venueId: [bVenue.venueId], gateId: [bGate.session.gateId], visitId: [visit.visitId], noticeId: [notice.noticeId], registrationId: [waiting.registrationId], deviceId: [device.deviceId],
      linkId: [linkId, askingId], requestId: [requestId], index: [String(entry.leaf.index)], 'linkDependant.code': [guardianCode], 'enrolGate.code': [bInvited.code], pass: [picture],
      moveId: [move.moveId], presentationId: [presentationId], barcode: [barcode], invitation: [await numberOf(invited.code), await numberOf(used)],
      officerId: [offices.sampler.session.officer.officerId, invited.officerId], institutionId: [clientId], kid: [kid], alarmId: [alarm.alarm_id], reference: [reference],
      caseId: [second.caseId], contacts, subjects: contacts, proposalId: [proposalId], disclosureId: [signed, unsigned], appealId: [appealId],
    },
    own: new Map<string, string>([
      ['venueId', aVenue.venueId], ['gateId', aGate.session.gateId], ['visitId', newVisitId()], ['venueCode', bVenue.venueCode], ['pass', await a.resident.turningCode()],
      ['arrivedAt', visit.arrivedAt], ['leftAt', instant(now())], ['barcode', 'TUBE-OF-A-STRANGER'], ['collectedAt', instant(now())], ['performedAt', instant(now())], ['testCode', defaultTestCode],
      ['sealed', await sealTo((await city.world.trust()).sealingKey, documentOf(a.resident))], ['portraitDigest', Buffer.alloc(16, 3).toString('base64url')], ['caseId', first.caseId], ['contacts', first.contact], ['subjects', first.contact],
      ['startsAt', instant(now())], ['endsAt', instant(now() + 86_400_000)], ['from', instant(now() - 60 * minuteMs)], ['to', instant(now())], ['x', publicKey.x], ['y', publicKey.y],
    ]),
    canaries: [b.resident, dependant].flatMap(({ person }) => [person.givenName, person.documentNumber, person.phone]),
  };
}

/** Two people at one place, one of them ill: an open case, and its contact. */
async function tracedCase(city: City, offices: Offices): Promise<{ readonly caseId: CaseId; readonly contact: TracePseudonym }> {
  const { venue } = await city.venue({ kind: 'restaurant' });
  const index = await city.resident({ verified: true });
  for (const resident of [index, await city.resident({ verified: true })]) await resident.checkIn(venue.venueCode, { arrivedAt: city.now() - 90 * minuteMs });
  await offices.test(index, 'positive');
  const caseId = await offices.openNewestCase();
  await offices.tracer.trace(caseId, { from: city.now() - 120 * minuteMs, to: city.now() });
  const [found] = await offices.tracer.contacts(caseId);
  if (found === undefined) throw new Error('a case has no contact');
  return { caseId, contact: found.contact };
}

function personOf(member: StaffMember): Person {
  return { name: member.session.officer.roles.join(), key: member.connection.key, ticket: member.connection.ticket, authorities: ['staff'] };
}

async function numberOf(invitation: string): Promise<string> {
  return invitationNumber(readCodeWithRoot(invitation)?.code ?? invitation);
}
