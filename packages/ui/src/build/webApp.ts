import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';
import { compressed } from './compressed.ts';
import { firstChunk } from './firstFiles.ts';
import { languages, textsChunk } from './languages.ts';
import { pageHead } from './pageHead.ts';
import { browserTargets, shellFiles } from './shellFiles.ts';

export interface WebApp {
  /** The app's folder. */
  readonly root: string;
  /** Where the server serves it: `/`, or `/name/`. */
  readonly base: string;
  /**
   * The app works without a network, by its `src/serviceWorker.ts`, in which these names become these values.
   * Absent: it has no service worker.
   */
  readonly offline?: Readonly<Record<string, unknown>>;
  /** Preact takes React's place where every kilobyte is waited for; the components are the same. */
  readonly drawnBy?: 'react' | 'preact';
}

const preact = [
  { find: 'react-dom/client', replacement: 'preact/compat/client' },
  { find: 'react-dom', replacement: 'preact/compat' },
  { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
  { find: 'react', replacement: 'preact/compat' },
];

/** How a web app of this system is built. */
export function webApp({ root, base, offline, drawnBy = 'react' }: WebApp): UserConfig {
  const first = firstChunk(join(root, 'src', 'main.tsx'), drawnBy === 'preact' ? ['preact'] : []);
  const plugins: Plugin[] = [first.plugin, languages(join(root, 'src'), base), pageHead(), compressed()];
  if (offline !== undefined) plugins.push(shellFiles(root, base, offline));
  return {
    root,
    base,
    plugins: [react(), ...plugins],
    resolve: { alias: drawnBy === 'preact' ? preact : [] },
    build: {
      outDir: 'dist',
      target: browserTargets,
      // Small files inlined as data: addresses would be refused by the content security policy for scripts and wasm.
      assetsInlineLimit: 0,
      // The console is one file: staff load it once a day from their own network.
      chunkSizeWarningLimit: 1000,
      modulePreload: { polyfill: false },
      ...(offline === undefined ? {} : {
        rolldownOptions: {
          output: {
            codeSplitting: {
              includeDependenciesRecursively: false,
              groups: [
                { name: textsChunk, debugName: 'texts', test: /\/texts\/[\w-]+\.ts/, priority: 2 },
                { name: first.name, debugName: 'app', priority: 1 },
              ],
            },
          },
        },
      }),
    },
  };
}
