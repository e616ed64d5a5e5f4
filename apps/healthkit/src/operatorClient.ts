/** Asks the vault that runs on a data folder, over the socket that the operator's user alone can reach. */
import { request as httpRequest } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultOperation } from '@health-kit/api/vault';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { dataFolderAt, canonicalPath } from './dataFolder.ts';
import { errorCode, StartError } from './startError.ts';

const deadlineMs = 60_000;

/** Where a running system notes the folder of its sockets, which is not always in the data folder. */
export function socketNote(runFolder: string): string {
  return join(runFolder, 'sockets');
}

/** What a refusal means for the operation that is asked, and what to do about it. */
export type RefusalSentences = Readonly<Record<string, string>>;

/**
 * Calls an operator's operation of the running vault.
 *
 * @param refusals sentences for the refusals that are expected
 * @throws {StartError} when no vault runs on the data folder, this user may not ask it, or it refuses
 */
export async function askRunningVault<Request extends TSchema, Response extends TSchema>(
  dataDir: string, operation: VaultOperation<Request, Response>, request: Static<Request>, refusals: RefusalSentences = {},
): Promise<Static<Response>> {
  const folder = dataFolderAt(await canonicalPath(dataDir));
  const sockets = await readFile(socketNote(folder.run), 'utf8').catch(() => null);
  if (sockets === null) throw new StartError(`No system runs on the data folder ${folder.path}: start it, or name another folder with --data.`);
  const { status, body } = await post(join(sockets.trim(), 'vault', 'operator.sock'), operation.name, JSON.stringify(request), folder.path);
  const answer: unknown = parse(body);
  if (status === 200 && Value.Check(operation.response, answer)) return answer;
  const refusal = status === 422 && typeof answer === 'object' && answer !== null && 'refusal' in answer ? String(answer.refusal) : null;
  throw new StartError(refusal === null ? `The vault could not do it; its log is ${join(folder.log, 'vault.log')}.` : refusals[refusal] ?? `The vault refused: ${refusal}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function post(socketPath: string, operation: string, body: string, dataDir: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath, path: `/${operation}`, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.timeout(deadlineMs),
    }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => void chunks.push(chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      incoming.on('error', reject);
    });
    outgoing.on('error', (error) => {
      const denied = errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
      reject(new StartError(denied
        ? `This user may not ask the vault of ${dataDir}: use the user who started the system.`
        : `The vault of the data folder ${dataDir} does not answer: is the system running?`));
    });
    outgoing.end(body);
  });
}
