/** The language in use: texts that come later, plural forms, numbers by region, another language. */

import { expect, it } from 'vitest';
import { addTexts, currentLanguage, speak, t } from './translation';

it('speaks a language with texts that come part by part', () => {
  speak('en', 'en-GB', { 'home.title': 'Home' });
  expect(currentLanguage()).toBe('en');
  expect(t('home.title')).toBe('Home');
  expect(t('people.count', { count: 2 })).toBe('people.count');
  addTexts({ 'people.count.one': 'One person', 'people.count.other': '{count} people' });
  expect(t('people.count', { count: 1 })).toBe('One person');
  expect(t('people.count', { count: 1204 })).toBe('1,204 people');
});

it('forgets the texts of the language before', () => {
  speak('de', 'de-DE', { 'people.count.other': '{count} Personen' });
  expect(t('people.count', { count: 1204 })).toBe('1.204 Personen');
  expect(t('home.title')).toBe('home.title');
});
