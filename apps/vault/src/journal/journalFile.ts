import { mkdir, open as openFile, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * An append-only file of lines beside the keys, for what the vault must remember although the database is set back
 * to an older day. A line is handed over in one write to a file opened for appending, so that several processes of
 * one machine write whole lines between each other's, and it is on disk before the call returns.
 */
export interface JournalFile {
  /** Whether the file exists. */
  exists(): Promise<boolean>;
  /** Makes the empty file, durably; leaves one that exists as it is. */
  create(): Promise<void>;
  /** Appends lines (without their line feeds), durably. */
  append(lines: readonly string[]): Promise<void>;
  /** All lines. The last may be torn, and a torn one may stand before a whole one on the same line: see {@link recordOfLine}. */
  read(): Promise<readonly string[]>;
  /** Replaces the content, whole or not at all. Nobody may append meanwhile. */
  replace(lines: readonly string[]): Promise<void>;
}

/** @param path in a folder that only the vault's user may read; the folder is made if it is missing */
export function journalFile(path: string): JournalFile {
  async function write(target: string, flags: 'a' | 'w', content: string): Promise<void> {
    const file = await openFile(target, flags, 0o600);
    try {
      // One write per call. A write that came short (a full disk) tears its line and fails the deed it stands for.
      const bytes = Buffer.from(content, 'utf8');
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error('the journal could not be written');
      await file.sync();
    } finally {
      await file.close();
    }
  }
  return {
    exists: () => stat(path).then(() => true, (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    }),
    async create() {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await write(path, 'a', '');
      await syncFolder(path);
    },
    append: (lines) => write(path, 'a', lines.map((line) => `${line}\n`).join('')),
    async read() {
      const content = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return '';
        throw error;
      });
      return content.split('\n').filter((line) => line !== '');
    },
    async replace(lines) {
      const draft = `${path}.draft`;
      await write(draft, 'w', lines.map((line) => `${line}\n`).join(''));
      await rename(draft, path);
      await syncFolder(path);
    },
  };
}

/**
 * The record that a line ends in, `length` characters long. A record torn by a crash has no line feed of its own, so
 * that the next one, which is whole, follows it on the same line.
 */
export function recordOfLine(line: string, length: number): string {
  return line.slice(-length);
}

/** A new name in a folder is durable once the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
