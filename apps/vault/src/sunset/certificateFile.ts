/** The certificate of destruction in the key folder: pending from the point of no return, final when all is gone. */
import { mkdir, open as openFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SignedDestructionCertificate } from '@health-kit/api';
import { Value } from 'typebox/value';
import { keptFolder } from '../keys/destroyKeyFolder.ts';

const pendingPath = (keyFolder: string) => join(keyFolder, keptFolder, 'certificate.pending');
const finalPath = (keyFolder: string) => join(keyFolder, keptFolder, 'certificate.json');

/** Writes the pending certificate durably: from here on there is only forward. */
export async function writePending(keyFolder: string, certificate: SignedDestructionCertificate): Promise<void> {
  const folder = join(keyFolder, keptFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${pendingPath(keyFolder)}.draft`;
  const file = await openFile(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(certificate, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, pendingPath(keyFolder));
  await syncFolder(folder);
  await syncFolder(keyFolder);
}

/** All is gone: the certificate is what it says. */
export async function makeFinal(keyFolder: string): Promise<void> {
  await rename(pendingPath(keyFolder), finalPath(keyFolder));
  await syncFolder(join(keyFolder, keptFolder));
}

export const readPending = (keyFolder: string) => read(pendingPath(keyFolder));
export const readFinal = (keyFolder: string) => read(finalPath(keyFolder));

async function read(path: string): Promise<SignedDestructionCertificate | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : Value.Parse(SignedDestructionCertificate, JSON.parse(text));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(path, 'r');
  await folder.sync().finally(() => folder.close());
}
