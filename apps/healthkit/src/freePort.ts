import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode, errorText, StartError } from './startError.ts';

/** All services listen on the loopback address; a proxy in front of them meets the network. */
export const loopback = '127.0.0.1';

/**
 * Makes sure that a port can be listened on.
 *
 * @param port the wanted TCP port, or 0 for any free one
 * @returns the port
 * @throws {StartError} when the port is taken or may not be used
 */
export async function claimablePort(port: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen({ host: loopback, port, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is already in use: stop the other program or choose another port with --port.`);
    }
    if (errorCode(error) === 'EACCES') throw new StartError(`Port ${port} may not be used by this user: choose one above 1023 with --port.`);
    throw new StartError(`Port ${port} cannot be used: ${errorText(error)}.`);
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new StartError(`Port ${port} cannot be used.`);
  return address.port;
}

/** The wanted port if it is free and exists, otherwise any free one. */
export async function preferablyPort(port: number): Promise<number> {
  try {
    return await claimablePort(port <= 65_535 ? port : 0);
  } catch {
    return claimablePort(0);
  }
}
