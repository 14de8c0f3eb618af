import { expect, it } from 'vitest';
import { match, type Shortcut } from './shortcuts';

const keys = (...all: string[]): Shortcut[] => all.map((one) => ({ keys: one, label: one, group: 'page' }));

it('finds a single key', () => {
  expect(match(keys('c', 'g p'), 'c', undefined)).toMatchObject({ keys: 'c' });
});

it('waits after the first key of a sequence', () => {
  expect(match(keys('c', 'g p'), 'g', undefined)).toBe('begins');
});

it('finds a sequence', () => {
  expect(match(keys('c', 'g p'), 'p', 'g')).toMatchObject({ keys: 'g p' });
});

it('takes the second key for itself where it ends no sequence', () => {
  expect(match(keys('c', 'g p'), 'c', 'g')).toMatchObject({ keys: 'c' });
});

it('prefers the sequence to the single key', () => {
  expect(match(keys('p', 'g p'), 'p', 'g')).toMatchObject({ keys: 'g p' });
  expect(match(keys('p', 'g p'), 'p', undefined)).toMatchObject({ keys: 'p' });
});

it('knows nothing of other keys', () => {
  expect(match(keys('c', 'g p'), 'x', undefined)).toBeUndefined();
});
