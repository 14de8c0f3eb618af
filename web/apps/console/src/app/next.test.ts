import { expect, it } from 'vitest';
import { safeNext } from './next';

it('goes to paths of this site', () => {
  expect(safeNext('/w/summit/people?q=a')).toBe('/w/summit/people?q=a');
});

it.each([
  undefined,
  '',
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
])('never leaves it: %j', (next) => expect(safeNext(next)).toBe('/'));

it('does not lead back to where it came from', () => {
  expect(safeNext('/sign-in?next=/sign-in')).toBe('/');
});
