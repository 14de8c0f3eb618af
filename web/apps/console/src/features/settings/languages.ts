/** Languages by name, for choosing the ones that a workspace writes in. */

/** What is offered; what a workspace has besides is offered as well. */
const COMMON =
  'ar bg bn ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sq sr sv th tr uk ur vi zh-Hans zh-Hant';

export interface LanguageChoice {
  value: string;
  label: string;
}

/** Sorted by their names in the reader's language; `also` are tags that must be among them. */
export function languageChoices(reader: string, also: readonly string[] = []): LanguageChoice[] {
  const names = new Intl.DisplayNames(reader, { type: 'language' });
  const name = (tag: string): string => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  };
  return [...new Set([...COMMON.split(' '), ...also])]
    .map((tag) => ({ value: tag, label: `${name(tag)} (${tag})` }))
    .sort((a, b) => a.label.localeCompare(b.label, reader));
}
