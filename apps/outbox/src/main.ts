/** The process: settings in, `ready` out, a clean end on SIGTERM or when the parent is gone. */
import { once } from 'node:events';
import { parseOutboxSettings, processClock, type ChildMessage } from '@health-kit/api/process-settings';
import { messagesInMemory } from './messages.ts';
import { outboxServer } from './outboxServer.ts';

const settings = parseOutboxSettings(process.env['HK_SETTINGS']);
delete process.env['HK_SETTINGS'];

const time = processClock(settings.controlledClock);
const server = outboxServer(messagesInMemory(() => time.clock.now()), settings.timeZone);

function tell(message: ChildMessage): void {
  process.send?.(message);
}

function stop(): void {
  if (process.connected) process.disconnect();
  server.close();
  server.closeAllConnections();
}

process.on('message', (message) => {
  const reply = time.receive(message);
  if (reply !== null) tell(reply);
});
process.on('disconnect', stop);
process.on('SIGTERM', stop);

try {
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  tell({ type: 'ready' });
} catch {
  tell({ type: 'failed', sentence: `The outbox cannot listen on port ${settings.port}.` });
  process.exitCode = 1;
  stop();
}
