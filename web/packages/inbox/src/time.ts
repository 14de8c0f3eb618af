/** Says times as people read them. Pure: now, language and zone are given. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `now` for the last 45 seconds, then minutes, hours and days, then the date, with the year if it is another one. */
export function relativeTime(then: Date, now: Date, locale: string, justNow: string): string {
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000);
  if (seconds < 45) return justNow;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  if (seconds < 45 * MINUTE) return format.format(-Math.max(1, Math.round(seconds / MINUTE)), 'minute');
  if (seconds < 22 * HOUR) return format.format(-Math.max(1, Math.round(seconds / HOUR)), 'hour');
  if (seconds < 6.5 * DAY) return format.format(-Math.max(1, Math.round(seconds / DAY)), 'day');
  const sameYear = then.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(!sameYear && { year: 'numeric' }),
  }).format(then);
}

/** Day, date and time in full, in the person's zone where it is known and valid, else in the browser's. */
export function exactTime(then: Date, locale: string, timeZone?: string | null): string {
  const style: Intl.DateTimeFormatOptions = { dateStyle: 'full', timeStyle: 'short' };
  try {
    return new Intl.DateTimeFormat(locale, { ...style, ...(timeZone && { timeZone }) }).format(then);
  } catch {
    return new Intl.DateTimeFormat(locale, style).format(then);
  }
}
