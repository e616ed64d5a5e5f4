import { setTimeout as delay } from 'node:timers/promises';

/** A text message to a resident's phone. */
export interface TextMessage {
  /** E.164. */
  readonly to: string;
  readonly text: string;
  readonly kind: 'otp' | 'notice';
}

/** What a provider made of a message. */
export type Submission =
  /** The network has it. */
  | { readonly outcome: 'taken' }
  /** It will never take this one: the number is none, or barred. */
  | { readonly outcome: 'refused' }
  /** Not now: throttled, out of order, or no answer came, and then it may have it all the same. */
  | { readonly outcome: 'later'; readonly afterMs: number };

/** A way into the telephone network: over HTTP, or SMPP. */
export interface MessageProvider {
  /** Hands a message over and waits for what the network says to it. Never throws. */
  submit(message: TextMessage): Promise<Submission>;
  close(): Promise<void>;
}

/** The way to the telephone network. */
export interface MessageGateway {
  /**
   * Hands a message over without waiting for it: the answer to the resident must not depend on whether, to whom,
   * or how fast a message went. A message may be lost; the resident then asks for another code.
   */
  send(message: TextMessage): void;
  /** Hands a message over that waits in a table until the network has it. Never throws. */
  submit(message: TextMessage): Promise<Submission>;
  /** Resolves when nothing is under way any more, or after `timeoutMs`. */
  settle(timeoutMs: number): Promise<void>;
  /** Ends the connection, where there is one. */
  close(): Promise<void>;
}

/** Messages under way at most; beyond it, new ones are lost rather than memory. */
const maximumUnderWay = 2000;
/** How long a message that nobody waits for is tried: a one-time code is of use for little longer. */
const tryForMs = 60_000;

/** What every part of the vault sends by, over one provider. */
export function messageGateway(provider: MessageProvider): MessageGateway {
  const underWay = new Set<Promise<void>>();
  return {
    send(message) {
      // Somebody without a phone is told by letter.
      if (message.to === '' || underWay.size >= maximumUnderWay) return;
      const sending = submitFor(provider, message, tryForMs).finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    submit: (message) => (message.to === '' ? Promise.resolve({ outcome: 'refused' }) : provider.submit(message)),
    async settle(settleMs) {
      await Promise.race([Promise.allSettled(underWay), delay(settleMs, undefined, { ref: false })]);
    },
    close: () => provider.close(),
  };
}

/** Tries until the network has said yes or no, or the time is over. */
async function submitFor(provider: MessageProvider, message: TextMessage, forMs: number): Promise<void> {
  const until = Date.now() + forMs;
  for (;;) {
    const submission = await provider.submit(message);
    if (submission.outcome !== 'later' || Date.now() + submission.afterMs > until) return;
    await delay(submission.afterMs, undefined, { ref: false });
  }
}

/** For a system without a telephone network: every message is lost. */
export const noMessageGateway: MessageGateway = messageGateway({ submit: () => Promise.resolve({ outcome: 'refused' }), close: () => Promise.resolve() });
