/** Builds the console: template in `console/`, hashed files in `assets/console/`, one file per page and language. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { locales } from '../../packages/inbox/src/vite.ts';
import { tokensCss } from '../../packages/tokens/src/vite.ts';
import { emojiData } from './emoji-data.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const texts = new URL('../../../locales/', import.meta.url);
const server = process.env.BELFRY_URL ?? 'http://127.0.0.1:8080';

/** While developing: every address of the console is its template. */
const addresses: Plugin = {
  name: 'belfry-addresses',
  configureServer: ({ middlewares }) => {
    middlewares.use((request, _, next) => {
      if (/^\/(?:(?:setup|sign-in|reset|profile|w\/[^.]*)?)(?:\?|$)/.test(request.url ?? '')) {
        request.url = '/console/index.html';
      }
      next();
    });
  },
};

/**
 * Sets the colour scheme before the first paint. It is a file of its own, in front of everything: a module would come
 * after the first paint, and scripts inside the page are forbidden by its policy.
 */
const scheme: Plugin = {
  name: 'belfry-scheme',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const file = Object.values(bundle ?? {}).find(
        (one) => one.type === 'asset' && one.fileName.includes('scheme-'),
      );
      return file
        ? html.replace('<meta charset="utf-8" />', `$&\n    <script src="/${file.fileName}"></script>`)
        : html;
    },
  },
  buildStart() {
    if (this.meta.watchMode) return;
    this.emitFile({
      type: 'asset',
      name: 'scheme.js',
      source: readFileSync(at('src/app/scheme.js'), 'utf8'),
    });
  },
};

export default defineConfig(({ command }) => ({
  root: at('..'),
  publicDir: false,
  // The server puts a fresh one into every answer.
  html: command === 'build' ? { cspNonce: '%BELFRY_NONCE%' } : {},
  plugins: [
    addresses,
    tanstackRouter({
      ...JSON.parse(readFileSync(at('tsr.config.json'), 'utf8')),
      routesDirectory: at('src/routes'),
      generatedRouteTree: at('src/routeTree.gen.ts'),
    }),
    react(),
    tokensCss('data-mantine-color-scheme'),
    locales(texts),
    emojiData(texts),
    ...(command === 'build' ? [scheme] : []),
  ],
  server: { proxy: { '/v1': server, '/assets': server, '/photos': server, '/preview': server } },
  build: {
    outDir: at('../../dist'),
    emptyOutDir: false,
    assetsDir: 'assets/console',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'console/manifest.json',
    // The budgets decide what is too large.
    chunkSizeWarningLimit: 1000,
    target: ['chrome120', 'firefox121', 'safari17'],
    rolldownOptions: {
      input: at('index.html'),
      // One file for what every page needs, instead of forty that wait for one another on HTTP/1.1.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
}));
