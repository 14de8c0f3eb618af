/** Time zones as the browser knows them. */

/** IANA name of the browser's zone; `UTC` where it has none. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** All zones by name, with the browser's own even where it lists others only. */
export function timeZones(): string[] {
  return [...new Set([browserZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
}
