/**
 * Languages of the console. Owns which there are, choosing one, and loading its texts; the texts are in
 * `locales/<tag>/*.json`. Keys are flat, `{name}` is a placeholder, `key.one` and `key.other` are plural forms.
 */

import { chooseLocale, type Texts } from '@belfry/inbox/strings';
import { addTexts, currentLanguage, speak, t } from './translation';

type Loader = () => Promise<{ default: Texts }>;
type Part = 'first' | 'people' | 'notifications' | 'rest';

/** What every page needs, what the lists need, and everything else: a list page loads no more than its own. */
const load: Readonly<Record<string, Readonly<Record<Part, Loader>>>> = {
  en: {
    first: () => import('virtual:console-locale/en/frame,form,home,profile,session,shared,state'),
    people: () => import('virtual:console-locale/en/groups,people'),
    notifications: () => import('virtual:console-locale/en/notifications'),
    rest: () =>
      import(
        'virtual:console-locale/en/!frame,form,home,profile,session,shared,state,groups,people,notifications'
      ),
  },
  de: {
    first: () => import('virtual:console-locale/de/frame,form,home,profile,session,shared,state'),
    people: () => import('virtual:console-locale/de/groups,people'),
    notifications: () => import('virtual:console-locale/de/notifications'),
    rest: () =>
      import(
        'virtual:console-locale/de/!frame,form,home,profile,session,shared,state,groups,people,notifications'
      ),
  },
};
const FIRST: readonly Part[] = ['first'];
const ALL: readonly Part[] = ['first', 'people', 'notifications', 'rest'];
/** Rooms that do without most of the texts. */
const OF_ROOMS: Readonly<Record<string, readonly Part[]>> = {
  people: ['first', 'people'],
  groups: ['first', 'people'],
  notifications: ['first', 'notifications'],
};

/** Every language with the name that its readers know it by. */
export const languages = [
  { tag: 'en', name: 'English' },
  { tag: 'de', name: 'Deutsch' },
] as const;

const KEY = 'belfry.language';
/** What was loaded of the language in use. */
let have = new Set<Part>();
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

/** The language with the reader's region, such as `en-GB`: for dates and numbers. */
export function region(tag = currentLanguage()): string {
  return navigator.languages.find((one) => one.toLowerCase().split('-')[0] === tag) ?? tag;
}

/** Loads the texts of what the reader chose, or else of what their browser prefers. */
export async function startLanguage(): Promise<void> {
  const tag = chooseLocale([remembered(), ...navigator.languages], Object.keys(load));
  const texts = await read(tag, FIRST);
  speak(tag, region(tag), texts);
  mark(tag);
  have = new Set(FIRST);
}

/** Loads the texts of a room before its page is shown; `undefined` is Home. */
export async function textsFor(room: string | undefined): Promise<void> {
  const tag = currentLanguage();
  const parts = (room ? (OF_ROOMS[room] ?? ALL) : FIRST).filter((part) => !have.has(part));
  if (parts.length === 0) return;
  const texts = await read(tag, parts);
  // The reader may have changed the language meanwhile, which loads everything.
  if (currentLanguage() !== tag) return;
  addTexts(texts);
  for (const part of parts) have.add(part);
}

/** The texts of some parts together. */
async function read(tag: string, parts: readonly Part[]): Promise<Texts> {
  const loaders = parts.map((part) => load[tag]?.[part]);
  const texts = await Promise.all(loaders.map(async (loader) => (await loader?.())?.default));
  return Object.assign({}, ...texts);
}

/** Changes the language at once, and for the next visit. */
export async function chooseLanguage(tag: string): Promise<void> {
  if (!load[tag]) return;
  speak(tag, region(tag), await read(tag, ALL));
  have = new Set(ALL);
  mark(tag);
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    // Storage is off: the choice holds for this visit.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function mark(tag: string): void {
  document.documentElement.lang = tag;
  document.getElementById('overlays')?.setAttribute('aria-label', t('frame.overlays'));
  document.documentElement.dir = RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr';
}
