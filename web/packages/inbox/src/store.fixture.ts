/** A store with a server made up by the test, for the tests of the store. */

import type { Item, MeClient, Page } from '@belfry/api';
import { vi } from 'vitest';
import type { Snapshot } from './snapshot';
import { InboxStore } from './store';

export const item = (n: number, fields: Partial<Item> = {}): Item => ({
  id: `i${n}`,
  notification_id: `n${n}`,
  title: `Title ${n}`,
  message: '',
  html: '',
  sender: null,
  photo: null,
  actor: null,
  icon: null,
  subject: null,
  count: 1,
  destination: null,
  created_at: `2026-05-01T00:00:${String(n + 10)}Z`,
  read_at: null,
  ...fields,
});
export const range = (from: number, to: number): Item[] => {
  const found: Item[] = [];
  for (let n = from; n >= to; n--) found.push(item(n));
  return found;
};

/** As {@link item}, for many: each a second younger than the one before. */
export const numbered = (n: number): Item =>
  item(n, { created_at: new Date(Date.UTC(2026, 4, 1) + n * 1_000).toISOString() });

/** A server that answers inbox calls from `pages`, in order; an answer may be held back. */
export function setUp(pages: (Page<Item> | Promise<Page<Item>> | Error)[], unread = 0) {
  const inbox = vi.fn(async () => {
    const page = pages.shift();
    if (page instanceof Error) throw page;
    return page ?? { items: [], next: null };
  });
  const change = vi.fn(async (): Promise<unknown> => undefined);
  const readAll = vi.fn(async (): Promise<unknown> => undefined);
  const client = { inbox, change, readAll, unreadCount: async () => unread } as unknown as MeClient;
  const received: string[] = [];
  const failures: unknown[] = [];
  /** Ends of the waits that the store asked for. */
  const pauses: (() => void)[] = [];
  const clock = { now: Date.parse('2026-05-10T12:00:00Z') };
  let last: Snapshot | undefined;
  const store = new InboxStore(
    client,
    {
      changed: (snapshot) => {
        last = snapshot;
      },
      received: (one) => received.push(one.id),
      failed: (error) => failures.push(error),
    },
    { now: () => new Date(clock.now), pause: () => new Promise((done) => pauses.push(done)) },
  );
  const ids = () => store.snapshot.items.map((one) => one.id).join(' ');
  return { store, client, inbox, change, readAll, received, failures, ids, pauses, clock, last: () => last };
}
