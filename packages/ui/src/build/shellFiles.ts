import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Tells the service worker which files make up the app, a version that changes with any of them, and what else the app has to say to it. */
export function shellFiles(base: string, further: Readonly<Record<string, unknown>>): Plugin {
  return {
    name: 'shell-files',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
        if (worker.imports.length > 0) throw new Error(`the service worker must be one file, and imports ${worker.imports.join(', ')}`);
        const built = Object.values(bundle).filter(({ fileName }) => fileName !== 'sw.js').toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
        const hash = createHash('sha256').update(worker.code);
        for (const file of built) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
        // The page is fetched by the address people open: some servers answer /index.html with a redirect, which no navigation may be given.
        const files = [...built.map(({ fileName }) => (fileName === 'index.html' ? '' : fileName)), 'manifest.webmanifest', 'icon.svg', 'icon-192.png'];
        const constants = { ...further, SHELL_FILES: files.map((file) => base + file).toSorted(), SHELL_VERSION: hash.digest('hex').slice(0, 16) };
        for (const [name, value] of Object.entries(constants)) worker.code = worker.code.replaceAll(name, JSON.stringify(value));
      },
    },
  };
}
