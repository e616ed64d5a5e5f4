import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const base = '/gate/';

/** Tells the service worker which files make up the app, and a version that changes with any of them. */
function shellFiles(): Plugin {
  return {
    name: 'shell-files',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
        const built = Object.values(bundle).filter((file) => file.fileName !== 'sw.js').toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
        const hash = createHash('sha256').update(worker.code);
        for (const file of built) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
        // The page goes by the folder's name, as the server gives it.
        const files = [base, ...built.filter(({ fileName }) => fileName !== 'index.html').map(({ fileName }) => base + fileName), `${base}manifest.webmanifest`, `${base}icon.svg`, `${base}icon-192.png`];
        worker.code = worker.code
          .replaceAll('SHELL_FILES', JSON.stringify(files))
          .replaceAll('SHELL_VERSION', JSON.stringify(hash.digest('hex').slice(0, 16)));
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base,
  plugins: [react(), shellFiles()],
  build: {
    outDir: 'dist',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    // Small files inlined as data: addresses would be refused by the content security policy for scripts and wasm.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/serviceWorker.ts' },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
});
