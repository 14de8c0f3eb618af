/** The portal's language: the person's, else the browser's. English is always there; others are loaded when wanted. */

import en from 'virtual:locale/en/portal,sign_in,inbox,item,toast,push';
import { chooseLocale, type Texts, type Translate, translator } from '@belfry/inbox';

const others: Readonly<Record<string, () => Promise<{ default: Texts }>>> = {
  de: () => import('virtual:locale/de/portal,sign_in,inbox,item,toast,push'),
};

export interface Language {
  locale: string;
  t: Translate;
}

/** `preferred` is what the server knows of the person. Dates keep the region that was asked for, such as `en-GB`. */
export async function loadLanguage(preferred?: string | null): Promise<Language> {
  const wanted = [preferred, ...navigator.languages].filter((tag): tag is string => Boolean(tag));
  const chosen = chooseLocale(wanted, ['en', ...Object.keys(others)]);
  const texts = (await others[chosen]?.().catch(() => undefined))?.default;
  const text = texts ? chosen : 'en';
  const locale = wanted.find((tag) => tag.toLowerCase().startsWith(text) && supported(tag)) ?? text;
  document.documentElement.lang = locale;
  return { locale, t: translator(locale, texts ?? en, en) };
}

function supported(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
