/** Builds everything that the server embeds into `dist/`. Owns the order; each part is built by its own configuration. */

import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

// The folder itself stays: cargo may be compiling what embeds it.
await mkdir(at('dist'), { recursive: true });
for (const name of await readdir(at('dist'))) await rm(at(`dist/${name}`), { recursive: true, force: true });
for (const config of [
  'apps/portal/vite.config.ts',
  'apps/portal/vite.worker.config.ts',
  'apps/docs/vite.config.ts',
  'apps/console/vite.config.ts',
  'packages/inbox/vite.element.config.ts',
]) {
  await build({ configFile: at(config), logLevel: 'warn' });
}
await cp(at('packages/inbox/types/belfry-inbox.d.ts'), at('dist/belfry-inbox.d.ts'));
await cp(at('apps/portal/public/icons'), at('dist/assets/icons'), { recursive: true });
await reference();
console.log('built web/dist');

/** The reference page is a package's finished bundle under our own page: nothing of it is built here. */
async function reference() {
  const from = dirname(createRequire(at('apps/docs/package.json')).resolve('swagger-ui-dist/package.json'));
  await mkdir(at('dist/docs'), { recursive: true });
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE']) {
    await cp(join(from, file), at(`dist/docs/${file}`));
  }
  await cp(at('apps/docs/index.html'), at('dist/docs/index.html'));
}
