import { describe, expect, it } from 'vitest';
import { filterOf, isFiltered, readSearch } from './filter';

describe('readSearch', () => {
  it('keeps the filters that it knows', () => {
    expect(readSearch({ q: 'keller ann', group: 'crew', status: 'active', device: 'no' })).toEqual({
      q: 'keller ann',
      group: 'crew',
      status: 'active',
      device: 'no',
    });
  });
  it('drops what it does not know, so that an old link still opens the list', () => {
    expect(readSearch({ q: ['a'], status: 'gone', device: 'maybe', add: 'yes', page: 3 })).toEqual({});
  });
  it('takes a number that somebody looks for as text', () => {
    expect(readSearch({ q: 99999 })).toEqual({ q: '99999' });
  });
  it('leaves out what is blank, and cuts what no server accepts', () => {
    expect(readSearch({ q: '   ' })).toEqual({});
    expect(readSearch({ q: 'x'.repeat(300) }).q).toHaveLength(200);
  });
});

it('knows a filter from the rest of the address', () => {
  expect(filterOf({ add: true })).toEqual({});
  expect(isFiltered(filterOf({ add: true }))).toBe(false);
  expect(isFiltered(filterOf({ add: true, q: 'a' }))).toBe(true);
});
