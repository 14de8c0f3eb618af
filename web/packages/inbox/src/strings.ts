/**
 * Texts of the pages in the reader's language. Owns choosing a language, placeholders and plural forms. The texts
 * are in `locales/<tag>.json`, which the server reads too.
 */

export type Texts = Readonly<Record<string, string>>;
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The first language wanted that there is, whole or by its base; `en` where none is. */
export function chooseLocale(
  wanted: readonly (string | null | undefined)[],
  available: readonly string[],
): string {
  for (const tag of wanted) {
    if (!tag) continue;
    const lower = tag.toLowerCase();
    const base = lower.split('-')[0];
    const found =
      available.find((one) => one.toLowerCase() === lower) ??
      available.find((one) => one.toLowerCase() === base);
    if (found) return found;
  }
  return 'en';
}

/** A key that is missing says its own name: seen at once, and never a crash. `count` chooses `key.one` and the like. */
export function translator(locale: string, texts: Texts, fallback: Texts = {}): Translate {
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale);
  const find = (key: string): string | undefined => texts[key] ?? fallback[key];
  return (key, values = {}) => {
    const count = values.count;
    const form = typeof count === 'number' ? find(`${key}.${plural.select(count)}`) : undefined;
    const text = form ?? find(`${key}.other`) ?? find(key) ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return typeof value === 'number' ? number.format(value) : (value ?? whole);
    });
  };
}
