/** Builds the portal's page: template in `portal/`, hashed files in `assets/portal/`. */

import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { locales } from '../../packages/inbox/src/vite.ts';
import { tokensCss } from '../../packages/tokens/src/vite.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const texts = new URL('../../../locales/', import.meta.url);

/** While developing: every address of the portal is its template, everything else is asked of a running Belfry. */
const addresses: Plugin = {
  name: 'belfry-addresses',
  configureServer: ({ middlewares }) => {
    middlewares.use((request, _, next) => {
      if (/^\/app\/[^.]*$/.test(request.url?.split('?')[0] ?? '')) request.url = '/portal/index.html';
      next();
    });
  },
};
const server = process.env.BELFRY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: at('..'),
  publicDir: false,
  plugins: [addresses, tokensCss(), locales(texts)],
  server: { proxy: { '/v1': server, '/assets': server, '^/app/.*\\.(?:js|webmanifest)$': server } },
  build: {
    outDir: at('../../dist'),
    emptyOutDir: false,
    assetsDir: 'assets/portal',
    assetsInlineLimit: 0,
    modulePreload: false,
    target: ['chrome120', 'firefox121', 'safari17'],
    rolldownOptions: { input: at('index.html'), output: { chunkFileNames: 'assets/portal/chunk-[hash].js' } },
  },
});
