/** The language of a page: the person's, else the browser's. English is always there; others are loaded when wanted. */

import { chooseLocale, type Texts, type Translate, translator } from '@belfry/inbox';

export interface Language {
  locale: string;
  t: Translate;
}

/** The texts of one page or room. */
export interface Room {
  en: Texts;
  others: Readonly<Record<string, () => Promise<{ default: Texts }>>>;
}

/** `preferred` is what the server knows of the person. Dates keep the region that was asked for, such as `en-GB`. */
export async function loadLanguage({ en, others }: Room, preferred?: string | null): Promise<Language> {
  const wanted = [preferred, ...navigator.languages].filter((tag): tag is string => Boolean(tag));
  const chosen = chooseLocale(wanted, ['en', ...Object.keys(others)]);
  const texts = (await others[chosen]?.().catch(() => undefined))?.default;
  const text = texts ? chosen : 'en';
  const locale = wanted.find((tag) => tag.toLowerCase().startsWith(text) && supported(tag)) ?? text;
  document.documentElement.lang = locale;
  return { locale, t: translator(locale, texts ?? en, en) };
}

/** Texts of a room over those that every page has. */
export const withTexts =
  (own: Translate, shared: Translate): Translate =>
  (key, values) => {
    const text = own(key, values);
    return text === key ? shared(key, values) : text;
  };

function supported(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
