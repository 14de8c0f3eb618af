import { expect, it } from 'vitest';
import { suggestKey } from './key';

it('makes a key of a name', () => {
  expect(suggestKey('Orga-Team & Helfer')).toBe('orga-team-helfer');
  expect(suggestKey('  Größe (XL) ')).toBe('grosse-xl');
  expect(suggestKey('発表者')).toBe('発表者');
});

it('suggests nothing where nothing can be made of it', () => {
  expect(suggestKey('!!!')).toBe('');
  expect(suggestKey('')).toBe('');
});

it('keeps it short, and never ends in a hyphen', () => {
  expect(suggestKey(`${'a'.repeat(59)} b`)).toBe('a'.repeat(59));
});
