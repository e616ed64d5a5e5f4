/** Mutual TLS for servers on other hosts: who shows no certificate of the one authority never gets to say anything. */
import { constants } from 'node:crypto';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { TlsEnd } from '@health-kit/api/process-settings';

/** The socket cannot be listened on, as one sentence for the operator. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
}

type Timing = Pick<ServerOptions, 'maxHeaderSize' | 'headersTimeout' | 'connectionsCheckingInterval' | 'requireHostHeader' | 'requestTimeout'> & { readonly handshakeTimeout: number };

/**
 * Makes an HTTP server behind TLS 1.3 whose clients must show a certificate that is in force, made for clients, and
 * of `authority` itself; no other authority is known to it. HTTP is read only from connections that are so far: any
 * other is ended without a word of ours, plain HTTP included.
 *
 * @throws {SocketError} where certificate, key and authority are no PEM or not each other's
 */
export function tlsServer({ certificate, key, authority }: TlsEnd, timing: Timing): (handler: RequestListener) => Server {
  return (handler) => {
    let server: ReturnType<typeof createServer>;
    try {
      server = createServer({
        ...timing, cert: certificate, key, ca: authority, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true,
        // A resumed session would not look at the certificate again, which may have run out since.
        secureOptions: constants.SSL_OP_NO_TICKET,
      }, handler);
    } catch {
      throw new SocketError('The vault cannot use its certificate: it, its key or the authority is no PEM, or the key is another certificate\'s.');
    }
    // Node would hand these to whoever answers broken HTTP; a stranger to TLS gets no answer.
    server.removeAllListeners('tlsClientError');
    server.on('tlsClientError', (_error: Error, socket: TLSSocket) => socket.destroy());
    return server;
  };
}
