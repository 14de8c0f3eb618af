/** Paths of the pictures that only the portal draws, for `icon` of the inbox. */

export const gear =
  'M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM10.3 3.5h3.4l.5 2.3 1.5.9 2.3-.7 1.7 2.9-1.8 1.6v1.8l1.8 1.6-1.7 2.9-2.3-.7-1.5.9-.5 2.5h-3.4l-.5-2.5-1.5-.9-2.3.7-1.7-2.9 1.8-1.6v-1.8L4.3 8.9 6 6l2.3.7 1.5-.9Z';
export const question =
  'M9.3 9.4a2.8 2.8 0 1 1 4 2.6c-.8.4-1.3 1-1.3 1.9M12 17v0M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z';
export const keyboard = 'M3.5 7h17v10h-17ZM7 10.5v0m3.3 0v0m3.4 0v0m3.3 0v0M8.5 13.8h7';
export const leave = 'M14 4.5H6v15h8M10 12h10.5m-3.5-3.5 3.5 3.5-3.5 3.5';
export const unarchive =
  'M4 8.5v9A1.5 1.5 0 0 0 5.5 19h13a1.5 1.5 0 0 0 1.5-1.5v-9M3 5h18v3.5H3ZM12 16.5v-5m-2.3 2L12 11.3l2.3 2.2';
export const laptop = 'M5 5.5h14v9.5H5ZM2.5 18.5h19';
export const phone = 'M8 3.5h8v17H8ZM11 17.5h2';
export const sparkle = 'M12 4v4m0 8v4m8-8h-4m-8 0H4M7 7l2 2m6 6 2 2m0-10-2 2m-6 6-2 2';
