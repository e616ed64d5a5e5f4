import type { SealedCard } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { makeFaceFrame, makePrintedCode, sniffFaceMediaType } from '@health-kit/pass';
import { instant, type World } from './world.ts';

/** A card as it lies in somebody's wallet: two codes, which a photograph shows just as well. */
export class PaperCard {
  readonly world: World;
  /** The signed pass. */
  readonly pass: Uint8Array<ArrayBuffer>;
  /** The thumbnail of the portrait. */
  readonly face: Uint8Array<ArrayBuffer>;
  /** Whether it took the place of another. */
  readonly replaced: boolean;

  constructor(world: World, pass: Uint8Array<ArrayBuffer>, face: Uint8Array<ArrayBuffer>, replaced: boolean) {
    this.world = world;
    this.pass = pass;
    this.face = face;
    this.replaced = replaced;
  }

  /** The text of its first code. */
  get code(): string {
    return makePrintedCode(this.pass);
  }
  /** The text of its second code. */
  get faceFrame(): string {
    return makeFaceFrame(this.face, sniffFaceMediaType(this.face) ?? 'image/jpeg');
  }

  /** The card as a scanner seals it to the vault, for one use at one moment. */
  async sealedFor(use: SealedCard['use'], at = this.world.clock.now(), code = this.code): Promise<string> {
    const { sealingKey } = await this.world.trust();
    const scan: SealedCard = { use, code, at: instant(at) };
    return sealTo(sealingKey, scan);
  }
}
