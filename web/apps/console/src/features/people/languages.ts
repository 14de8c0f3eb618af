/** Pure: languages by name, for choosing the one that somebody reads. */

const COMMON =
  'ar bg bn ca cs cy da de de-AT de-CH el en en-GB en-US es es-MX et eu fa fi fr fr-CA ga gl he hi hr hu id is it ja ko lt lv mk ms nb nl nl-BE pl pt pt-BR ro ru sk sl sq sr sv ta th tr uk ur vi zh zh-Hant'.split(
    ' ',
  );

export interface LanguageOption {
  value: string;
  label: string;
}

/** `reader` is the language to name them in; `also` is listed even if it is a rare one. */
export function languageOptions(reader: string, also: string | null): LanguageOption[] {
  const names = new Intl.DisplayNames([reader], { type: 'language' });
  const tags = also && !COMMON.includes(also) ? [...COMMON, also] : COMMON;
  return tags
    .map((value) => ({ value, label: `${nameOf(names, value)} (${value})` }))
    .sort((a, b) => a.label.localeCompare(b.label, reader));
}

/** The language in words; the tag itself where the browser knows no name. */
export function languageName(reader: string, tag: string): string {
  return nameOf(new Intl.DisplayNames([reader], { type: 'language' }), tag);
}

function nameOf(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
