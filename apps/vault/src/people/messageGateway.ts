import { setTimeout as delay } from 'node:timers/promises';

/** A text message to a resident's phone. */
export interface TextMessage {
  /** E.164. */
  readonly to: string;
  readonly text: string;
  readonly kind: 'otp' | 'notice';
}

/** The way to the telephone network. */
export interface MessageGateway {
  /**
   * Hands a message over without waiting for it: the answer to the resident must not depend on whether, to whom,
   * or how fast a message went. A message may be lost; the resident then asks for another code.
   */
  send(message: TextMessage): void;
  /** Resolves when nothing is under way any more, or after `timeoutMs`. */
  settle(timeoutMs: number): Promise<void>;
}

/** Messages under way at most; beyond it, new ones are lost rather than memory. */
const maximumUnderWay = 2000;

/** Posts each message as JSON to an address of the gateway, which it reaches directly, not through the server. */
export function httpMessageGateway(url: string, timeoutMs = 10_000): MessageGateway {
  const underWay = new Set<Promise<void>>();
  return {
    send(message) {
      if (underWay.size >= maximumUnderWay) return;
      const sending = fetch(url, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message), signal: AbortSignal.timeout(timeoutMs),
      })
        .then(async (response) => {
          await response.body?.cancel();
        })
        .catch(() => undefined)
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async settle(settleMs) {
      await Promise.race([Promise.allSettled(underWay), delay(settleMs, undefined, { ref: false })]);
    },
  };
}

/** For a system without a telephone network: every message is lost. */
export const noMessageGateway: MessageGateway = { send: () => undefined, settle: () => Promise.resolve() };
