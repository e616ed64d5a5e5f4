import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** What becomes smaller; pictures are compressed already. */
const compressible = /\.(js|css|svg|wasm|webmanifest)$/;
/** Above this the last percent takes seconds. */
const largeBytes = 900_000;
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Lays a compressed copy beside each file, as small as it gets: the server has no time for that while somebody waits. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) throw new Error('the build has no folder');
      const files = await readdir(dir, { recursive: true });
      await Promise.all(files.filter((file) => compressible.test(file)).map(async (file) => {
        const content = await readFile(join(dir, file));
        await writeFile(join(dir, `${file}.br`), await toBrotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: content.length > largeBytes ? 9 : 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
        await writeFile(join(dir, `${file}.gz`), await toGzip(content, { level: 9 }));
      }));
    },
  };
}
