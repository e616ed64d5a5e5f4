/** The messages of the development telephone network: in memory alone, the newest ten thousand. */

export type Message = {
  /** Rises by one with each message. */
  readonly id: number;
  /** Phone number as the sender wrote it. */
  readonly to: string;
  readonly text: string;
  /** What the message is for, in the sender's words: `otp`, `notice`. */
  readonly kind: string;
  readonly sentAtMs: number;
};

export type NewMessage = Pick<Message, 'to' | 'text' | 'kind'>;

export type Messages = {
  add(message: NewMessage): Message;
  /** The newest first; of one phone or of all. */
  newest(options: { readonly to?: string | undefined; readonly limit: number }): readonly Message[];
  /** Phones with their messages, the phone with the newest message first. */
  byPhone(options: { readonly phones: number; readonly each: number }): readonly (readonly [to: string, messages: readonly Message[]])[];
  readonly count: number;
};

/** Makes an empty network that forgets its oldest messages beyond `capacity`. */
export function messagesInMemory(now: () => number, capacity = 10_000): Messages {
  // Insertion order is age, so the first entry is always the oldest.
  const all = new Map<number, Message>();
  let lastId = 0;

  function newestFirst(): readonly Message[] {
    return [...all.values()].reverse();
  }

  return {
    add: ({ to, text, kind }) => {
      lastId += 1;
      const message: Message = { id: lastId, to, text, kind, sentAtMs: now() };
      all.set(message.id, message);
      if (all.size > capacity) all.delete(lastId - capacity);
      return message;
    },
    newest: ({ to, limit }) => newestFirst().filter((message) => to === undefined || message.to === to).slice(0, limit),
    byPhone: ({ phones, each }) => {
      const grouped = Map.groupBy(newestFirst(), ({ to }) => to);
      return [...grouped].slice(0, phones).map(([to, messages]) => [to, messages.slice(0, each)]);
    },
    get count() {
      return all.size;
    },
  };
}

/** Reads a message out of a request's JSON; null when it is none. Lengths are in UTF-16 units. */
export function parseNewMessage(value: unknown): NewMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('to' in value) || !('text' in value) || !('kind' in value)) return null;
  const { to, text, kind } = value;
  if (typeof to !== 'string' || typeof text !== 'string' || typeof kind !== 'string') return null;
  const fits = to.length > 0 && to.length <= 32 && text.length > 0 && text.length <= 2_000 && kind.length > 0 && kind.length <= 32;
  return fits ? { to, text, kind } : null;
}

/** The one-time code in a message, if it has one: four to eight digits that stand alone. */
export function codeIn(text: string): string | null {
  return /(?<!\d)\d{4,8}(?!\d)/.exec(text)?.[0] ?? null;
}
