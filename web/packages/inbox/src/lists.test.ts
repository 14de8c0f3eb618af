import { ApiError, type Item, type Page } from '@belfry/api';
import { describe, expect, it, vi } from 'vitest';
import { item, range, setUp } from './store.fixture';

describe('other lists', () => {
  it('shows what is archived, and puts an item back', async () => {
    const { store, inbox, ids, change } = setUp(
      [
        { items: range(3, 2), next: null },
        { items: [item(1), item(0)], next: null },
      ],
      2,
    );
    await store.refresh();
    await store.show('archived');
    expect(inbox).toHaveBeenLastCalledWith(expect.objectContaining({ archived: true, unread: false }));
    expect(ids()).toBe('i1 i0');
    expect(await store.unarchive(item(1))).toBe(true);
    expect(change).toHaveBeenLastCalledWith('i1', 'unarchive', false);
    expect(ids()).toBe('i0');
    expect(store.snapshot.unread).toBe(3);
    // What is archived is not counted, so neither is its being read.
    await store.markRead('i0');
    expect(store.snapshot.unread).toBe(3);
  });

  it('reads the list again when another page put an item back', async () => {
    const { store, ids } = setUp([
      { items: range(2, 1), next: null },
      { items: range(3, 1), next: null },
    ]);
    await store.refresh();
    store.apply({ kind: 'unarchived', id: 'i3', unread: 3 });
    await vi.waitFor(() => expect(ids()).toBe('i3 i2 i1'));
    expect(store.snapshot.unread).toBe(3);
  });

  it('reads again what was being read while something happened elsewhere', async () => {
    let answer: (page: Page<Item>) => void = () => undefined;
    const { store, inbox, ids, last } = setUp([
      new Promise((done) => {
        answer = done;
      }),
      { items: [item(3), item(1, { read_at: '2026-05-02T00:00:00Z' })], next: null },
    ]);
    const reading = store.refresh();
    store.apply({ kind: 'archived', id: 'i2', unread: 2 });
    store.apply({ kind: 'read', id: 'i1', unread: 1 });
    // The server had made this page before.
    answer({ items: range(3, 1), next: null });
    await reading;
    expect(inbox).toHaveBeenCalledTimes(2);
    expect(ids()).toBe('i3 i1');
    expect(last()?.items.map((one) => one.read_at !== null)).toEqual([false, true]);
  });

  it('searches, takes in what comes live and fits, and ends', async () => {
    const { store, inbox, ids } = setUp([
      { items: range(3, 1), next: null },
      { items: [], next: 'deeper' },
      { items: [item(1, { message: 'The printer jams' })], next: null },
      { items: range(3, 1), next: null },
    ]);
    await store.refresh();
    await store.search(' printer  jams ');
    expect(inbox).toHaveBeenLastCalledWith(expect.objectContaining({ q: 'printer  jams', cursor: 'deeper' }));
    expect(store.snapshot).toMatchObject({ query: 'printer  jams', filter: 'all' });
    expect(ids()).toBe('i1');
    store.receive(item(8));
    store.receive(item(9, { actor: { name: 'Printer' }, subject: { kind: 't', id: '1', title: 'JAMS' } }));
    expect(ids()).toBe('i9 i1');
    await store.search('');
    expect(store.snapshot.query).toBe('');
    expect(ids()).toContain('i3');
  });

  it('shows the answer to the last search, whichever came last', async () => {
    let first: (page: Page<Item>) => void = () => undefined;
    const { store, ids } = setUp([
      new Promise<Page<Item>>((done) => {
        first = done;
      }),
      { items: [item(2)], next: null },
    ]);
    const slow = store.search('a');
    await store.search('ab');
    first({ items: [item(1)], next: null });
    await slow;
    expect(ids()).toBe('i2');
  });

  it('shows what was read on an earlier visit until the first page comes', async () => {
    const { store, ids } = setUp(
      [new ApiError(0, 'unreachable', ''), { items: range(9, 8), next: 'c1' }] as Error[],
      5,
    );
    store.seed(range(3, 1), 3);
    expect(store.snapshot).toMatchObject({ stale: true, loaded: false, unread: 3 });
    await store.refresh();
    expect(store.snapshot).toMatchObject({ stale: true, loading: 'failed' });
    expect(ids()).toBe('i3 i2 i1');
    await store.refresh();
    expect(store.snapshot).toMatchObject({ stale: false, hasMore: true, unread: 5 });
    expect(ids()).toBe('i9 i8');
  });
});
