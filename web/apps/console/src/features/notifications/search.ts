/** What the addresses of this room hold: filters that survive a reload and can be sent to a colleague. Pure. */

import type { Channel, DeliveryFilter, DeliveryState, NotificationStatus, Origin } from '@belfry/api/console';

export interface ListSearch {
  q?: string;
  status?: NotificationStatus;
  origin?: Origin;
}

export const statuses: readonly NotificationStatus[] = [
  'draft',
  'scheduled',
  'sending',
  'sent',
  'partly_failed',
  'failed',
  'cancelled',
  'expired',
];
export const origins: readonly Origin[] = ['operator', 'api', 'event', 'test'];
export const states: readonly DeliveryState[] = [
  'success',
  'failed',
  'expired',
  'pending',
  'sending',
  'cancelled',
  'suppressed',
];
export const channels: readonly Channel[] = ['inbox', 'web_push', 'live'];
/** What devices are called by the server; the rest is found by searching. */
export const platforms = ['Android', 'iOS', 'Windows', 'macOS', 'Linux', 'ChromeOS', 'other'] as const;
export const browsers = [
  'Chrome',
  'Firefox',
  'Safari',
  'Edge',
  'Opera',
  'Samsung Internet',
  'other',
] as const;

const MAX = 200;

/** A word of a list, or nothing: an address may have been typed by hand. */
function word<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((one) => one === value);
}

/** The router reads `?q=12` as a number. */
function text(value: unknown): string | undefined {
  const words = typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX) : '';
  return words.trim() ? words : undefined;
}

/** Leaves out what is not set, so that addresses stay short. */
export function kept<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

export function listSearch(raw: Record<string, unknown>): ListSearch {
  return kept({ q: text(raw.q), status: word(raw.status, statuses), origin: word(raw.origin, origins) });
}

export function deliverySearch(raw: Record<string, unknown>): DeliveryFilter {
  return kept({
    q: text(raw.q),
    state: word(raw.state, states),
    channel: word(raw.channel, channels),
    platform: text(raw.platform),
    browser: text(raw.browser),
  });
}

/** The address of the export with the filters of the list. */
export function exportAddress(ws: string, id: string, filter: DeliveryFilter): string {
  const query = new URLSearchParams(Object.entries(filter)).toString();
  const path = `/v1/workspaces/${encodeURIComponent(ws)}/notifications/${encodeURIComponent(id)}/deliveries.csv`;
  return query ? `${path}?${query}` : path;
}
