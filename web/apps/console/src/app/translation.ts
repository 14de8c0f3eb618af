/**
 * The texts in use, for components and for what runs outside of them. Owns the translator of the chosen language and
 * tells components when the language changes; which languages there are and their loading is in `language.ts`.
 */

import { type Texts, type Translate, translator } from '@belfry/inbox/strings';
import { useSyncExternalStore } from 'react';

export interface Translation {
  t: Translate;
  i18n: {
    /** The tag of the texts, without the reader's region. */
    language: string;
    /** Whether there is a text of exactly this key; plural forms are keys of their own. */
    exists: (key: string) => boolean;
  };
}

function speaking(language: string, region: string, texts: Texts): Translation {
  return { t: translator(region, texts), i18n: { language, exists: (key) => key in texts } };
}

let texts: Record<string, string> = {};
let current = speaking('en', 'en', texts);
const listeners = new Set<() => void>();

/** Speaks another language at once. `region` is the tag by which numbers are written, such as `en-GB`. */
export function speak(language: string, region: string, its: Texts): void {
  texts = { ...its };
  current = speaking(language, region, texts);
  for (const listener of listeners) listener();
}

/** More texts of the same language, before what needs them is shown: nothing is drawn again for them. */
export function addTexts(more: Texts): void {
  Object.assign(texts, more);
}

/** A text outside of components: for what is said once and not drawn again. */
export const t: Translate = (key, values) => current.t(key, values);

export const currentLanguage = (): string => current.i18n.language;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Texts in a component, which is drawn again when the language changes. */
export function useTranslation(): Translation {
  return useSyncExternalStore(subscribe, () => current);
}
