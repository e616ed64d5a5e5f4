/** `npm run healthkit -- ledger verify`: the whole log against the database, and against whoever remembers it outside. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCheckpoint, parseCosignerKey, parseSignedNote, parseVerifierKey, verifyCosignatures, type Checkpoint, type CosignerKey } from '@health-kit/tlog';
import pg from 'pg';
import type { Command } from './commands.ts';
import { canConnect } from './databaseAccess.ts';
import { dataFolderAt, type DataFolder } from './dataFolder.ts';
import { embeddedAdminUrl, startEmbeddedPostgres } from './embeddedPostgres.ts';
import { databasePasswords } from './installation.ts';
import { errorCode, errorText, StartError } from './startError.ts';
import { notOpened, openEvents } from './openEvents.ts';
import { verifyLedger, type RememberedHead } from './verifyLedger.ts';

const help = `Usage: npm run healthkit -- ledger verify [options]

Reads the whole ledger out of the database and checks it: no entry is missing, edited
or moved, and every signed tree head is that of the entries. That needs only the
database. Where the system runs on the data folder, its vault opens every event and
compares it with its entry too: an event that was edited or deleted is named.
Ends with 0 when all is well and with 1 when something is not.

  --data DIR                  data folder (./data); its journal is compared as well, and
                              its running vault opens the events
  --key KEY                   the ledger's key, as "keys list" names it: checks signatures
  --witness-checkpoint PLACE  file or URL of a tree head that a witness cosigned, such as
                              http://witness.example/HASH/checkpoint, where HASH is the
                              SHA-256 of the log's origin in hex
  --witness-key KEY           the witness's key, as it prints it
  --help                      show this text

Environment:
  DATABASE_URL                verify in this PostgreSQL instead of the embedded one
`;

export const ledgerCommand: Command = {
  name: 'ledger',
  summary: 'verifies the whole ledger against the database and a witness',
  async run(args, { environment, signal, print }) {
    const { values, positionals: [action] } = parse(args);
    if (values.help === true) {
      print(help);
      return 0;
    }
    if (action !== 'verify') throw new StartError('ledger needs an action. To check the whole ledger: npm run healthkit -- ledger verify; its options: npm run healthkit -- ledger --help.');
    const logKey = values.key === undefined ? null : parseVerifierKey(values.key) ?? wrong('--key must be the line that "keys list" names as the ledger.');
    const folder = dataFolderAt(resolve(values.data ?? 'data'));
    const remembered: RememberedHead[] = [];
    if (values['witness-checkpoint'] !== undefined) remembered.push(await witnessHead(values['witness-checkpoint'], values['witness-key']));
    const external = environment['DATABASE_URL'];
    // Of another database than the folder's own nobody knows whose journal and vault these are, unless the folder is named.
    const isOfFolder = external === undefined || external === '' || values.data !== undefined;
    if (isOfFolder) remembered.push(...(await journalHead(folder)));

    const report = await withDatabase(external, folder, signal, (database) => {
      let told = Date.now();
      return verifyLedger(database, {
        logKey, remembered,
        progress: (leaves, of) => {
          if (Date.now() - told < 2_000) return;
          told = Date.now();
          print(`${leaves} of ${of} entries read`);
        },
      });
    });
    print(`Entries      ${report.leaves}`);
    print(`Checkpoints  ${report.checkpoints}${logKey === null ? ' (signatures not checked: no --key)' : ', each signed by the key'}`);
    print(`Tiles        ${report.subtrees}`);
    for (const { who, checkpoint } of remembered) print(`${who}: over ${checkpoint.size} entries`);
    const events = isOfFolder ? await openEvents(folder.path, report.leaves) : notOpened('name the data folder of the system with --data');
    print(`Events       ${events.summary}`);
    const findings = [...report.findings, ...events.findings];
    for (const finding of findings) print(`WRONG        ${finding}`);
    print(findings.length === 0 ? 'The ledger is whole.' : 'The ledger is not whole.');
    return findings.length === 0 ? 0 : 1;
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        data: { type: 'string' }, key: { type: 'string' }, 'witness-checkpoint': { type: 'string' }, 'witness-key': { type: 'string' }, help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- ledger --help).`);
  }
}
function wrong(sentence: string): never {
  throw new StartError(sentence);
}

/** What a witness remembers; only what its own key cosigned counts. */
async function witnessHead(place: string, keyText: string | undefined): Promise<RememberedHead> {
  const key: CosignerKey = parseCosignerKey(keyText ?? '') ?? wrong('--witness-checkpoint needs --witness-key, the line that the witness prints.');
  const note = await readPlace(place);
  const verdict = await verifyCosignatures(note, [key]);
  if (!verdict.ok || verdict.cosignatures.length === 0) throw new StartError('The witness\'s checkpoint is not cosigned by the key that was given.');
  return { who: "The witness's checkpoint", checkpoint: headOf(note) ?? wrong('What the witness keeps is not a checkpoint.') };
}

async function readPlace(place: string): Promise<string> {
  try {
    if (!/^https?:\/\//.test(place)) return await readFile(place, 'utf8');
    const response = await fetch(place, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.text();
  } catch (error) {
    throw new StartError(`The witness's checkpoint at ${place} cannot be read: ${errorText(error)}.`);
  }
}

/** The last signed head in the vault's journal, where there is one that this user may read. */
async function journalHead(folder: DataFolder): Promise<readonly RememberedHead[]> {
  const text = await readFile(join(folder.keys, 'journal', 'ledger-head'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES') return null;
    throw error;
  });
  if (text === null) return [];
  const value: unknown = JSON.parse(text);
  const note = typeof value === 'object' && value !== null && 'note' in value && typeof value.note === 'string' ? value.note : '';
  return [{ who: "The journal's checkpoint", checkpoint: headOf(note) ?? wrong('The journal of the ledger is damaged: put it back from a backup of the key folder.') }];
}

function headOf(note: string): Checkpoint | null {
  const parsed = parseSignedNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.text) : null;
  return checkpoint?.ok === true ? checkpoint.checkpoint : null;
}

/** Works with the database of DATABASE_URL, or the embedded one: the running one, or one started for this alone. */
async function withDatabase<Result>(external: string | undefined, folder: DataFolder, signal: AbortSignal, work: (database: pg.Client) => Promise<Result>): Promise<Result> {
  if (external !== undefined && external !== '') return withClient(external, work);
  const { postgres } = await databasePasswords(folder);
  const running = await runningUrl(folder, postgres);
  if (running !== null) return withClient(running, work);
  const sockets = await mkdtemp(join(tmpdir(), 'hk-verify-'));
  const server = await startEmbeddedPostgres({ cluster: folder.postgres, socketFolder: sockets, superuserPassword: postgres, logFile: join(folder.log, 'postgres.log'), signal });
  try {
    return await withClient(databaseOf(embeddedAdminUrl(sockets, postgres)), work);
  } finally {
    await server.stop();
    await rm(sockets, { recursive: true, force: true });
  }
}

/** The embedded database that runs now: its folder names its socket (PostgreSQL, postmaster.pid). */
async function runningUrl(folder: DataFolder, password: string): Promise<string | null> {
  const lines = await readFile(join(folder.postgres, 'postmaster.pid'), 'utf8').then((text) => text.split('\n'), (error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const socketFolder = lines[4];
  if (socketFolder === undefined || socketFolder === '') return null;
  const url = databaseOf(embeddedAdminUrl(dirname(socketFolder), password));
  return (await canConnect(url)) ? url : null;
}

function databaseOf(adminUrl: string): string {
  const url = new URL(adminUrl);
  url.pathname = '/healthkit';
  return url.href;
}

async function withClient<Result>(url: string, work: (database: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, application_name: 'health-kit ledger verify' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // One moment of the log, however long the reading takes.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await work(client);
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(`The ledger cannot be read: ${errorText(error)}.`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
