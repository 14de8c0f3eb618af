/** Builds the portal's page and that of sign-in links: templates in `portal/`, hashed files in `assets/portal/`. */

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
      const path = request.url?.split('?')[0] ?? '';
      if (/^\/app\/[^.]*$/.test(path)) request.url = '/portal/index.html';
      if (path.startsWith('/l/')) request.url = '/portal/link.html';
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
    rolldownOptions: {
      input: [at('index.html'), at('link.html')],
      // Nothing of these packages happens by being imported: what is not used is left out.
      treeshake: {
        moduleSideEffects: [{ test: /packages[\\/](?:inbox|api)[\\/]src[\\/]/, sideEffects: false }],
      },
      output: {
        chunkFileNames: 'assets/portal/[name]-[hash].js',
        // A file of its own, so that the budgets can tell the inbox from what the portal adds to it.
        // What is drawn later only (an item's HTML, a person's account) comes with whoever draws it.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'inbox', test: /packages[\\/](?:inbox|api)[\\/]src[\\/](?!html|client|announcing)/ },
          ],
        },
      },
    },
  },
});
