/** Numbers, times and spans as the reader's language and region write them. Pure but for the region. */

import { useMemo } from 'react';
import { region } from './language';
import { useTranslation } from './translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Format {
  number(value: number): string;
  /** `share` is 0 to 1. Never 100 % unless it is all. */
  percent(share: number): string;
  date(time: string): string;
  /** Date and time; the zone of the browser unless one is given. */
  dateTime(time: string, zone?: string): string;
  time(time: string, zone?: string): string;
  /** Date and time with the name of the zone. */
  moment(time: string, zone: string): string;
  /** `3 minutes ago`, `in 2 days`; exact times belong into a `title`. */
  relative(time: string, now?: Date): string;
  /** `12 s`, `3 min`, `2 hr`. */
  span(seconds: number): string;
  bytes(bytes: number): string;
  list(items: string[]): string;
}

/** The same for what is not a component. */
export function formatFor(tag: string): Format {
  const dates = (options: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(tag, { ...options, ...(zone && { timeZone: zone }) });
  const unit = (value: number, name: string, digits = 0, unitDisplay: 'long' | 'short' = 'short'): string =>
    new Intl.NumberFormat(tag, {
      style: 'unit',
      unit: name,
      unitDisplay,
      maximumFractionDigits: digits,
    }).format(value);
  // By its symbol, which is the same everywhere; the browser's words are `sec` or `Sek.`
  const inSeconds = (value: number, digits: number): string =>
    `${new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value)}\u00a0s`;
  return {
    number: (value) => new Intl.NumberFormat(tag).format(value),
    percent: (share) => {
      const shown = share < 1 ? Math.min(Math.round(share * 1000) / 1000, 0.999) : 1;
      return new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }).format(shown);
    },
    date: (time) => dates({ dateStyle: 'medium' }).format(new Date(time)),
    dateTime: (time, zone) => dates({ dateStyle: 'medium', timeStyle: 'short' }, zone).format(new Date(time)),
    moment: (time, zone) =>
      dates(
        {
          year: 'numeric',
          month: 'short',
          day: 'numeric',
          hour: '2-digit',
          minute: '2-digit',
          timeZoneName: 'short',
        },
        zone,
      ).format(new Date(time)),
    time: (time, zone) => dates({ timeStyle: 'short' }, zone).format(new Date(time)),
    relative: (time, now = new Date()) => {
      const seconds = (new Date(time).getTime() - now.getTime()) / 1000;
      const size = Math.abs(seconds);
      const say = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' });
      if (size < 45) return say.format(0, 'second');
      if (size < 45 * MINUTE)
        return say.format(Math.sign(seconds) * Math.max(1, Math.round(size / MINUTE)), 'minute');
      if (size < 22 * HOUR)
        return say.format(Math.sign(seconds) * Math.max(1, Math.round(size / HOUR)), 'hour');
      if (size < 14 * DAY) return say.format(Math.sign(seconds) * Math.max(1, Math.round(size / DAY)), 'day');
      return dates({ dateStyle: 'medium' }).format(new Date(time));
    },
    span: (seconds) => {
      // Nothing takes no time at all.
      if (seconds < 10) return inSeconds(seconds > 0 ? Math.max(seconds, 0.1) : 0, 1);
      if (seconds < 100) return inSeconds(seconds, 0);
      if (seconds < 100 * MINUTE) return unit(Math.round(seconds / MINUTE), 'minute');
      if (seconds !== DAY && seconds < 2 * DAY) return unit(Math.round(seconds / HOUR), 'hour');
      return unit(Math.round(seconds / DAY), 'day', 0, 'long');
    },
    bytes: (bytes) => {
      if (bytes < 1000) return unit(bytes, 'byte');
      if (bytes < 1_000_000) return unit(bytes / 1000, 'kilobyte');
      return unit(bytes / 1_000_000, 'megabyte', 1);
    },
    list: (items) => new Intl.ListFormat(tag).format(items),
  };
}

/** The formats of the reader's language; they follow when it changes. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the region follows the language.
  return useMemo(() => formatFor(region()), [i18n.language]);
}
