/** Choosing the element's texts, English and German, by names without a group. A page replaces them by `strings`. */

import { chooseLocale, type Texts, type Translate, translator } from '../strings';

/** The texts of one of the element's files. */
export type Languages = Readonly<Record<'en' | 'de', Texts>>;

/** `own` wins over the element's texts; with it, dates and plural forms are of the wanted language, whatever it is. */
export function translate(all: Languages, wanted: string, own: Texts): { locale: string; t: Translate } {
  const text = chooseLocale([wanted], ['en', 'de']) as keyof Languages;
  let locale: string | undefined;
  try {
    const whole = wanted.startsWith(text) || Object.keys(own).length > 0;
    if (whole) [locale] = Intl.DateTimeFormat.supportedLocalesOf(wanted);
  } catch {
    // It is no language tag: the texts' own language stands in.
  }
  locale ??= text;
  const said = translator(locale, { ...all[text], ...own });
  // Rows are shared with the portal, whose texts are in groups.
  return { locale, t: (key, values) => said(key.slice(key.indexOf('.') + 1), values) };
}
