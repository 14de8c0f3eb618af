/** What the counts of a notification add up to. Pure: no words, no looks. */

import type { Counts, NotificationDetail, NotificationStatus } from '@belfry/api/console';

/** Where the deliveries stand, in groups that add up to `of`. */
export interface Tally {
  of: number;
  delivered: number;
  failed: number;
  /** The run-time was over first. */
  expired: number;
  cancelled: number;
  /** A rule kept them back. */
  suppressed: number;
  /** Waiting or on their way. */
  remaining: number;
}

/** The groups in the order in which they are shown. */
export const groups = ['delivered', 'failed', 'expired', 'cancelled', 'suppressed', 'remaining'] as const;
export type Group = (typeof groups)[number];

const groupOf: Readonly<Record<string, Group>> = {
  success: 'delivered',
  failed: 'failed',
  expired: 'expired',
  cancelled: 'cancelled',
  suppressed: 'suppressed',
  pending: 'remaining',
  sending: 'remaining',
};

const nothing = (): Tally => ({
  of: 0,
  delivered: 0,
  failed: 0,
  expired: 0,
  cancelled: 0,
  suppressed: 0,
  remaining: 0,
});

/** A state that this console does not know counts as remaining, so that the sum stays right. */
export function tally(states: Readonly<Record<string, number>>): Tally {
  const sum = nothing();
  for (const [state, count] of Object.entries(states)) {
    sum[groupOf[state] ?? 'remaining'] += count;
    sum.of += count;
  }
  return sum;
}

const ORDER = ['inbox', 'live', 'web_push'];

/** Channels that have deliveries, the inbox first. */
export function byChannel(counts: Counts): { channel: string; tally: Tally }[] {
  const place = (channel: string): number => (ORDER.indexOf(channel) + ORDER.length + 1) % (ORDER.length + 1);
  return Object.entries(counts as Record<string, Record<string, number>>)
    .map(([channel, states]) => ({ channel, tally: tally(states) }))
    .filter((one) => one.tally.of > 0)
    .sort((a, b) => place(a.channel) - place(b.channel) || a.channel.localeCompare(b.channel));
}

/** All channels together. */
export function total(counts: Counts): Tally {
  const sum = nothing();
  for (const { tally: one } of byChannel(counts)) {
    for (const key of ['of', ...groups] as const) sum[key] += one[key];
  }
  return sum;
}

export interface FailureGroup {
  reason: string;
  count: number;
  details: { detail: string; count: number }[];
}

/** One group per reason, the most frequent first; what was answered stands below it. */
export function byReason(failures: NotificationDetail['failures']): FailureGroup[] {
  const found = new Map<string, FailureGroup>();
  for (const { reason, detail, count } of failures) {
    const group = found.get(reason) ?? { reason, count: 0, details: [] };
    group.count += count;
    if (detail) group.details.push({ detail, count });
    found.set(reason, group);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

/** Whether it may look different in a moment. */
export function runs(one: { status: NotificationStatus; finished_at: string | null }): boolean {
  if (one.status === 'sending' || one.status === 'scheduled') return true;
  // What was called off while it was sent still ends what had begun.
  return one.status === 'cancelled' && one.finished_at === null;
}

/** Whether there is something to call off. */
export const cancellable = (status: NotificationStatus): boolean =>
  status === 'scheduled' || status === 'sending';

/** Quarters that are done, 0 to 4: how often progress is worth saying aloud. */
export const quarter = (done: number, of: number): number => (of > 0 ? Math.floor((done / of) * 4) : 0);
