import { describe, expect, it } from 'vitest';
import { asField, assign, fieldOf, hasName, sameMapping, tellsApart } from './mapping';

describe('assign', () => {
  it('puts a field into a column', () => {
    expect(assign({}, 2, 'email')).toEqual({ email: 2 });
  });
  it('takes the field from the column where it stood', () => {
    expect(assign({ email: 1, name: 0 }, 2, 'email')).toEqual({ email: 2, name: 0 });
  });
  it('replaces what the column held', () => {
    expect(assign({ email: 1 }, 1, 'external_id')).toEqual({ external_id: 1 });
  });
  it('leaves a column out', () => {
    expect(assign({ email: 1, name: 0 }, 0, null)).toEqual({ email: 1 });
  });
  it('does not change what it was given', () => {
    const before = { email: 1 };
    assign(before, 0, 'email');
    expect(before).toEqual({ email: 1 });
  });
});

it('finds the field of a column, the first one too', () => {
  expect(fieldOf({ external_id: 0, email: 3 }, 0)).toBe('external_id');
  expect(fieldOf({ external_id: 0, email: 3 }, 1)).toBeNull();
});

it('asks for an address or an id, and knows whether there is a name', () => {
  expect(tellsApart({ external_id: 0 })).toBe(true);
  expect(tellsApart({ email: 0 })).toBe(true);
  expect(tellsApart({ name: 0 })).toBe(false);
  expect(hasName({ family_name: 0 })).toBe(true);
  expect(hasName({ email: 0 })).toBe(false);
});

it('compares mappings by what they say', () => {
  expect(sameMapping({ email: 1, name: 0 }, { name: 0, email: 1 })).toBe(true);
  expect(sameMapping({ email: 1 }, { email: 0 })).toBe(false);
  expect(sameMapping({ email: 1 }, { email: 1, kind: 2 })).toBe(false);
});

it('refuses a word that is no field', () => {
  expect(asField('email')).toBe('email');
  expect(asField('constructor')).toBeNull();
  expect(asField(null)).toBeNull();
});
