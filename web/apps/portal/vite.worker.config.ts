/** Builds the service worker: one classic script under a name that never changes. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { locales } from '../../packages/inbox/src/vite.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  publicDir: false,
  plugins: [locales(new URL('../../../locales/', import.meta.url))],
  build: {
    outDir: at('../../dist'),
    emptyOutDir: false,
    target: ['chrome120', 'firefox121', 'safari17'],
    lib: { entry: at('src/worker/sw.ts'), formats: ['iife'], name: 'belfry', fileName: () => 'sw.js' },
  },
});
