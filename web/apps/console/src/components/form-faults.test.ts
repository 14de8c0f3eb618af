import { expect, it } from 'vitest';
import { assignFaults, fieldOf } from './form-faults';

it('turns pointers into names of fields', () => {
  expect(fieldOf('/name')).toBe('name');
  expect(fieldOf('/groups/0/key')).toBe('groups.0.key');
  expect(fieldOf('')).toBe('');
});

it('reads escaped pointers', () => {
  expect(fieldOf('/a~1b/c~0d')).toBe('a/b.c~d');
  expect(fieldOf('/~01')).toBe('~1');
});

it('follows the names that a form gives', () => {
  expect(fieldOf('/destination/url', { '/destination/url': 'url' })).toBe('url');
});

it('keeps the order and several faults of one field', () => {
  const fault = (pointer: string, code: string) => ({ pointer, code, detail: code });
  expect(
    assignFaults([fault('/b', 'one'), fault('/a', 'two'), fault('/b', 'three')], undefined, (f) => f.code),
  ).toEqual([
    { field: 'b', text: 'one' },
    { field: 'a', text: 'two' },
    { field: 'b', text: 'three' },
  ]);
});
