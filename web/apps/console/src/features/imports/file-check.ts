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
