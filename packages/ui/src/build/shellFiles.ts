import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

/**
 * Builds the service worker, by itself because it must be one file, and tells it which files make up the app, a version
 * that changes with any of them, and what else the app has to say to it.
 */
export function shellFiles(root: string, base: string, further: Readonly<Record<string, unknown>>): Plugin {
  return {
    name: 'shell-files',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        let code = await buildWorker(root);
        const built = Object.values(bundle).toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
        const hash = createHash('sha256').update(code);
        for (const file of built) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
        // The page is fetched by the address people open: some servers answer /index.html with a redirect, which no navigation may be given.
        const files = [...built.map(({ fileName }) => (fileName === 'index.html' ? '' : fileName)), 'manifest.webmanifest', 'icon.svg', 'icon-192.png'];
        const constants = { ...further, SHELL_FILES: files.map((file) => base + file).toSorted(), SHELL_VERSION: hash.digest('hex').slice(0, 16) };
        for (const [name, value] of Object.entries(constants)) code = code.replaceAll(name, JSON.stringify(value));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
      },
    },
  };
}

/** The code of an app's `src/serviceWorker.ts` with all that it imports. */
async function buildWorker(root: string): Promise<string> {
  const built = await build({
    root, configFile: false, logLevel: 'warn', publicDir: false,
    build: { write: false, target: browserTargets, modulePreload: false, rolldownOptions: { input: join(root, 'src', 'serviceWorker.ts'), output: { entryFileNames: 'sw.js' } } },
  });
  const [output] = 'output' in built ? [built] : Array.isArray(built) ? built : [];
  const [chunk, ...others] = output?.output ?? [];
  if (chunk?.type !== 'chunk' || others.length > 0) throw new Error('the service worker must be one file');
  return chunk.code;
}

/** The oldest browsers that the apps are built for. */
export const browserTargets = ['chrome111', 'firefox114', 'safari16.4'];
