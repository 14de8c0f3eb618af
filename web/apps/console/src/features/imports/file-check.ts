/** Pure: what can be said of a file before it is sent anywhere. */

/** As the server: 200 MiB. */
export const LARGEST = 200 * 1024 * 1024;

/** Null when it may be sent; else the key of what to say. */
export function refusalOf(file: {
  name: string;
  size: number;
}): 'spreadsheet' | 'empty' | 'too_large' | null {
  if (/\.(xlsx?|xlsm|xlsb|ods|numbers)$/i.test(file.name)) return 'spreadsheet';
  if (file.size === 0) return 'empty';
  return file.size > LARGEST ? 'too_large' : null;
}

/** Row of the file that a detail such as `same email as row 4` names. */
export function rowNamed(detail: string): number | null {
  const row = /\brow (\d+)/.exec(detail)?.[1];
  return row === undefined ? null : Number(row);
}

/** What the server's sentence about a wrong row is about, so that it can be said in other languages. */
const WRONG = [
  [/ is not an email address/, 'email'],
  [/ is not a language/, 'locale'],
  [/neither an id nor an email/, 'nobody'],
  [/more cells than there are headings/, 'cells'],
  [/characters that cannot be read/, 'unreadable'],
] as const;

/** The key of what is wrong with a row and the cell that is quoted; null where the server's own words have to do. */
export function wrongIn(detail: string): { what: (typeof WRONG)[number][1]; cell: string } | null {
  const what = WRONG.find(([pattern]) => pattern.test(detail))?.[1];
  return what ? { what, cell: /“(.*)”/.exec(detail)?.[1] ?? '' } : null;
}
