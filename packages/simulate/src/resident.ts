import {
  VisitId, askDependantByPhone, checkIn, checkOut, confirmGuardianship, confirmRegistration, endGuardianship, fileAppeal, getMyStatus, issueDependantPass, issuePass, issueTicket, linkDependant, linkDependantByPhone, listGuardianships, listMyAccessLog, listMyDevices, listMyEarlierAccessLog, listMyNotices, listMyRecoveries, listMyResults,
  makeGuardianCode, readMyNotice, setPortraitDigest, startRecovery, startRegistration, stopMyRecoveries, type AppealGround, type CheckIn, type LinkId, type NoticeId, type ResponseOf, type SealedAppeal, type SealedIdentity,
} from '@health-kit/api';
import { keyThumbprint, makeKey, sealTo, signHolder, type Connection } from '@health-kit/client';
import { decodeBase64url, encodeBase64url, makeTurningCode, portraitDigest, readKeyIdOfPass } from '@health-kit/pass';
import { Value } from 'typebox/value';
import { readCode, readMessages } from './outbox.ts';
import { connect, instant, perform, type World } from './world.ts';

export type DayTicket = ResponseOf<typeof issueTicket>;
export type DayPass = ResponseOf<typeof issuePass>;

/** A resident with a phone: a device key, and whatever the system handed out to it. */
export class Resident {
  readonly world: World;
  readonly person: SealedIdentity;
  readonly key: CryptoKeyPair;
  #ticket: DayTicket | null = null;
  #pass: DayPass | null = null;

  constructor(world: World, person: SealedIdentity, key: CryptoKeyPair) {
    this.world = world;
    this.person = person;
    this.key = key;
  }

  /** Registers an identity and proves its phone by the one-time code. The identity is not proven yet: that is for the desk. */
  static async register(world: World, person: SealedIdentity): Promise<Resident> {
    const resident = new Resident(world, person, await makeKey());
    const { registrationId, afterMessage } = await resident.requestCode();
    await resident.confirm(registrationId, await resident.readCode(afterMessage));
    return resident;
  }

  /** First half of registering: the sealed identity; `afterMessage` is the newest message that the phone had before. */
  async requestCode() {
    const { sealingKey } = await this.world.trust();
    const afterMessage = (await readMessages(this.#outbox, this.person.phone))[0]?.id ?? 0;
    const registration = await perform(this.#device, startRegistration, { body: { sealed: await sealTo(sealingKey, this.person) } });
    return { ...registration, afterMessage };
  }

  /** The code that came to the phone after message `afterMessage`. */
  readCode(afterMessage: number): Promise<string> {
    return readCode(this.#outbox, this.person.phone, afterMessage);
  }

  async confirm(registrationId: ResponseOf<typeof startRegistration>['registrationId'], code: string): Promise<void> {
    await perform(this.#device, confirmRegistration, { params: { registrationId }, body: { code } });
  }

  /** Today's ticket: the one at hand, or a new one when there is none for this moment. */
  async ticket(): Promise<DayTicket> {
    const now = this.world.clock.now();
    const held = this.#ticket;
    if (held !== null && Date.parse(held.dayStart) <= now && now < Date.parse(held.dayEnd)) return held;
    return this.renewTicket();
  }

  /** Asks for today's ticket anew, as the app does after the desk has proven the identity. */
  async renewTicket(): Promise<DayTicket> {
    return (this.#ticket = await perform(this.#device, issueTicket, { body: {} }));
  }

  /** A fresh pass, whose status is computed at this moment. */
  async renewPass(): Promise<DayPass> {
    return (this.#pass = await perform(this.#device, issuePass, { body: {} }));
  }

  /** Tomorrow's pass, as the app fetches it in the evening; it is shown once {@link Resident.takeUp} has it. */
  async tomorrowPass(): Promise<DayPass> {
    return perform(this.#device, issuePass, { body: { day: 'tomorrow' } });
  }
  /** Shows a pass that was fetched the evening before, without asking anybody. */
  takeUp(pass: DayPass): void {
    this.#pass = pass;
  }

  /** Looks, as the app does each minute, whether the key of the pass at hand is still trusted; fetches a new one if it is not. */
  async refreshPass(): Promise<DayPass> {
    const { keys } = await this.world.renewTrust();
    const bytes = this.#pass === null ? null : decodeBase64url(this.#pass.pass);
    const kid = bytes === null ? null : readKeyIdOfPass(bytes);
    return this.#pass !== null && keys.some((key) => key.use === 'pass' && key.kid === kid) ? this.#pass : this.renewPass();
  }

  /** The text of the code on the screen at this moment, from the pass at hand or else a fresh one. */
  async turningCode(): Promise<string> {
    const held = this.#pass !== null && this.world.clock.now() < Date.parse(this.#pass.expiresAt) ? this.#pass : await this.renewPass();
    const passBytes = decodeBase64url(held.pass);
    if (passBytes === null) throw new TypeError('the pass is not base64url');
    // The time is read now: a pass that was fetched just before is younger than the moment of asking for it.
    return makeTurningCode(passBytes, this.world.clock.now(), signHolder(this.key));
  }

  /** Takes this image as the portrait: only its digest leaves the device. */
  async setPortrait(image: Uint8Array): Promise<void> {
    await perform(this.#device, setPortraitDigest, { body: { digest: encodeBase64url(await portraitDigest(image)) } });
  }

  /** Checks in by a scanned venue code (base64url). The visit id is new unless given; a repeated one is the same visit. */
  async checkIn(venueCode: string, at: { readonly arrivedAt?: number; readonly visitId?: VisitId } = {}) {
    const body: CheckIn = { visitId: at.visitId ?? newVisitId(), venueCode, arrivedAt: instant(at.arrivedAt ?? this.world.clock.now()) };
    return perform(await this.#bearer(), checkIn, { body }, { attempts: 4 });
  }

  async checkOut(visit: { readonly visitId: VisitId; readonly arrivedAt: string }, venueCode: string, leftAt: number) {
    const body = { visitId: visit.visitId, venueCode, arrivedAt: visit.arrivedAt, leftAt: instant(leftAt) };
    return perform(await this.#bearer(), checkOut, { body }, { attempts: 4 });
  }

  /** Appeals against everything that the present status rests on. */
  async appeal(grounds: AppealGround, words = '') {
    const [{ evidence }, { sealingKey }] = [await this.status(), await this.world.trust()];
    const content: SealedAppeal = { grounds, words, evidence: evidence.map(({ kind, id }) => ({ kind, id })), device: await keyThumbprint(this.key.publicKey) };
    return perform(this.#device, fileAppeal, { body: { sealed: await sealTo(sealingKey, content) } });
  }
  async status() {
    return perform(await this.connection(), getMyStatus, {});
  }
  async results() {
    return (await perform(await this.connection(), listMyResults, {})).results;
  }
  async notices() {
    return (await perform(await this.connection(), listMyNotices, {})).notices;
  }
  async readNotice(noticeId: NoticeId): Promise<void> {
    await perform(await this.connection(), readMyNotice, { params: { noticeId }, body: {} });
  }
  async accessLog() {
    return (await perform(this.#device, listMyAccessLog, {})).entries;
  }
  /** The page of the access log before a leaf. */
  async earlierAccessLog(index: number) {
    return perform(this.#device, listMyEarlierAccessLog, { params: { index: String(index) } });
  }

  /** "I had an account on another device"; returns when it would be complete. */
  async startRecovery(): Promise<string> {
    return (await perform(this.#device, startRecovery, { body: {} })).completesAt;
  }
  async recoveries() {
    return perform(this.#device, listMyRecoveries, {});
  }
  /** "This was not me: stop it." */
  async stopRecoveries(): Promise<void> {
    await perform(this.#device, stopMyRecoveries, {});
  }
  /** Becomes the guardian of another resident, by the code that the other's device shows, and confirms. Returns the link. */
  async guard(dependant: Resident) {
    const { code } = await perform(dependant.#device, makeGuardianCode, { body: {} });
    const { linkId } = await perform(this.#device, linkDependant, { body: { code } });
    await dependant.confirmGuardian(linkId);
    return linkId;
  }
  /** Has a code sent to somebody's phone, by what was typed of them. `afterMessage` is the newest message that the phone had before. */
  async askByPhone({ language: _, ...typed }: SealedIdentity) {
    const { sealingKey } = await this.world.trust();
    const afterMessage = (await readMessages(this.#outbox, typed.phone))[0]?.id ?? 0;
    return { ...(await perform(this.#device, askDependantByPhone, { body: { sealed: await sealTo(sealingKey, typed) } })), afterMessage };
  }
  /** Enters the code that came to the phone of somebody whom this one looks after. */
  async enterPhoneCode(requestId: string, code: string) {
    return perform(this.#device, linkDependantByPhone, { params: { requestId }, body: { code } });
  }
  /** Says yes to who asks to look after this one. */
  async confirmGuardian(linkId: LinkId): Promise<void> {
    await perform(this.#device, confirmGuardianship, { params: { linkId }, body: {} });
  }
  async dependantPass(linkId: LinkId): Promise<DayPass> {
    return perform(this.#device, issueDependantPass, { params: { linkId }, body: {} });
  }
  async guardianships() {
    return perform(this.#device, listGuardianships, {});
  }
  async endGuardianship(linkId: LinkId): Promise<void> {
    await perform(this.#device, endGuardianship, { params: { linkId } });
  }
  async devices() {
    return (await perform(this.#device, listMyDevices, {})).devices;
  }

  /** The connection with this resident's key and today's ticket. */
  async connection(): Promise<Connection> {
    return connect(this.world, { key: this.key, ticket: (await this.ticket()).ticket });
  }

  get #device(): Connection {
    return connect(this.world, { key: this.key });
  }
  async #bearer(): Promise<Connection> {
    return connect(this.world, { ticket: (await this.ticket()).ticket });
  }
  get #outbox(): string {
    if (this.world.outboxOrigin === null) throw new TypeError('a resident cannot read text messages without the development telephone network');
    return this.world.outboxOrigin;
  }
}

/** A visit id as an app makes it. */
export function newVisitId(): VisitId {
  return Value.Parse(VisitId, crypto.randomUUID());
}
