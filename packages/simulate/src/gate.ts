import { enrolGate, gateCheckIn, getCardList, renewGateTicket, type ResponseOf } from '@health-kit/api';
import { makeKey } from '@health-kit/client';
import type { PaperCard } from './paperCard.ts';
import { newVisitId } from './resident.ts';
import { connect, instant, perform, type World } from './world.ts';

export type GateSession = ResponseOf<typeof enrolGate>;

/** A guard's scanning device at an entrance. */
export class Gate {
  readonly world: World;
  readonly key: CryptoKeyPair;
  session: GateSession;

  private constructor(world: World, key: CryptoKeyPair, session: GateSession) {
    this.world = world;
    this.key = key;
    this.session = session;
  }

  /** Becomes a gate with the one-time code that its host was given. */
  static async enrol(world: World, code: string): Promise<Gate> {
    const key = await makeKey();
    return new Gate(world, key, await perform(connect(world, { key }), enrolGate, { body: { code } }));
  }

  async renewTicket(): Promise<void> {
    this.session = await perform(connect(this.world, { key: this.key }), renewGateTicket, { body: {} });
  }

  /** The signed list of cards, as a gate keeps it. */
  async cardList(): Promise<Uint8Array<ArrayBuffer>> {
    return perform(connect(this.world, { key: this.key, ticket: this.session.ticket }), getCardList, {});
  }
  /** Records the visit of somebody whose card was scanned. */
  async scanCard(card: PaperCard, arrivedAt = this.world.clock.now()) {
    const [scanned] = await this.scan([await card.sealedFor('visit', arrivedAt)], arrivedAt);
    return scanned?.outcome;
  }
  /** Records the visits of residents whose codes were scanned, at most 100 at once; outcomes in the same order. */
  async scan(codes: readonly string[], arrivedAt = this.world.clock.now()) {
    const scans = codes.map((pass) => ({ visitId: newVisitId(), pass, arrivedAt: instant(arrivedAt) }));
    const connection = connect(this.world, { key: this.key, ticket: this.session.ticket });
    return (await perform(connection, gateCheckIn, { body: { scans } }, { attempts: 4 })).scans;
  }
}
