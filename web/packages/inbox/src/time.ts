/** Says times as people read them. Pure: now, language and zone are given. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats are dear to make, and the same for every row. */
const made = new Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>();
function once<T extends Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const format = (made.get(key) ?? make()) as T;
  made.set(key, format);
  return format;
}

/** `now` for the last 45 seconds, then minutes, hours and days, then the date, with the year if it is another one. */
export function relativeTime(then: Date, now: Date, locale: string, justNow: string): string {
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000);
  if (seconds < 45) return justNow;
  const ago = (size: number, unit: Intl.RelativeTimeFormatUnit): string =>
    once(locale, () => new Intl.RelativeTimeFormat(locale, { style: 'short' })).format(
      -Math.max(1, Math.round(seconds / size)),
      unit,
    );
  if (seconds < 45 * MINUTE) return ago(MINUTE, 'minute');
  if (seconds < 22 * HOUR) return ago(HOUR, 'hour');
  if (seconds < 6.5 * DAY) return ago(DAY, 'day');
  const year = then.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return once(
    locale + year,
    () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year }),
  ).format(then);
}

/** Day, date and time in full, in the person's zone where it is known and valid, else in the browser's. */
export function exactTime(then: Date, locale: string, timeZone?: string | null): string {
  const make = (zone?: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: zone });
  return once(`${locale} ${timeZone}`, () => {
    try {
      return make(timeZone ?? undefined);
    } catch {
      return make();
    }
  }).format(then);
}
