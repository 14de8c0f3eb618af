import { expect, it } from 'vitest';
import { LARGEST, refusalOf, rowNamed, wrongIn } from './file-check';

it('refuses workbooks, empty files and huge ones before they are sent', () => {
  expect(refusalOf({ name: 'people.XLSX', size: 10 })).toBe('spreadsheet');
  expect(refusalOf({ name: 'people.ods', size: 10 })).toBe('spreadsheet');
  expect(refusalOf({ name: 'people.csv', size: 0 })).toBe('empty');
  expect(refusalOf({ name: 'people.csv', size: LARGEST + 1 })).toBe('too_large');
});

it('lets everything else through, whatever it is called', () => {
  expect(refusalOf({ name: 'people.csv', size: LARGEST })).toBeNull();
  expect(refusalOf({ name: 'xlsx export', size: 3 })).toBeNull();
  expect(refusalOf({ name: 'people.txt', size: 3 })).toBeNull();
});

it('finds the other row in the words of the server', () => {
  expect(rowNamed('same email as row 4')).toBe(4);
  expect(rowNamed('the email belongs to “row” already')).toBeNull();
});

it('knows what a sentence about a wrong row is about', () => {
  expect(wrongIn('“olga@@example.org” is not an email address: it has more than one @')).toEqual({
    what: 'email',
    cell: 'olga@@example.org',
  });
  expect(wrongIn('the row has neither an id nor an email')).toEqual({ what: 'nobody', cell: '' });
  expect(wrongIn('something new')).toBeNull();
});
