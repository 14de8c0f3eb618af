/**
 * Languages of the console. Owns which there are, choosing one, and loading its texts; the texts are in
 * `locales/<tag>/*.json`. Keys are flat, `{name}` is a placeholder, `key.one` and `key.other` are plural forms.
 */

import { chooseLocale, type Texts } from '@belfry/inbox/strings';
import i18next, { type FormatterModule } from 'i18next';
import { initReactI18next } from 'react-i18next';

type Loader = () => Promise<{ default: Texts }>;
type Part = 'first' | 'people' | 'rest';

/** What every page needs, what lists of people need, and everything else: a list page loads no more than its own. */
const load: Readonly<Record<string, Readonly<Record<Part, Loader>>>> = {
  en: {
    first: () => import('virtual:console-locale/en/frame,form,home,profile,session,shared,state'),
    people: () => import('virtual:console-locale/en/groups,people'),
    rest: () =>
      import('virtual:console-locale/en/!frame,form,home,profile,session,shared,state,groups,people'),
  },
  de: {
    first: () => import('virtual:console-locale/de/frame,form,home,profile,session,shared,state'),
    people: () => import('virtual:console-locale/de/groups,people'),
    rest: () =>
      import('virtual:console-locale/de/!frame,form,home,profile,session,shared,state,groups,people'),
  },
};
const FIRST: readonly Part[] = ['first'];
const PEOPLE: readonly Part[] = ['first', 'people'];
const ALL: readonly Part[] = ['first', 'people', 'rest'];

/** Every language with the name that its readers know it by. */
export const languages = [
  { tag: 'en', name: 'English' },
  { tag: 'de', name: 'Deutsch' },
] as const;

const KEY = 'belfry.language';
/** `de people` and the like: what was loaded. */
const have = new Set<string>();
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];
const numbers = new Map<string, Intl.NumberFormat>();

/** The language with the reader's region, such as `en-GB`: for dates and numbers. */
export function region(): string {
  const base = i18next.language ?? 'en';
  return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === base) ?? base;
}

/** Numbers in texts are written as the reader writes them. */
function format(value: unknown): string {
  if (typeof value !== 'number') return String(value);
  const tag = region();
  const known = numbers.get(tag) ?? new Intl.NumberFormat(tag);
  numbers.set(tag, known);
  return known.format(value);
}

const formatter: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format,
};

/** Loads the texts of what the reader chose, or else of what their browser prefers. */
export async function startLanguage(): Promise<void> {
  const tag = chooseLocale([remembered(), ...navigator.languages], Object.keys(load));
  const texts = await read(tag, FIRST);
  await i18next
    .use(initReactI18next)
    .use(formatter)
    .init({
      lng: tag,
      fallbackLng: false,
      resources: { [tag]: { translation: { ...texts } } },
      keySeparator: false,
      nsSeparator: false,
      pluralSeparator: '.',
      interpolation: { prefix: '{', suffix: '}', escapeValue: false, alwaysFormat: true },
      react: { useSuspense: false },
    });
  mark(tag);
  have.add(`${tag} first`);
}

/** Loads the texts of a room before its page is shown; `undefined` is Home. */
export async function textsFor(room: string | undefined): Promise<void> {
  const tag = i18next.language;
  const list = room === 'people' || room === 'groups' ? PEOPLE : ALL;
  const parts = (room ? list : FIRST).filter((part) => !have.has(`${tag} ${part}`));
  if (parts.length === 0) return;
  i18next.addResourceBundle(tag, 'translation', await read(tag, parts), true, true);
  for (const part of parts) have.add(`${tag} ${part}`);
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
  i18next.addResourceBundle(tag, 'translation', await read(tag, ALL), true, true);
  for (const part of ALL) have.add(`${tag} ${part}`);
  await i18next.changeLanguage(tag);
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
  document.getElementById('overlays')?.setAttribute('aria-label', i18next.t('frame.overlays'));
  document.documentElement.dir = RIGHT_TO_LEFT.includes(tag) ? 'rtl' : 'ltr';
}
