import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    // Small files inlined as data: addresses would be refused by the content security policy for scripts and wasm.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file: staff load it once a day, from their own network.
    chunkSizeWarningLimit: 1000,
  },
});
