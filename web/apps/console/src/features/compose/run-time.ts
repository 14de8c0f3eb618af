/** The run-time in units that people use. Owns splitting seconds and putting them together again. Pure. */

export const UNITS = { minute: 60, hour: 3_600, day: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** 28 days, as the server has it. */
export const RUN_TIME_MOST = 28 * UNITS.day;

export interface RunTime {
  value: number;
  unit: Unit;
}

/** In the largest unit that needs no fraction: 5,400 is 90 minutes. Seconds that make no minute are rounded up to one. */
export function split(seconds: number): RunTime {
  for (const unit of ['day', 'hour'] as const) {
    if (seconds > 0 && seconds % UNITS[unit] === 0) return { value: seconds / UNITS[unit], unit };
  }
  return { value: Math.ceil(seconds / UNITS.minute), unit: 'minute' };
}

/** Seconds, never more than the server takes. */
export function seconds({ value, unit }: RunTime): number {
  return Math.min(Math.max(Math.round(value), 0) * UNITS[unit], RUN_TIME_MOST);
}

/** The most of a unit. */
export const most = (unit: Unit): number => RUN_TIME_MOST / UNITS[unit];

/** `90 minutes`, `1 day`, as the reader's language says it. */
export function inWords(total: number, tag: string): string {
  const { value, unit } = split(total);
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
