import { ApiError, type Item, type Page } from '@belfry/api';
import { describe, expect, it, vi } from 'vitest';
import { item, range, setUp } from './store.fixture';

describe('lists', () => {
  it('loads, goes on from the cursor, and never shows an item twice', async () => {
    const { store, inbox, ids } = setUp(
      [
        { items: range(9, 7), next: 'c1' },
        { items: range(7, 5), next: null },
      ],
      3,
    );
    await store.refresh();
    expect(store.snapshot).toMatchObject({ loaded: true, unread: 3, hasMore: true });
    await store.loadMore();
    expect(ids()).toBe('i9 i8 i7 i6 i5');
    expect(store.snapshot.hasMore).toBe(false);
    expect(inbox).toHaveBeenLastCalledWith({
      limit: 50,
      cursor: 'c1',
      unread: false,
      archived: false,
      q: '',
    });
  });

  it('keeps what was loaded below when the newest page overlaps', async () => {
    const { store, inbox, ids } = setUp([
      { items: range(6, 5), next: 'c1' },
      { items: range(4, 3), next: 'c2' },
      { items: range(7, 6), next: 'c9' },
    ]);
    await store.refresh();
    await store.loadMore();
    await store.refresh();
    expect(ids()).toBe('i7 i6 i5 i4 i3');
    await store.loadMore();
    expect(inbox).toHaveBeenLastCalledWith(expect.objectContaining({ cursor: 'c2' }));
    expect(store.snapshot.items).toHaveLength(5);
  });

  it('starts anew where the newest page does not reach the old one', async () => {
    const { store, ids, inbox } = setUp([
      { items: range(3, 2), next: 'c1' },
      { items: range(9, 8), next: 'c7' },
    ]);
    await store.refresh();
    await store.refresh();
    expect(ids()).toBe('i9 i8');
    await store.loadMore();
    expect(inbox).toHaveBeenLastCalledWith(expect.objectContaining({ cursor: 'c7' }));
  });

  it('drops what was archived elsewhere from the part that was read again', async () => {
    const { store, ids } = setUp([
      { items: range(4, 1), next: null },
      { items: [item(4), item(2), item(1)], next: null },
    ]);
    await store.refresh();
    await store.refresh();
    expect(ids()).toBe('i4 i2 i1');
  });

  it('keeps a live item that came while the page was being read', async () => {
    let answer: (page: Page<Item>) => void = () => undefined;
    const { store, ids } = setUp([
      { items: range(2, 1), next: null },
      new Promise<Page<Item>>((done) => {
        answer = done;
      }),
    ]);
    await store.refresh();
    const reading = store.refresh();
    store.receive(item(3));
    answer({ items: range(2, 1), next: null });
    await reading;
    expect(ids()).toBe('i3 i2 i1');
  });

  it('keeps the old list when it cannot be read', async () => {
    const error = new ApiError(503, 'unavailable', '');
    const { store, ids, failures } = setUp([{ items: range(2, 1), next: null }, error]);
    await store.refresh();
    await store.refresh();
    expect(ids()).toBe('i2 i1');
    expect(store.snapshot.loading).toBe('failed');
    expect(failures).toEqual([error]);
  });
});

describe('live', () => {
  it('puts a new item on top, counts it once, and ignores its repetition', async () => {
    const { store, ids, received } = setUp([{ items: range(2, 1), next: null }], 2);
    await store.refresh();
    store.apply({ kind: 'sync', unread: 2 });
    store.receive(item(3));
    store.receive(item(3));
    expect(ids()).toBe('i3 i2 i1');
    expect(store.snapshot.unread).toBe(3);
    expect(received).toEqual(['i3']);
  });

  it('does not count what was missed twice when it catches up', async () => {
    const { store, ids, received } = setUp(
      [
        { items: range(2, 1), next: null },
        { items: range(4, 1), next: null },
      ],
      4,
    );
    await store.refresh();
    store.apply({ kind: 'sync', unread: 2 });
    const catching = store.catchUp(4);
    store.receive(item(3));
    store.receive(item(4));
    expect(store.snapshot.unread).toBe(4);
    await catching;
    expect(ids()).toBe('i4 i3 i2 i1');
    expect(store.snapshot.unread).toBe(4);
    expect(received).toEqual(['i3', 'i4']);
    store.receive(item(5));
    expect(store.snapshot.unread).toBe(5);
  });

  it('reads the list again when a read was under way as the stream began', async () => {
    let answer: (page: Page<Item>) => void = () => undefined;
    const { store, ids } = setUp(
      [
        new Promise<Page<Item>>((done) => {
          answer = done;
        }),
        { items: range(3, 1), next: null },
      ],
      3,
    );
    const reading = store.refresh();
    const catching = store.catchUp(3);
    answer({ items: range(2, 1), next: null });
    await Promise.all([reading, catching]);
    expect(ids()).toBe('i3 i2 i1');
    expect(store.snapshot.unread).toBe(3);
  });

  it('has what was missed in order, however much it was', async () => {
    const at = (n: number) => item(n, { created_at: new Date(Date.UTC(2026, 4, 1, 0, n)).toISOString() });
    const down = (from: number, to: number) => {
      const found: Item[] = [];
      for (let n = from; n >= to; n--) found.push(at(n));
      return found;
    };
    const { store, ids } = setUp([
      { items: down(10, 1), next: null },
      { items: down(80, 31), next: 'c' },
      { items: down(30, 1), next: null },
    ]);
    await store.refresh();
    const catching = store.catchUp(80);
    for (let n = 11; n <= 80; n++) store.receive(at(n));
    await catching;
    const order = () =>
      ids()
        .split(' ')
        .map((id) => Number(id.slice(1)));
    const sorted = (numbers: number[]) => [...numbers].sort((a, b) => b - a);
    expect(order()).toEqual(sorted(order()));
    expect(order().slice(0, 50)).toEqual(down(80, 31).map((one) => Number(one.id.slice(1))));
    await store.loadMore();
    expect(order()).toEqual(down(80, 1).map((one) => Number(one.id.slice(1))));
  });

  it('only counts where no list was looked at yet', async () => {
    const { store, inbox, client } = setUp([], 4);
    client.unreadCount = vi.fn(async () => 4);
    await store.catchUp(3);
    expect(client.unreadCount).not.toHaveBeenCalled();
    store.receive(item(1));
    expect(store.snapshot.unread).toBe(4);
    // Again, after a connection that was lost: what follows is counted already.
    const again = store.catchUp(5);
    store.receive(item(2));
    await again;
    expect(client.unreadCount).toHaveBeenCalled();
    expect(store.snapshot.unread).toBe(4);
    expect(inbox).not.toHaveBeenCalled();
  });

  it('asks again, once it is quiet, what an item and a state at one moment left in doubt', async () => {
    const { store, client, pauses, clock } = setUp([{ items: range(2, 1), next: null }], 2);
    await store.refresh();
    await store.catchUp(2);
    clock.now += 60_000;
    store.receive(item(3));
    expect(pauses).toHaveLength(0);
    // This count may or may not have the item in it that follows.
    store.apply({ kind: 'read', id: 'i1', unread: 3 });
    store.receive(item(4));
    expect(store.snapshot.unread).toBe(4);
    client.unreadCount = async () => 3;
    expect(pauses).toHaveLength(1);
    pauses[0]?.();
    await vi.waitFor(() => expect(store.snapshot.unread).toBe(3));
  });

  it('asks for the count again when something came while it was asked for', async () => {
    const { store, client } = setUp([{ items: range(1, 1), next: null }]);
    const counts = [1, 2];
    client.unreadCount = vi.fn(async () => {
      const count = counts.shift() ?? 99;
      if (count === 1) store.receive(item(2));
      return count;
    });
    await store.refresh();
    expect(store.snapshot.unread).toBe(2);
    expect(client.unreadCount).toHaveBeenCalledTimes(2);
  });

  it('moves a growing stack to the top and rings again, without counting an unread one twice', async () => {
    const { store, ids, received } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.refresh();
    store.receive(item(1, { count: 2, created_at: '2026-05-09T00:00:00Z' }));
    expect(ids()).toBe('i1 i3 i2');
    expect(store.snapshot.unread).toBe(3);
    expect(received).toEqual(['i1']);
  });

  it('takes the server’s count and what was done elsewhere', async () => {
    const { store, ids } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.refresh();
    store.apply({ kind: 'read', id: 'i3', unread: 2 });
    expect(store.get('i3')?.read_at).not.toBeNull();
    store.apply({ kind: 'unread', id: 'i3', unread: 3 });
    expect(store.get('i3')?.read_at).toBeNull();
    store.apply({ kind: 'archived', id: 'i2', unread: 2 });
    expect(ids()).toBe('i3 i1');
    store.apply({ kind: 'read_all', unread: 0 });
    expect(store.snapshot.items.every((one) => one.read_at)).toBe(true);
    store.apply({ kind: 'sync', unread: 17 });
    expect(store.snapshot.unread).toBe(17);
  });
});

describe('changes', () => {
  it('shows reading at once and puts it back when it is refused', async () => {
    const { store, change, failures } = setUp([{ items: range(2, 1), next: null }], 2);
    await store.refresh();
    change.mockRejectedValueOnce(new ApiError(0, 'unreachable', ''));
    const reading = store.markRead('i2');
    expect(store.snapshot.unread).toBe(1);
    await reading;
    expect(store.snapshot.unread).toBe(2);
    expect(store.get('i2')?.read_at).toBeNull();
    expect(failures).toHaveLength(1);
    await store.markRead('i2');
    await store.markRead('i2');
    expect(change).toHaveBeenCalledTimes(2);
  });

  it('puts everything back when not all could be marked', async () => {
    const { store, readAll } = setUp([{ items: [item(3), item(2, { read_at: 'x' })], next: null }], 1);
    await store.refresh();
    readAll.mockRejectedValueOnce(new ApiError(503, 'x', ''));
    await expect(store.markAllRead()).rejects.toThrow();
    expect(store.snapshot.unread).toBe(1);
    expect(store.get('i3')?.read_at).toBeNull();
    expect(store.get('i2')?.read_at).toBe('x');
  });

  it('archives at once, and puts back where it was', async () => {
    const { store, change, ids } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.refresh();
    const archived = store.archive('i2');
    expect(ids()).toBe('i3 i1');
    expect(store.snapshot.unread).toBe(2);
    // Also while the page is being left.
    expect(change).toHaveBeenLastCalledWith('i2', 'archive', true);
    expect(await archived).toBe(true);
    expect(store.get('i2')).toBeUndefined();
    expect(store.snapshot.unread).toBe(2);
    expect(await store.unarchive(item(2))).toBe(true);
    expect(change).toHaveBeenLastCalledWith('i2', 'unarchive', false);
    expect(ids()).toBe('i3 i2 i1');
    expect(store.snapshot.unread).toBe(3);
  });

  it('counts once what it put back and the live stream told of', async () => {
    const { store, change } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.catchUp(3);
    await store.refresh();
    change.mockImplementationOnce(async () => store.apply({ kind: 'archived', id: 'i2', unread: 2 }));
    await store.archive('i2');
    expect(store.snapshot.unread).toBe(2);
    change.mockImplementationOnce(async () => store.apply({ kind: 'unarchived', id: 'i2', unread: 3 }));
    await store.unarchive(item(2));
    expect(store.snapshot.unread).toBe(3);
  });

  it('does not count what it puts back and was read', async () => {
    const { store, ids } = setUp([{ items: [item(3), item(2, { read_at: 'x' })], next: null }], 1);
    await store.refresh();
    await store.archive('i2');
    await store.unarchive(item(2, { read_at: 'x' }));
    expect(ids()).toBe('i3 i2');
    expect(store.snapshot.unread).toBe(1);
  });

  it('shows no item above others that were not read yet', async () => {
    const { store, ids } = setUp([
      { items: range(9, 8), next: 'more' },
      { items: range(7, 1), next: null },
    ]);
    await store.refresh();
    // It was archived when more of the list was there.
    await store.unarchive(item(3));
    expect(ids()).toBe('i9 i8');
    await store.loadMore();
    expect(ids()).toBe('i9 i8 i7 i6 i5 i4 i3 i2 i1');
  });

  it('puts the last of what was read back to the end, from where the next page goes on', async () => {
    const { store, ids } = setUp([
      { items: range(9, 8), next: 'i8' },
      { items: range(7, 6), next: 'i6' },
      { items: range(5, 4), next: null },
    ]);
    await store.refresh();
    await store.loadMore();
    await store.archive('i7');
    await store.archive('i6');
    await store.unarchive(item(7));
    await store.unarchive(item(6));
    expect(ids()).toBe('i9 i8 i7 i6');
    await store.loadMore();
    expect(ids()).toBe('i9 i8 i7 i6 i5 i4');
  });

  it('counts an item once that is taken away twice at a time', async () => {
    const { store } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.refresh();
    await Promise.all([store.archive('i2'), store.archive('i2'), store.take('i2', 'delete')]);
    expect(store.snapshot.unread).toBe(2);
  });

  it('counts what is taken away as taken, also when the server still counts it', async () => {
    const { store, change } = setUp([{ items: range(3, 1), next: null }], 3);
    await store.catchUp(3);
    await store.refresh();
    let answer: () => void = () => undefined;
    change.mockImplementationOnce(async () => {
      await new Promise<void>((done) => {
        answer = done;
      });
      store.apply({ kind: 'deleted', id: 'i3', unread: 1 });
    });
    const removing = store.take('i3', 'delete');
    store.apply({ kind: 'read', id: 'i1', unread: 2 });
    expect(store.snapshot.unread).toBe(1);
    answer();
    expect(await removing).toBe(true);
    expect(store.snapshot.unread).toBe(1);
    change.mockRejectedValueOnce(new ApiError(0, 'unreachable', ''));
    expect(await store.take('i2', 'delete')).toBe(false);
    expect(store.snapshot.unread).toBe(1);
    expect(store.snapshot.items.map((one) => one.id)).toEqual(['i2', 'i1']);
  });

  it('shows an item again to which something new comes while it is archived', async () => {
    const { store, change, ids, pauses } = setUp([{ items: [item(1, { count: 1 })], next: null }], 1);
    await store.catchUp(1);
    await store.refresh();
    change.mockImplementationOnce(async () => {
      store.apply({ kind: 'archived', id: 'i1', unread: 0 });
      store.receive(item(1, { count: 2, created_at: '2026-05-09T01:00:00Z' }));
    });
    await store.archive('i1');
    expect(ids()).toBe('i1');
    // Whether it was unread before, the server knows.
    for (const done of pauses) done();
    await vi.waitFor(() => expect(store.snapshot.unread).toBe(1));
  });

  it('does not bring back what is being archived, nor what was while the list was read', async () => {
    let answer: (page: Page<Item>) => void = () => undefined;
    const { store, inbox, ids } = setUp([
      { items: range(2, 1), next: null },
      new Promise((done) => {
        answer = done;
      }),
      { items: [item(1)], next: null },
    ]);
    await store.refresh();
    const reading = store.refresh();
    await store.archive('i2');
    answer({ items: range(2, 1), next: null });
    await reading;
    expect(inbox).toHaveBeenCalledTimes(3);
    expect(ids()).toBe('i1');
  });

  it('keeps a read item in the unread list until it is chosen again', async () => {
    const { store, ids } = setUp([
      { items: range(2, 1), next: null },
      { items: [item(1)], next: null },
    ]);
    await store.show('unread');
    await store.markRead('i2');
    expect(ids()).toBe('i2 i1');
    await store.show('unread');
    expect(ids()).toBe('i1');
  });
});
