import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';

/** What the message centre answers to a submission: the name of a status, or nothing at all. */
export type Says = string | null;

/** A message centre: the server side of the package that the vault's client is of, on a port of this machine. */
export interface MessageCentre {
  readonly port: number;
  /** Binds that came, with what they said. */
  readonly binds: { readonly systemId: string; readonly password: string }[];
  /** Messages that were taken, as they came, part by part. */
  readonly taken: Pdu[];
  /** Submissions that came, taken or not. */
  submissions: number;
  enquiries: number;
  /** How the next binds and submissions are answered; the last one for all that follow. */
  bindSays: string;
  submitSays: Says[];
  /** Whether it answers enquiries. */
  alive: boolean;
  /** Cuts every connection, without a word. */
  drop(): void;
  /** Asks every client whether it is there; resolves when each has answered. */
  enquire(): Promise<void>;
  close(): Promise<void>;
}

export async function startMessageCentre(options: { readonly port?: number; readonly tls?: { readonly key: string; readonly certificate: string } } = {}): Promise<MessageCentre> {
  const sessions = new Set<Session>();
  let messageId = 0;
  const tls = options.tls === undefined ? {} : { key: readFileSync(options.tls.key), cert: readFileSync(options.tls.certificate) };
  const server = smpp.createServer(tls, (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    session.on('bind_transmitter', (pdu: Pdu) => {
      centre.binds.push({ systemId: pdu.system_id ?? '', password: pdu.password ?? '' });
      session.send(pdu.response({ command_status: smpp.errors[centre.bindSays], system_id: 'CENTRE' }));
    });
    session.on('submit_sm', (pdu: Pdu) => {
      centre.submissions += 1;
      const says = centre.submitSays.length > 1 ? centre.submitSays.shift() : centre.submitSays[0];
      if (says === null || says === undefined) return;
      if (says === 'ESME_ROK') centre.taken.push(pdu);
      messageId += 1;
      session.send(pdu.response({ command_status: smpp.errors[says], message_id: `m${messageId}` }));
    });
    session.on('enquire_link', (pdu: Pdu) => {
      centre.enquiries += 1;
      if (centre.alive) session.send(pdu.response());
    });
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response());
      session.close();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const centre: MessageCentre = {
    port: portOf(server.address()), binds: [], taken: [], submissions: 0, enquiries: 0, bindSays: 'ESME_ROK', submitSays: ['ESME_ROK'], alive: true,
    drop() {
      for (const session of sessions) session.destroy();
    },
    enquire: () => Promise.all([...sessions].map((session) => new Promise((resolve) => session.enquire_link({}, resolve)))).then(() => undefined),
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return centre;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Puts the parts of a message together as a phone does: by the reference and number in each header. */
export function assembled(parts: readonly Pdu[]): { readonly to: string; readonly text: string } {
  const numbered = parts.map((pdu) => {
    const header = pdu.short_message?.udh?.[0];
    return { pdu, number: header === undefined ? 1 : (header[4] ?? 0), total: header === undefined ? 1 : (header[3] ?? 0), reference: header?.[2] };
  }).sort((a, b) => a.number - b.number);
  if (numbered.some(({ total, reference, number }, index) => total !== parts.length || reference !== numbered[0]?.reference || number !== index + 1)) throw new Error('the parts are not those of one message');
  return { to: numbered[0]?.pdu.destination_addr ?? '', text: numbered.map(({ pdu }) => String(pdu.short_message?.message)).join('') };
}
