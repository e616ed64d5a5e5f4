/** The witness process. It shares nothing with the log but the protocol. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCosignerKey } from '@health-kit/tlog';
import { lockFolder } from './folderLock.ts';
import { openKeyFile } from './keyFile.ts';
import { openLogRecords } from './logRecords.ts';
import { parseWitnessSettings, witnessHelp } from './settings.ts';
import { WitnessError } from './witnessError.ts';
import { makeWitnessServer } from './witnessServer.ts';

async function run(args: readonly string[]): Promise<void> {
  const settings = parseWitnessSettings(args);
  if (settings === 'help') {
    process.stdout.write(witnessHelp);
    return;
  }
  process.umask(0o077);
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  await lockFolder(settings.folder);
  const cosigner = await openKeyFile(join(settings.folder, 'key'), settings.name);
  const records = await openLogRecords(join(settings.folder, 'logs'), [...settings.logs.keys()]);
  const server = makeWitnessServer({ cosigner, logs: settings.logs, records, now: () => Date.now() }, (error) => {
    process.stderr.write(`The witness failed: ${error instanceof Error ? error.message : String(error)}\n`);
  });
  server.listen(settings.port, settings.host);
  await once(server, 'listening').catch(() => {
    throw new WitnessError(`The witness cannot listen on ${settings.host}:${settings.port}.`);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  process.stdout.write(`Key: ${encodeCosignerKey(cosigner.key)}\nListening on http://${settings.host}:${port}\n`);
  const stop = () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof WitnessError ? error.message : `The witness could not start: ${error instanceof Error ? error.message : String(error)}`}\n`);
  process.exit(1);
});
