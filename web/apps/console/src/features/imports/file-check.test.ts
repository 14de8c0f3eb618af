import { expect, it } from 'vitest';
import { LARGEST, refusalOf, rowNamed } from './file-check';

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
