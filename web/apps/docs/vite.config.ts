/** Builds what the API reference page adds to the package: its start and our tokens. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { tokensCss } from '../../packages/tokens/src/vite.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  publicDir: false,
  plugins: [tokensCss()],
  build: {
    outDir: at('../../dist/docs'),
    emptyOutDir: false,
    lib: { entry: at('src/docs.ts'), formats: ['es'], fileName: () => 'docs.js', cssFileName: 'docs' },
  },
});
