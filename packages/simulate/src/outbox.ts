import { setTimeout as delay } from 'node:timers/promises';
import Type from 'typebox';
import { Value } from 'typebox/value';

/** A text message as the development telephone network lists it. */
const Message = Type.Object({ id: Type.Integer(), to: Type.String(), text: Type.String(), kind: Type.String(), sentAtMs: Type.Number() });
const MessageList = Type.Object({ messages: Type.Array(Message) });
export type TextMessage = Type.Static<typeof Message>;

const pollMs = 20;

/** The newest messages to a phone, newest first. */
export async function readMessages(outboxOrigin: string, phone: string): Promise<readonly TextMessage[]> {
  const response = await fetch(`${outboxOrigin}/messages?limit=20&to=${encodeURIComponent(phone)}`, { signal: AbortSignal.timeout(5_000) });
  return Value.Parse(MessageList, await response.json()).messages;
}

/**
 * The one-time code (8 digits) of a message to `phone` newer than the message `afterId`. Waits for it at most
 * `waitMs` of real time, because messages travel by themselves. Throws when none comes.
 */
export async function readCode(outboxOrigin: string, phone: string, afterId: number, waitMs = 5_000): Promise<string> {
  const deadline = performance.now() + waitMs;
  do {
    for (const message of await readMessages(outboxOrigin, phone)) {
      const code = message.id > afterId ? /(?<!\d)\d{8}(?!\d)/.exec(message.text)?.[0] : undefined;
      if (code !== undefined) return code;
    }
    await delay(pollMs);
  } while (performance.now() < deadline);
  throw new Error('the one-time code did not arrive');
}
