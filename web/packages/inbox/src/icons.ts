/** Paths for `icon`, each by itself, so that a build takes only those that it draws. */

export const bell =
  'M6 9.5a6 6 0 0 1 12 0c0 4.6 1.4 6.1 2.2 7H3.8c.8-.9 2.2-2.4 2.2-7ZM9.8 19.5a2.4 2.4 0 0 0 4.4 0';
export const check = 'm5 12.5 4.5 4.5L19 7.5';
export const checks = 'm2 12.5 4.5 4.5L15 8M11.5 16l1 1L22 8';
export const dot = 'M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10Z';
export const archive = 'M4 8.5v9A1.5 1.5 0 0 0 5.5 19h13a1.5 1.5 0 0 0 1.5-1.5v-9M3 5h18v3.5H3ZM10 12.5h4';
export const remove =
  'M4.5 7h15M10 11v5.5m4-5.5v5.5M6.5 7l.8 11.2A1.5 1.5 0 0 0 8.8 19.6h6.4a1.5 1.5 0 0 0 1.5-1.4L17.5 7M9.5 7V4.4h5V7';
export const back = 'M20 12H5m6-6.5L4.5 12l6.5 6.5';
export const out = 'M8 16 17 7m-8 0h8v8';
export const close = 'm6 6 12 12M18 6 6 18';
export const search = 'M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12ZM15 15l5 5';
export const offline =
  'M3 3l18 18M5 12.5a10 10 0 0 1 3.6-2.3M12.5 9.5a10 10 0 0 1 6.5 3M8.5 16a5 5 0 0 1 5.7-.9M2 9a15 15 0 0 1 3.6-2.4M10 5.6A15 15 0 0 1 22 9M12 19.5h0';
export const alert = 'M12 8v5m0 3.5v0M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z';
export const stack = 'm12 4 8.5 4.2L12 12.5 3.5 8.2ZM4.5 12.4 12 16l7.5-3.6M4.5 16.2 12 20l7.5-3.8';
export const key = 'M14.5 4a5.5 5.5 0 1 1-4 9.3L4 19.8V16l6-5.5A5.5 5.5 0 0 1 14.5 4ZM16 8.5v0';
