import type { InboxQuery, Item, MeClient, Page } from '@belfry/api';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { InboxStore } from './store';
import { numbered } from './store.fixture';

beforeAll(() => {
  // Else every item is drawn by itself.
  vi.stubGlobal('requestAnimationFrame', () => 0);
});

/** A server that has everything, and a page that was told so far of the first `shown`. */
function setUp(shown: number) {
  const all: Item[] = [];
  const add = (): Item => {
    const one = numbered(all.length + 1);
    all.unshift(one);
    return one;
  };
  for (let n = 0; n < shown; n++) add();
  const inbox = vi.fn(async ({ limit = 50, cursor }: InboxQuery): Promise<Page<Item>> => {
    const from = cursor ? all.findIndex(({ id }) => id === cursor) + 1 : 0;
    const items = all.slice(from, from + limit);
    return { items, next: from + limit < all.length ? (items.at(-1)?.id ?? null) : null };
  });
  const unreadCount = async () => all.length;
  const store = new InboxStore(
    { inbox, unreadCount } as unknown as MeClient,
    { changed: () => undefined, received: () => undefined, failed: () => undefined },
    // No clock may wake a store whose test has ended.
    { pause: () => new Promise(() => undefined) },
  );
  const numbers = () => store.snapshot.items.map(({ id }) => Number(id.slice(1)));
  return { store, inbox, all, add, numbers, storm: (n: number) => times(n, () => store.receive(add())) };
}

function times(n: number, run: () => void): void {
  for (let at = 0; at < n; at++) run();
}
const quiet = () => new Promise((done) => setTimeout(done, 5));
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

describe('a very long list', () => {
  it('begins anew with the newest when a storm has filled it and the reader is at the top', async () => {
    const { store, inbox, numbers, storm } = setUp(80);
    await store.refresh();
    for (let n = 0; n < 50; n++) {
      storm(100);
      expect(store.snapshot.items.length).toBeLessThanOrEqual(1_150);
      await quiet();
    }
    expect(inbox.mock.calls.length).toBeLessThan(10);
    expect(numbers()[0]).toBe(5_080);
    await store.refresh();
    // Nothing is missing between what is there and what comes with the next pages.
    for (let page = 0; page < 5; page++) await store.loadMore();
    expect(numbers()).toEqual(down(5_080, 5_080 - numbers().length + 1));
    expect(numbers().length).toBeGreaterThan(250);
  });

  it('leaves the reader who is far below in peace, and shows the newest back at the top', async () => {
    const { store, numbers, storm } = setUp(400);
    await store.catchUp(400);
    await store.refresh();
    for (let page = 0; page < 5; page++) await store.loadMore();
    store.look(40);
    for (let n = 0; n < 40; n++) {
      storm(100);
      await quiet();
    }
    expect(store.snapshot.items).toHaveLength(1_000);
    expect(numbers()).toContain(400 - 40);
    expect(store.snapshot).toMatchObject({ stale: true, unread: 4_400 });
    store.look(0);
    await quiet();
    expect(numbers()).toEqual(down(4_400, 4_351));
    expect(store.snapshot.stale).toBe(false);
  });

  it('keeps what came while the newest were read', async () => {
    const { store, inbox, add, numbers, storm } = setUp(80);
    await store.refresh();
    let answer = (): void => undefined;
    inbox.mockImplementationOnce(async ({ limit = 50 }) => {
      const items = down(1_030, 1_031 - limit).map(numbered);
      await new Promise<void>((done) => {
        answer = done;
      });
      return { items, next: items.at(-1)?.id ?? null };
    });
    storm(950);
    store.receive(add());
    expect(store.snapshot.loading).toBe('loading');
    answer();
    await quiet();
    expect(numbers()).toEqual(down(1_031, 981));
  });

  it('cannot be filled by a server that does not answer', async () => {
    const { store, inbox, storm, numbers } = setUp(80);
    await store.refresh();
    const { length } = inbox.mock.calls;
    inbox.mockImplementationOnce(() => new Promise(() => undefined));
    storm(9_000);
    expect(inbox.mock.calls).toHaveLength(length + 1);
    expect(numbers().length).toBeLessThan(2_002);
  });

  it('does not ask again and again when the newest cannot be read', async () => {
    const { store, inbox, storm } = setUp(80);
    await store.refresh();
    inbox.mockRejectedValueOnce(new Error('no'));
    storm(1_000);
    await quiet();
    expect(store.snapshot.loading).toBe('failed');
    const { length } = inbox.mock.calls;
    storm(1_000);
    store.look(0);
    expect(inbox.mock.calls).toHaveLength(length);
    expect(store.snapshot.items.length).toBeLessThanOrEqual(1_050);
    await store.refresh();
    expect(store.snapshot).toMatchObject({ loading: 'idle', stale: false });
  });

  it('lets go of its top while the reader scrolls down, and of the items themselves', async () => {
    const { store, numbers, all } = setUp(5_000);
    await store.refresh();
    const seen = new Set(numbers());
    while (store.snapshot.hasMore) {
      store.look(store.snapshot.items.length - 5);
      await store.loadMore();
      for (const one of numbers()) seen.add(one);
      expect(store.snapshot.items.length).toBeLessThanOrEqual(1_050);
    }
    expect(seen.size).toBe(5_000);
    expect(numbers().at(-1)).toBe(1);
    expect(all.filter(({ id }) => store.get(id)).length).toBeLessThan(3_100);
    store.look(0);
    await quiet();
    expect(numbers()[0]).toBe(5_000);
  });

  it('keeps the item whose page is open, and reads the other lists again', async () => {
    const { store, storm, numbers } = setUp(80);
    await store.show('unread');
    await store.show('all');
    store.opened = 'i40';
    for (let n = 0; n < 80; n++) {
      storm(100);
      await quiet();
    }
    expect(store.get('i40')).toBeDefined();
    expect(store.get('i200')).toBeUndefined();
    const chosen = store.show('unread');
    expect(store.snapshot.items.length).toBeLessThanOrEqual(1_000);
    await chosen;
    expect(numbers().slice(0, 50)).toEqual(down(8_080, 8_031));
  });
});

describe('many items of one moment', () => {
  const at = '2026-05-02T00:00:00Z';
  /** A storm has filled the list; then a batch of `batch` comes, all of one moment, while the newest are read. */
  async function struck(batch: number, heard: number) {
    const { store, inbox, add, all, numbers, storm } = setUp(80);
    await store.refresh();
    let answer = (): void => undefined;
    inbox.mockImplementationOnce(async ({ limit = 50 }) => {
      await new Promise<void>((done) => {
        answer = done;
      });
      // As it is by then.
      const items = all.slice(0, limit);
      return { items, next: items.at(-1)?.id ?? null };
    });
    storm(950);
    expect(store.snapshot.loading).toBe('loading');
    const came = Array.from({ length: batch }, () => Object.assign(add(), { created_at: at }));
    for (const one of came.slice(0, heard)) store.receive(one);
    answer();
    await quiet();
    const newest = all.length;
    const onTop = () => expect(numbers().slice(0, 50)).toEqual(down(newest, newest - 49));
    // What is older than the page does not stand above it, though the stream has not come to the page yet.
    for (const one of came.slice(heard, -50)) store.receive(one);
    onTop();
    for (const one of came.slice(Math.max(heard, batch - 50))) store.receive(one);
    await quiet();
    onTop();
    await store.loadMore();
    await store.loadMore();
    expect(numbers()).toEqual(down(newest, newest - numbers().length + 1));
    expect(numbers().length).toBeGreaterThan(100);
  }

  it('stand in the order in which they came, when all came before the page', () => struck(90, 90));
  it('stand in the order in which they came, when the page knew of more', () => struck(90, 20));
  it('stand in the order in which they came, when the page held all of them', () => struck(30, 10));

  it('stand above the page when it knew nothing of them', async () => {
    const { store, inbox, add, all, numbers, storm } = setUp(80);
    await store.refresh();
    let answer = (): void => undefined;
    inbox.mockImplementationOnce(async ({ limit = 50 }) => {
      const items = all.slice(0, limit);
      await new Promise<void>((done) => {
        answer = done;
      });
      return { items, next: items.at(-1)?.id ?? null };
    });
    storm(950);
    for (let n = 0; n < 30; n++) store.receive(Object.assign(add(), { created_at: at }));
    answer();
    await quiet();
    expect(numbers().slice(0, 60)).toEqual(down(all.length, all.length - 59));
  });
});

describe('a stack that is not here', () => {
  it('is counted by the server alone when it grows', async () => {
    const { store, inbox } = setUp(80);
    await store.catchUp(80);
    await store.refresh();
    expect(inbox).toHaveBeenCalled();
    store.receive({ ...numbered(3), count: 2, created_at: '2026-06-01T00:00:00Z' });
    expect(store.snapshot.unread).toBe(80);
  });
});
