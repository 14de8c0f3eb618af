/**
 * Builds the service worker: one classic script under a name that never changes. It knows the pages, which are built
 * before it, by their hash, and a list of their files lies beside them: every build of theirs makes another worker.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { locales } from '../../packages/inbox/src/vite.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const dist = at('../../dist/');
/** What works without a connection; of the fonts only what every text needs. */
const files = readdirSync(`${dist}assets/portal`)
  .filter((name) => /\.(?:js|css)$|inter-latin-wght.*\.woff2$/.test(name))
  .sort()
  .map((name) => `/assets/portal/${name}`);
const build = createHash('sha256')
  .update(files.join('\n'))
  .update(readFileSync(`${dist}portal/index.html`))
  .digest('hex')
  .slice(0, 8);

const list: Plugin = {
  name: 'belfry-files',
  generateBundle() {
    const fileName = `assets/portal/files-${build}.json`;
    this.emitFile({ type: 'asset', fileName, source: JSON.stringify(files) });
  },
};

export default defineConfig({
  root: at('.'),
  define: { BUILD: JSON.stringify(build) },
  publicDir: false,
  plugins: [locales(new URL('../../../locales/', import.meta.url)), list],
  build: {
    outDir: at('../../dist'),
    emptyOutDir: false,
    target: ['chrome120', 'firefox121', 'safari17'],
    lib: { entry: at('src/worker/sw.ts'), formats: ['iife'], name: 'belfry', fileName: () => 'sw.js' },
  },
});
