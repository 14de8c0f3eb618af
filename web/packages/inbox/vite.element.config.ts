/**
 * Builds `<belfry-inbox>`: one module under a name that never changes, and beside it what is fetched when the panel is
 * wanted, under a name that changes with its contents.
 */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { locales } from './src/vite.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Those that know the popover and `light-dark()`. */
const target = ['chrome123', 'firefox125', 'safari17.5'];

export default defineConfig({
  root: at('.'),
  publicDir: false,
  plugins: [locales(new URL('../../../locales/', import.meta.url))],
  build: {
    outDir: at('../../dist'),
    emptyOutDir: false,
    target,
    cssTarget: target,
    minify: true,
    // As a library: a page's build would add what preloads style sheets, and there are none.
    lib: { entry: at('src/element/element.ts'), formats: ['es'] },
    rolldownOptions: {
      // What both files need is the first one's.
      preserveEntrySignatures: 'allow-extension',
      output: {
        format: 'es',
        entryFileNames: 'belfry-inbox.js',
        chunkFileNames: 'belfry-inbox/[name]-[hash].js',
        minify: true,
      },
    },
  },
});
