import { open as openFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The one folder that outlives the keys: what the end of the system leaves (sunset/certificateFile.ts). */
export const keptFolder = 'sunset';

/**
 * Destroys everything in a key folder but {@link keptFolder}: the key-encryption keys, the secrets of days and the
 * journals. Each file is overwritten before it is removed, as far as the file system overwrites in place. What is
 * gone already is no error, so that it can be called again after a crash.
 */
export async function destroyKeyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name === keptFolder) continue;
    await destroy(join(folder, name));
  }
  const opened = await openFile(folder, 'r');
  await opened.sync().finally(() => opened.close());
}

async function destroy(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) {
    for (const name of await readdir(path)) await destroy(join(path, name));
  } else if (found?.isFile() === true) {
    const file = await openFile(path, 'r+');
    try {
      await file.write(Buffer.alloc(found.size), 0, found.size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await rm(path, { recursive: true, force: true });
}
