/** What we use of the npm package `smpp`, which brings no types of its own. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer } from 'node:net';

  /** A protocol data unit: members by the command. */
  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly system_id?: string;
    readonly password?: string;
    readonly message_id?: string;
    readonly source_addr?: string;
    readonly source_addr_ton?: number;
    readonly destination_addr?: string;
    readonly dest_addr_ton?: number;
    readonly dest_addr_npi?: number;
    readonly data_coding?: number;
    readonly esm_class?: number;
    readonly short_message?: { readonly message: string | Uint8Array; readonly udh?: readonly Uint8Array[] };
    response(members?: Readonly<Record<string, unknown>>): Pdu;
  }
  type Answered = (answer: Pdu) => void;
  export interface Session extends EventEmitter {
    /** False where the connection takes nothing any more: the answer then never comes. */
    send(pdu: Pdu): boolean;
    bind_transmitter(members: Readonly<Record<string, unknown>>, answered: Answered): boolean;
    submit_sm(members: Readonly<Record<string, unknown>>, answered: Answered): boolean;
    enquire_link(members: Readonly<Record<string, unknown>>, answered: Answered): boolean;
    unbind(answered: Answered): boolean;
    close(): void;
    destroy(): void;
  }
  const smpp: {
    connect(options: Readonly<Record<string, unknown>>, connected: () => void): Session;
    createServer(options: Readonly<Record<string, unknown>>, listener: (session: Session) => void): NetServer;
    readonly errors: Readonly<Record<string, number>>;
  };
  export default smpp;
}
