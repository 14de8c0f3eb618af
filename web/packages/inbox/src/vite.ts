/**
 * Gives a build the texts of `/locales`, only the keys that it asks for: `virtual:locale/de/inbox,item` holds the
 * keys that begin with `inbox.` or `item.`.
 */

import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const NAME = 'virtual:locale/';
const FOLDER = new URL('../../../../locales/', import.meta.url);

/** `folder` is for configurations that a tool has bundled elsewhere. */
export function locales(folder: URL = FOLDER): Plugin {
  return {
    name: 'belfry-locales',
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const [tag = '', groups = ''] = id.slice(NAME.length + 1).split('/');
      const file = new URL(`${tag}.json`, folder);
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      const wanted = groups.split(',');
      const texts = Object.fromEntries(
        Object.entries(all).filter(([key]) => groups === '' || wanted.includes(key.split('.')[0] ?? '')),
      );
      return `export default ${JSON.stringify(texts)}`;
    },
  };
}
