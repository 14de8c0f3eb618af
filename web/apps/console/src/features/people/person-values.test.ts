import { Problem } from '@belfry/api/console';
import { describe, expect, it } from 'vitest';
import { atItsField, bodyOf, changesOf, emptyPerson, idOf, valuesOf } from './person-values';

const ann = {
  ...emptyPerson,
  name: 'Ann Keller',
  email: 'Ann@Example.com',
  external_id: 'CF26-1001',
  groups: ['crew', 'press'],
};

describe('idOf', () => {
  it('is what was typed, else the address in lower case as imports make it', () => {
    expect(idOf({ ...ann, external_id: ' CF26-1 ' })).toBe('CF26-1');
    expect(idOf({ ...ann, external_id: ' ' })).toBe('ann@example.com');
    expect(idOf(emptyPerson)).toBe('');
  });
});

describe('bodyOf', () => {
  it('leaves out what was left empty', () => {
    expect(bodyOf({ ...emptyPerson, name: ' Ann ' })).toEqual({ name: 'Ann', groups: [] });
  });
});

describe('changesOf', () => {
  it('sends only what differs, so that nothing else is set back', () => {
    expect(changesOf(ann, { ...ann, name: 'Ann K.' })).toEqual({ name: 'Ann K.' });
    expect(changesOf(ann, { ...ann, locale: 'de' })).toEqual({ locale: 'de' });
    expect(changesOf(ann, ann)).toEqual({});
  });
  it('sends null for what was taken away', () => {
    const known = { ...ann, locale: 'de', time_zone: 'Europe/Berlin' };
    expect(changesOf(known, { ...known, email: ' ', locale: null })).toEqual({ email: null, locale: null });
  });
  it('knows groups in another order as the same, and leaving the last one as a change', () => {
    expect(changesOf(ann, { ...ann, groups: ['press', 'crew'] })).toEqual({});
    expect(changesOf(ann, { ...ann, groups: [] })).toEqual({ groups: [] });
  });
});

it('fills the form with empty texts for what is not known', () => {
  expect(
    valuesOf({ external_id: 'a', name: 'A', groups: [], email: null, locale: null, time_zone: null }),
  ).toEqual({ ...emptyPerson, external_id: 'a', name: 'A' });
});

describe('atItsField', () => {
  it('puts a taken address at the address', () => {
    const error = atItsField(new Problem(409, 'email_taken', 'it is taken')) as Problem;
    expect(error.faults).toEqual([{ pointer: '/email', code: 'email_taken', detail: 'it is taken' }]);
  });
  it('puts what is wrong with one group at the groups', () => {
    const fault = { pointer: '/groups/3', code: 'value_invalid', detail: 'no' };
    const error = atItsField(new Problem(422, 'validation_failed', '', [fault])) as Problem;
    expect(error.faults[0]?.pointer).toBe('/groups');
  });
  it('leaves what is not a problem alone', () => {
    const error = new TypeError('x');
    expect(atItsField(error)).toBe(error);
  });
});
