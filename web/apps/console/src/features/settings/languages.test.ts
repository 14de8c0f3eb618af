import { expect, it } from 'vitest';
import { languageChoices } from './languages';

it('names languages in the language of the reader, in its order', () => {
  const german = languageChoices('de');
  expect(german.find((one) => one.value === 'fr')?.label).toBe('Französisch (fr)');
  const labels = german.map((one) => one.label);
  expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b, 'de')));
});

it('offers what is set even where nobody else has it, once', () => {
  const found = languageChoices('en', ['gsw', 'de', 'not a tag']);
  expect(found.filter((one) => one.value === 'de')).toHaveLength(1);
  expect(found.find((one) => one.value === 'gsw')?.label).toBe('Swiss German (gsw)');
  expect(found.find((one) => one.value === 'not a tag')?.label).toBe('not a tag (not a tag)');
});
