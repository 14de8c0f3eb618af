/**
 * Puts the data of the emoji picker into the build, so that it comes from this server: only the languages of the
 * console, and only what the picker reads.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

/** In the path that the picker asks for, because what is under `assets/` is cached for good. */
const VERSION = '17';

interface Emoji {
  emoji: string;
  label: string;
  version: number;
  tags?: string[];
  group?: number;
  subgroup?: number;
  tone?: number | number[];
  skins?: Emoji[];
}

function slim({ emoji, label, version, tags, group, subgroup, skins }: Emoji) {
  return {
    emoji,
    label,
    version,
    tags,
    group,
    subgroup,
    skins: skins?.map(({ emoji, tone }) => ({ emoji, tone })),
  };
}

/** `texts` is the folder that holds one folder per language of the console. */
export function emojiData(texts: URL): Plugin {
  const { resolve } = createRequire(import.meta.url);
  const read = (path: string) => JSON.parse(readFileSync(resolve(`emojibase-data/${path}`), 'utf8'));
  return {
    name: 'belfry-emoji-data',
    apply: 'build',
    buildStart() {
      if (!read('package.json').version.startsWith(`${VERSION}.`)) {
        throw new Error(`the path of the emoji data says ${VERSION}: change it here and in EmojiPicker.tsx`);
      }
      const tags = readdirSync(texts, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      for (const { name } of tags) {
        const folder = `assets/console/emoji-${VERSION}/${name}`;
        const emojis = (read(`${name}/data.json`) as Emoji[])
          .filter((one) => one.group !== undefined)
          .map(slim);
        const messages = readFileSync(resolve(`emojibase-data/${name}/messages.json`), 'utf8');
        this.emitFile({ type: 'asset', fileName: `${folder}/data.json`, source: JSON.stringify(emojis) });
        this.emitFile({ type: 'asset', fileName: `${folder}/messages.json`, source: messages });
      }
    },
  };
}
