import {
  beginDeskMoveConfirmation, beginInstitutionKeyConfirmation, endCard, handOverLetters, issueCard, listLetters, registerAtDesk, confirmDeskMove, confirmInstitutionKey, listInstitutionKeys, revokeInstitutionKey,
  approveDisclosure, approveProposal, beginDisclosureApproval, closeDisclosure, getDisclosure, listDisclosures, refuseDisclosure, releaseDisclosure, ReleasedPeople, requestDisclosure, reviewDisclosure, signDisclosure,
  beginApproval, beginInvitationConfirmation, beginStaffEnrolment, beginStaffSignIn, closeCase, confirmInvitation, dismissStaff, finishStaffEnrolment, finishStaffSignIn, getCase, getProposal, inviteStaff, listCases,
  linkDependantAtDesk, listCaseVisits, listContacts, listInstitutions, listProposals, listSpecimens, listStaff, listStaffInvitations, openCase, presentAtDesk, proposeOrders, proveIdentity,
  refuseProposal, registerInstitution, registerInstitutionKey, registerSpecimen, SealedInvitation, signInText, submitResult, traceCase,
  type BodyOf, type CaseId, type DeskMove, type DisclosureId, type NoticeId, type OfficerId, type ProposalId, type QueryOf, type ResponseOf, type SealedDependantDocument, type SealedDocument,
} from '@health-kit/api';
import { enrolmentKey, invitationNumber, joinCodeWithRoot, keyThumbprint, makeKey, makeOpeningKey, proveInvitation, readCodeWithRoot, sealTo, type Connection } from '@health-kit/client';
import { decodeBase64url, encodeBase64url, portraitDigest } from '@health-kit/pass';
import { Value } from 'typebox/value';
import { PaperCard } from './paperCard.ts';
import type { Resident } from './resident.ts';
import { SoftAuthenticator } from './softAuthenticator.ts';
import { connect, instant, perform, type World } from './world.ts';

export type StaffSession = ResponseOf<typeof finishStaffSignIn>;
export type Invitation = Omit<BodyOf<typeof inviteStaff>, 'publicKey'>;
export type Contact = ResponseOf<typeof listContacts>['contacts'][number];
export type ResultValue = BodyOf<typeof submitResult>['value'];
type NewKey = BodyOf<typeof registerInstitutionKey>;

/** The test that simulated laboratories run: SARS-CoV-2 RNA by NAA, respiratory specimen (LOINC). */
export const defaultTestCode = '94500-6';

/** Who enrolled in a world, so that an invitation finds its second officer. */
const colleagues = new WeakMap<World, readonly StaffMember[]>();

/** A member of staff with a passkey and, once signed in, a session key and ticket. What the roles do not allow is refused by the system. */
export class StaffMember {
  readonly world: World;
  readonly authenticator: SoftAuthenticator;
  #key: CryptoKeyPair | null = null;
  #session: StaffSession | null = null;

  private constructor(world: World, authenticator: SoftAuthenticator) {
    this.world = world;
    this.authenticator = authenticator;
  }

  /** Makes a passkey with an invitation, as its link carries it, and signs in. */
  static async enrol(world: World, invitation: string): Promise<StaffMember> {
    const { code, root } = readCodeWithRoot(invitation) ?? { code: invitation, root: null };
    if (root !== (await world.trust()).root) throw new TypeError('the invitation is of another system');
    const staff = new StaffMember(world, new SoftAuthenticator(world.origin));
    const number = await invitationNumber(code);
    const { options } = await perform(connect(world), beginStaffEnrolment, { body: { invitation: number } });
    const credential = await staff.authenticator.create(options);
    const proof = await proveInvitation(await enrolmentKey(code), credential.response);
    await perform(connect(world), finishStaffEnrolment, { body: { invitation: number, credential: { ...credential }, proof } });
    await staff.signIn();
    colleagues.set(world, [...(colleagues.get(world) ?? []), staff]);
    return staff;
  }

  /** Signs in with the passkey under a new session key. */
  async signIn(): Promise<StaffSession> {
    const key = await makeKey();
    const device = connect(this.world, { key });
    const { options, nonce } = await perform(device, beginStaffSignIn, { body: {} });
    await requireSignIn(options, nonce, key);
    this.#key = key;
    return (this.#session = await perform(device, finishStaffSignIn, { body: { assertion: await this.authenticator.get(options) } }));
  }

  get session(): StaffSession {
    if (this.#session === null) throw new TypeError('not signed in');
    return this.#session;
  }
  /** The connection with this session's key and ticket. */
  get connection(): Connection {
    if (this.#key === null) throw new TypeError('not signed in');
    return connect(this.world, { key: this.#key, ticket: this.session.ticket });
  }

  // Administrator
  /** Invites; where a second officer has to confirm, a colleague of this world does, if there is one. */
  async invite(invitation: Invitation) {
    const invited = await this.inviteAlone(invitation);
    if (invited.needsConfirmation) {
      const confirmer = (colleagues.get(this.world) ?? []).find((other) => other !== this && other.session.officer.roles.some((role) => role === 'administrator' || role === 'privacy-officer'));
      await confirmer?.confirmInvitation(invited.officerId);
    }
    return invited;
  }
  /** Invites, and leaves it to others to confirm. */
  async inviteAlone(invitation: Invitation) {
    const key = await makeOpeningKey();
    const { sealed, ...invited } = await perform(this.connection, inviteStaff, { body: { ...invitation, publicKey: key.publicKey } });
    const { code } = Value.Parse(SealedInvitation, await key.open(sealed));
    return { ...invited, code: joinCodeWithRoot({ code, root: (await this.world.trust()).root }) };
  }
  /** Confirms what another officer invited, with the passkey over the invitation. */
  async confirmInvitation(officerId: OfficerId): Promise<void> {
    if (this.world.clock.now() >= Date.parse(this.session.expiresAt)) await this.signIn();
    const { options } = await perform(this.connection, beginInvitationConfirmation, { params: { officerId }, body: {} });
    await perform(this.connection, confirmInvitation, { params: { officerId }, body: { assertion: await this.authenticator.get(options) } });
  }
  /** Confirms whatever other officers invited and waits for it. */
  async confirmWaiting(): Promise<void> {
    const { invitations } = await perform(this.connection, listStaffInvitations, {});
    for (const { officer, waits, own } of invitations) if (waits && !own) await this.confirmInvitation(officer.officerId);
  }
  async dismiss(officerId: OfficerId, reason = 'Left'): Promise<void> {
    await perform(this.connection, dismissStaff, { params: { officerId }, body: { reason } });
  }
  async staff() {
    return (await perform(this.connection, listStaff, {})).officers;
  }
  async registerInstitution(name: string, kind: 'test-site' | 'laboratory') {
    return perform(this.connection, registerInstitution, { body: { name, kind } });
  }
  async institutions() {
    return (await perform(this.connection, listInstitutions, {})).institutions;
  }

  async institutionKeys() {
    return (await perform(this.connection, listInstitutionKeys, {})).keys;
  }
  /** Confirms, by passkey over the very key, what an officer of an institution registered. */
  async confirmKey(key: BodyOf<typeof beginInstitutionKeyConfirmation>): Promise<void> {
    if (this.world.clock.now() >= Date.parse(this.session.expiresAt)) await this.signIn();
    await perform(this.connection, confirmInstitutionKey, { body: { ...key, assertion: await this.signKey(key) } });
  }
  /** The passkey's signature over a key, without handing it in. */
  async signKey(key: BodyOf<typeof beginInstitutionKeyConfirmation>): Promise<Record<string, unknown>> {
    const { options } = await perform(this.connection, beginInstitutionKeyConfirmation, { body: key });
    return this.authenticator.get(options);
  }
  async revokeKey(key: BodyOf<typeof beginInstitutionKeyConfirmation>, reason = 'No longer used'): Promise<void> {
    await perform(this.connection, revokeInstitutionKey, { body: { ...key, reason } });
  }

  // Registrar
  /** The desk scans the resident's code, and sees the least view. */
  async present(resident: Resident) {
    return perform(this.connection, presentAtDesk, { body: { pass: await resident.turningCode() } });
  }
  /** The desk: scans the resident's code, then states what the document says; the document is the resident's own unless another is laid on the desk. */
  async proveIdentity(resident: Resident, document: SealedDocument = documentOf(resident)) {
    const { presentationId } = await this.present(resident);
    const { sealingKey } = await this.world.trust();
    return perform(this.connection, proveIdentity, { body: { presentationId, sealed: await sealTo(sealingKey, document) } });
  }

  /** Makes a resident the guardian of whoever's document this is. */
  async linkDependant(guardian: Resident, document: SealedDependantDocument) {
    const { presentationId } = await this.present(guardian);
    const { sealingKey } = await this.world.trust();
    return perform(this.connection, linkDependantAtDesk, { body: { presentationId, sealed: await sealTo(sealingKey, document) } });
  }

  /** The second registrar of a move that waits: sees resident and document too, and confirms by passkey over the very move. */
  async confirmMove(resident: Resident): Promise<ResponseOf<typeof confirmDeskMove>> {
    const { move } = await this.proveIdentity(resident);
    if (move === null) throw new TypeError('nothing waits to be moved');
    return this.confirmAskedMove(move.moveId);
  }
  /** The passkey alone, over a move that this registrar may confirm. */
  async confirmAskedMove(moveId: DeskMove['moveId']): Promise<ResponseOf<typeof confirmDeskMove>> {
    const { options } = await perform(this.connection, beginDeskMoveConfirmation, { params: { moveId }, body: {} });
    return perform(this.connection, confirmDeskMove, { params: { moveId }, body: { assertion: await this.authenticator.get(options) } });
  }

  // Residents without a phone
  /** Registers somebody by the document on the desk, entered twice; `again` is what was typed the second time. */
  async registerAtDesk(document: SealedDocument, again: SealedDocument = document) {
    const { sealingKey } = await this.world.trust();
    return perform(this.connection, registerAtDesk, { body: { sealed: await sealTo(sealingKey, document), again: await sealTo(sealingKey, again), language: 'zh' } });
  }
  /** Makes the card of whoever is before the desk, with this thumbnail of a portrait. */
  async issueCard(presentationId: string, face: Uint8Array<ArrayBuffer>): Promise<PaperCard> {
    const answer = await perform(this.connection, issueCard, { body: { presentationId, portraitDigest: encodeBase64url(await portraitDigest(face)) } });
    return new PaperCard(this.world, decodeBase64url(answer.pass) ?? new Uint8Array(), face, answer.replaced);
  }
  async endCard(presentationId: string): Promise<boolean> {
    return (await perform(this.connection, endCard, { body: { presentationId } })).ended;
  }
  /** Scans a card at the desk. */
  async presentCard(card: PaperCard, at = this.world.clock.now()) {
    return perform(this.connection, presentAtDesk, { body: { pass: await card.sealedFor('desk', at) } });
  }
  async letters(presentationId: string) {
    return perform(this.connection, listLetters, { body: { presentationId } });
  }
  async handOver(presentationId: string, letters: readonly NoticeId[]): Promise<number> {
    return (await perform(this.connection, handOverLetters, { body: { presentationId, letters: [...letters] } })).handedOver;
  }

  // Sampler
  async registerSpecimenOfCard(card: PaperCard, barcode: string, collectedAt = this.world.clock.now()) {
    return perform(this.connection, registerSpecimen, { body: { pass: await card.sealedFor('specimen'), barcode, collectedAt: instant(collectedAt) } });
  }
  async registerSpecimen(resident: Resident, barcode: string, collectedAt = this.world.clock.now()) {
    return perform(this.connection, registerSpecimen, { body: { pass: await resident.turningCode(), barcode, collectedAt: instant(collectedAt) } });
  }
  async specimens(query: QueryOf<typeof listSpecimens> = {}) {
    return (await perform(this.connection, listSpecimens, { query })).specimens;
  }

  // Laboratory
  async submitResult(barcode: string, value: ResultValue, performedAt = this.world.clock.now()) {
    return perform(this.connection, submitResult, { body: { barcode, testCode: defaultTestCode, value, performedAt: instant(performedAt) } });
  }
  /** Registers a key of the laboratory's system; a colleague of this world who is an administrator confirms it, if there is one. */
  async registerKey(name: string, publicKey: NewKey['publicKey']) {
    const registered = await this.registerKeyAlone(name, publicKey);
    if (registered.needsConfirmation) {
      const confirmer = (colleagues.get(this.world) ?? []).find((other) => other !== this && other.session.officer.roles.includes('administrator'));
      await confirmer?.confirmKey({ institutionId: registered.clientId, kid: registered.kid });
    }
    return registered;
  }
  /** Registers a key, and leaves it to others to confirm. */
  async registerKeyAlone(name: string, publicKey: NewKey['publicKey']) {
    return perform(this.connection, registerInstitutionKey, { body: { name, publicKey } });
  }

  // Tracer
  async cases(query: QueryOf<typeof listCases> = {}) {
    return (await perform(this.connection, listCases, { query })).cases;
  }
  async case(caseId: CaseId) {
    return perform(this.connection, getCase, { params: { caseId } });
  }
  async openCase(caseId: CaseId) {
    return perform(this.connection, openCase, { params: { caseId }, body: {} });
  }
  async closeCase(caseId: CaseId, reason = 'All contacts are cared for') {
    return perform(this.connection, closeCase, { params: { caseId }, body: { reason } });
  }
  /** Finds who was there in [from, to), epoch ms. A long window may take its time. */
  async trace(caseId: CaseId, window: { readonly from: number; readonly to: number }, reason = 'Contact tracing') {
    const body = { from: instant(window.from), to: instant(window.to), reason };
    return perform(this.connection, traceCase, { params: { caseId }, body }, { deadlineMs: 60_000 });
  }
  async visits(caseId: CaseId) {
    return (await perform(this.connection, listCaseVisits, { params: { caseId } })).visits;
  }
  /** All contacts of a case, over all pages. */
  async contacts(caseId: CaseId, pageSize = 200): Promise<Contact[]> {
    const contacts: Contact[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const query = after === undefined ? { limit: pageSize } : { limit: pageSize, after };
      const page = await perform(this.connection, listContacts, { params: { caseId }, query }, { attempts: 3 });
      contacts.push(...page.contacts);
      after = page.next;
    }
    return contacts;
  }
  async propose(caseId: CaseId, proposal: BodyOf<typeof proposeOrders>) {
    return perform(this.connection, proposeOrders, { params: { caseId }, body: proposal });
  }

  /** Asks for fields of people of a case and signs the request; only this session can open it. */
  async requestDisclosure(caseId: CaseId, request: BodyOf<typeof requestDisclosure>) {
    const { disclosureId, options } = await perform(this.connection, requestDisclosure, { params: { caseId }, body: request });
    const assertion = await this.authenticator.get(options);
    await perform(this.connection, signDisclosure, { params: { disclosureId }, body: { assertion } });
    return disclosureId;
  }
  /** Opens a disclosure with a key made for this one answer. */
  async releaseDisclosure(disclosureId: DisclosureId): Promise<ReleasedPeople['people']> {
    const key = await makeOpeningKey();
    const { sealed } = await perform(this.connection, releaseDisclosure, { params: { disclosureId }, body: { publicKey: key.publicKey } });
    return Value.Parse(ReleasedPeople, await key.open(sealed)).people;
  }
  async closeDisclosure(disclosureId: DisclosureId): Promise<void> {
    await perform(this.connection, closeDisclosure, { params: { disclosureId }, body: {} });
  }
  async disclosures() {
    return (await perform(this.connection, listDisclosures, {})).disclosures;
  }
  async disclosure(disclosureId: DisclosureId) {
    return perform(this.connection, getDisclosure, { params: { disclosureId } });
  }

  // Approver of disclosures, reviewer
  /** Approves by passkey over the very request. */
  async approveDisclosure(disclosureId: DisclosureId): Promise<void> {
    const { options } = await perform(this.connection, beginDisclosureApproval, { params: { disclosureId }, body: {} });
    const assertion = await this.authenticator.get(options);
    await perform(this.connection, approveDisclosure, { params: { disclosureId }, body: { assertion } });
  }
  async refuseDisclosure(disclosureId: DisclosureId, reason: string): Promise<void> {
    await perform(this.connection, refuseDisclosure, { params: { disclosureId }, body: { reason } });
  }
  async reviewDisclosure(disclosureId: DisclosureId, review: BodyOf<typeof reviewDisclosure>): Promise<void> {
    await perform(this.connection, reviewDisclosure, { params: { disclosureId }, body: review });
  }

  // Medical officer
  async proposals(query: QueryOf<typeof listProposals> = {}) {
    return (await perform(this.connection, listProposals, { query })).proposals;
  }
  async proposal(proposalId: ProposalId) {
    return perform(this.connection, getProposal, { params: { proposalId } });
  }
  /** Approves by passkey over the digest of the very proposal. */
  async approve(proposalId: ProposalId) {
    const { options } = await perform(this.connection, beginApproval, { params: { proposalId }, body: {} });
    const assertion = await this.authenticator.get(options);
    return perform(this.connection, approveProposal, { params: { proposalId }, body: { assertion } });
  }
  async refuse(proposalId: ProposalId, reason: string): Promise<void> {
    await perform(this.connection, refuseProposal, { params: { proposalId }, body: { reason } });
  }
}

/** As the console does: a challenge that is not of a sign-in under this very key is not signed. */
async function requireSignIn(options: Readonly<Record<string, unknown>>, nonce: string, key: CryptoKeyPair): Promise<void> {
  const text = signInText(decodeBase64url(nonce) ?? new Uint8Array(), await keyThumbprint(key.publicKey));
  const expected = encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)));
  if (options['challenge'] !== expected) throw new TypeError('the challenge is not of this sign-in');
}

/** What stands in a resident's own document. */
export function documentOf(resident: Resident): SealedDocument {
  const { familyName, givenName, documentType, documentNumber } = resident.person;
  return { familyName, givenName, documentType, documentNumber };
}

/** An invitation's code with its trust root, given as such or as the link that carries them. Throws TypeError for anything else. */
export function invitationCode(invitation: string): string {
  const code = /(?:^|[#/?=&])([A-Za-z0-9_-]{22,44}\.[A-Za-z0-9_-]{43})$/.exec(invitation)?.[1];
  if (code === undefined) throw new TypeError('not an invitation');
  return code;
}
