/**
 * Gives a build the texts of `/locales`, only the keys that it asks for: `virtual:locale/de/inbox,item` holds the
 * keys of `de.json` that begin with `inbox.` or `item.`; `virtual:console-locale/de/home,form` holds
 * these files of the folder `de/`, `virtual:console-locale/de/!home,form` all others.
 */

import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const NAME = 'virtual:locale/';
const FOLDER_NAME = 'virtual:console-locale/';
const FOLDER = new URL('../../../../locales/', import.meta.url);

/** `folder` is for configurations that a tool has bundled elsewhere. */
export function locales(folder: URL = FOLDER): Plugin {
  return {
    name: 'belfry-locales',
    resolveId: (id) => (id.startsWith(NAME) || id.startsWith(FOLDER_NAME) ? `\0${id}` : undefined),
    load(id) {
      if (id.startsWith(`\0${FOLDER_NAME}`)) {
        const [tag = '', sections = ''] = id.slice(FOLDER_NAME.length + 1).split('/');
        return `export default ${JSON.stringify(readFolder(new URL(`${tag}/`, folder), sections))}`;
      }
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const [tag = '', groups = ''] = id.slice(NAME.length + 1).split('/');
      const file = new URL(`${tag}.json`, folder);
      const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
      if (groups.startsWith('=')) return `export default ${JSON.stringify(named(all, groups.slice(1)))}`;
      const wanted = groups.split(',');
      const texts = Object.fromEntries(
        Object.entries(all).filter(([key]) => groups === '' || wanted.includes(key.split('.')[0] ?? '')),
      );
      return `export default ${JSON.stringify(texts)}`;
    },
  };
}

/** Single texts with all their plural forms, without the names of their groups. A key that is not there is an error. */
function named(all: Record<string, string>, keys: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const key of keys.split(',')) {
    const forms = Object.keys(all).filter((one) => one === key || one.startsWith(`${key}.`));
    if (forms.length === 0) throw new Error(`no text is called ${key}`);
    for (const form of forms) found[form.slice(form.indexOf('.') + 1)] = all[form] ?? '';
  }
  return found;
}

/** The texts of some files of a folder together: those named, or after `!` all but those. */
function readFolder(folder: URL, sections: string): Record<string, string> {
  const named = sections.replace('!', '').split(',');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .filter((name) => named.includes(name.replace('.json', '')) !== sections.startsWith('!'));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
}
