import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { WitnessError } from './witnessError.ts';

/** Keeps a second witness out of the folder: two would not see what the other cosigned. Held until the process ends. */
export async function lockFolder(folder: string): Promise<void> {
  const path = join(folder, 'lock');
  if (path.length > 107) throw new WitnessError(`The path of the data folder ${folder} is too long: at most 100 characters.`);
  if (await answers(path)) throw new WitnessError(`Another witness works in ${folder}.`);
  // Left behind by a process that was killed.
  await rm(path, { force: true });
  const lock = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    lock.once('error', () => reject(new WitnessError(`Another witness works in ${folder}.`)));
    lock.listen(path, resolve);
  });
  lock.unref();
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
