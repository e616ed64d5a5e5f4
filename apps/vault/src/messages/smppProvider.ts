import { isIP } from 'node:net';
import type { SmppSettings } from '@health-kit/api/process-settings';
import smpp, { type Pdu, type Session } from 'smpp';
import type { Randomness } from '../randomness.ts';
import type { MessageProvider, Submission, TextMessage } from './messageGateway.ts';
import { encodeText, type EncodedPart } from './splitText.ts';

/** Times of a connection, in ms. */
export interface SmppTimes {
  /** Connecting and binding together, and each later answer. */
  readonly answerMs: number;
  /** How often is asked whether the other end is still there. */
  readonly enquireMs: number;
  /** The first wait after a connection that broke, and after a network that asked for less; doubled each time. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** The wait after a bind that was refused: a password tried again and again closes an account. */
  readonly refusedWaitMs: number;
}
const usualTimes: SmppTimes = { answerMs: 10_000, enquireMs: 30_000, firstWaitMs: 1_000, longestWaitMs: 60_000, refusedWaitMs: 300_000 };

/** Messages that wait for their answer at a time. */
const mostUnanswered = 10;
/** How often the later parts of a message are tried when the network throttles in the middle of it. */
const triesOfPart = 5;

const { errors } = smpp;
const nameOf = new Map(Object.entries(errors).map(([name, status]) => [status, name]));
const isOneOf = (status: number, names: readonly string[]) => names.includes(nameOf.get(status) ?? '');
/** The network asks for less. SMPP 3.4 has no time to go with it. */
const throttling = ['ESME_RTHROTTLED', 'ESME_RMSGQFUL'];
/** It will never take this message (SMPP 3.4, 5.1.3). */
const final = ['ESME_RINVDSTADR', 'ESME_RINVDSTTON', 'ESME_RINVDSTNPI', 'ESME_RX_P_APPN', 'ESME_RX_R_APPN', 'ESME_RINVMSGLEN', 'ESME_RINVDCS', 'ESME_RCNTSUBDL'];

/**
 * Sends by SMPP 3.4, as a transmitter. The connection is made with the first message and made again when it breaks,
 * with growing waits. The package emits no end for what was unanswered when a connection broke, freezes on a unit
 * that it cannot read, and does not notice a peer that is silently gone: so each request has a deadline of its own
 * here, each error ends the connection, and an enquiry that is not answered does too.
 *
 * @param report told in one line of what an operator must mend: never of a message
 */
export function smppProvider(settings: SmppSettings, random: Randomness, report: (line: string) => void, changes: Partial<SmppTimes> = {}): MessageProvider {
  const times = { ...usualTimes, ...changes };
  let bound: Promise<Connection | null> | null = null;
  let closed = false;
  /** Epoch ms before which no connection is made, and no message handed over. */
  let connectFrom = 0;
  let submitFrom = 0;
  let connectWaitMs = times.firstWaitMs;
  let throttleWaitMs = times.firstWaitMs;
  let reference = random(1)[0] ?? 0;
  let unanswered = 0;
  const waiting: (() => void)[] = [];

  function connection(): Promise<Connection | null> {
    if (bound !== null) return bound;
    const attempt = bind(settings, times).then((made) => {
      if ('session' in made && !closed) {
        connectWaitMs = times.firstWaitMs;
        void made.over.then(() => {
          if (bound === attempt) bound = null;
          if (closed) return;
          connectFrom = Date.now() + times.firstWaitMs;
          report('the connection to the message centre ended');
        });
        return made;
      }
      bound = null;
      if ('session' in made) {
        made.session.destroy();
        return null;
      }
      const waitMs = made.refused === null ? connectWaitMs : times.refusedWaitMs;
      connectFrom = Date.now() + waitMs;
      connectWaitMs = Math.min(connectWaitMs * 2, times.longestWaitMs);
      report(made.refused === null ? 'the message centre cannot be reached' : `the message centre refused the bind: ${made.refused}`);
      return null;
    });
    bound = attempt;
    return attempt;
  }

  async function submitPart({ to }: TextMessage, dataCoding: number, { header, body }: EncodedPart): Promise<Submission> {
    const waitMs = Math.max(submitFrom, bound === null ? connectFrom : 0) - Date.now();
    if (waitMs > 0) return { outcome: 'later', afterMs: waitMs };
    const made = await connection();
    if (made === null) return { outcome: 'later', afterMs: Math.max(connectFrom - Date.now(), times.firstWaitMs) };
    const answer = await made.ask((session, answered) => session.submit_sm({
      ...addressOf(settings.from), dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: to.replace('+', ''), data_coding: dataCoding,
      esm_class: header === null ? 0 : 0x40, short_message: header === null ? { message: body } : { udh: header, message: body },
    }, answered));
    if (answer === null) return { outcome: 'later', afterMs: times.firstWaitMs };
    const status = answer.command_status;
    if (status === errors['ESME_ROK']) {
      throttleWaitMs = times.firstWaitMs;
      return { outcome: 'taken' };
    }
    if (isOneOf(status, final)) return { outcome: 'refused' };
    if (!isOneOf(status, throttling)) {
      report(`the message centre answered ${nameOf.get(status) ?? String(status)}`);
      return { outcome: 'later', afterMs: times.longestWaitMs };
    }
    // For everybody: what throttles is the connection, not the message.
    submitFrom = Math.max(submitFrom, Date.now() + throttleWaitMs);
    throttleWaitMs = Math.min(throttleWaitMs * 2, times.longestWaitMs);
    return { outcome: 'later', afterMs: submitFrom - Date.now() };
  }

  async function submitParts(message: TextMessage): Promise<Submission> {
    reference = (reference + 1) & 0xff;
    const { dataCoding, parts } = encodeText(message.text, reference);
    for (const [index, part] of parts.entries()) {
      let submission = await submitPart(message, dataCoding, part);
      // The phone has the first parts: the others are worth a wait, or it would show nothing, and later everything anew.
      for (let tries = 1; index > 0 && submission.outcome === 'later' && tries < triesOfPart; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, submission.outcome === 'later' ? submission.afterMs : 0).unref());
        submission = await submitPart(message, dataCoding, part);
      }
      if (submission.outcome !== 'taken') return submission;
    }
    return { outcome: 'taken' };
  }

  return {
    async submit(message) {
      if (unanswered >= mostUnanswered) await new Promise<void>((resolve) => waiting.push(resolve));
      else unanswered += 1;
      try {
        return closed ? { outcome: 'later', afterMs: times.firstWaitMs } : await submitParts(message);
      } finally {
        const next = waiting.shift();
        // Its place goes to who waits longest.
        if (next === undefined) unanswered -= 1;
        else next();
      }
    },
    async close() {
      closed = true;
      await (await bound)?.end();
    },
  };
}

/** A bound connection. */
interface Connection {
  readonly session: Session;
  /** Resolves when it has ended, whoever ended it. */
  readonly over: Promise<void>;
  /** Sends a request; null where no answer came. */
  ask(request: (session: Session, answered: (answer: Pdu) => void) => boolean): Promise<Pdu | null>;
  /** Says good-bye and ends it. */
  end(): Promise<void>;
}

/** Connects and binds; where that fails, with the name of the status by which the other end refused, or null. */
async function bind({ host, port, tls, authority, systemId, password }: SmppSettings, times: SmppTimes): Promise<Connection | { readonly refused: string | null }> {
  const over = Promise.withResolvers<undefined>();
  const connected = Promise.withResolvers<boolean>();
  const session = smpp.connect({ host, port, tls, ...(isIP(host) === 0 ? { servername: host } : {}), ...(authority === undefined ? {} : { ca: authority }) }, () => connected.resolve(true));
  const lost = () => {
    connected.resolve(false);
    over.resolve(undefined);
  };
  session.on('close', lost);
  session.on('error', () => {
    lost();
    session.destroy();
  });
  session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu: Pdu) => {
    session.send(pdu.response());
    session.close();
    lost();
  });

  const ask: Connection['ask'] = async (request) => {
    const answer = Promise.withResolvers<Pdu | null>();
    const timer = setTimeout(() => answer.resolve(null), times.answerMs);
    void over.promise.then(() => answer.resolve(null));
    if (!request(session, answer.resolve)) answer.resolve(null);
    const answered = await answer.promise;
    clearTimeout(timer);
    return answered;
  };
  const timer = setTimeout(lost, times.answerMs);
  const isConnected = await connected.promise;
  clearTimeout(timer);
  const binding = isConnected ? await ask((to, answered) => to.bind_transmitter({ system_id: systemId, password, interface_version: 0x34 }, answered)) : null;
  if (binding?.command_status !== errors['ESME_ROK']) {
    session.destroy();
    lost();
    return { refused: binding === null ? null : (nameOf.get(binding.command_status) ?? String(binding.command_status)) };
  }

  const enquiring = setInterval(() => {
    void ask((to, answered) => to.enquire_link({}, answered)).then((answer) => {
      if (answer !== null) return;
      lost();
      session.destroy();
    });
  }, times.enquireMs);
  enquiring.unref();
  void over.promise.then(() => clearInterval(enquiring));
  return {
    session, over: over.promise, ask,
    async end() {
      await ask((to, answered) => to.unbind(answered));
      lost();
      session.destroy();
    },
  };
}

/** The sender as a type of number and a number (SMPP 3.4, 5.2.5): digits are international, anything else is a name. */
function addressOf(from: string | undefined) {
  if (from === undefined) return {};
  return /^\+?\d+$/.test(from) ? { source_addr_ton: 1, source_addr_npi: 1, source_addr: from.replace('+', '') } : { source_addr_ton: 5, source_addr_npi: 0, source_addr: from };
}
