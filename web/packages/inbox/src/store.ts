/**
 * What a person's inbox holds on this page. Owns the items, their order, the unread count, the filter and the
 * changes that are shown before the server confirmed them. Refuses to draw, to connect and to keep tokens.
 */

import type { ApiError, Item, LiveState, MeClient, Page } from '@belfry/api';

export type Filter = 'all' | 'unread';
export type Loading = 'idle' | 'loading' | 'failed';

/** What is to be shown; a new object after every change. */
export interface Snapshot {
  readonly filter: Filter;
  /** Newest first. In `unread`, what was read since the list was opened stays until the filter is chosen again. */
  readonly items: readonly Item[];
  readonly unread: number;
  /** Whether the list was loaded at least once with this filter. */
  readonly loaded: boolean;
  readonly loading: Loading;
  readonly hasMore: boolean;
  readonly loadingMore: Loading;
}

/** What the store tells besides its snapshot. */
export interface StoreEvents {
  changed(snapshot: Snapshot): void;
  /** A live item that was not there, or not unread, before. */
  received(item: Item): void;
  /** A change could not be saved and was put back, or a list could not be read. */
  failed(error: ApiError): void;
}

/** A change that can still be taken back. */
export interface Pending {
  undo(): void;
  /** Saves it now, also while the page is being left. */
  commit(leaving?: boolean): Promise<void>;
}

interface List {
  ids: string[];
  next: string | null;
  loaded: boolean;
  loading: Loading;
  loadingMore: Loading;
}

const emptyList = (): List => ({ ids: [], next: null, loaded: false, loading: 'idle', loadingMore: 'idle' });

export class InboxStore {
  readonly #client: MeClient;
  readonly #events: StoreEvents;
  readonly #limit: number;
  readonly #now: () => Date;
  readonly #items = new Map<string, Item>();
  readonly #lists: Record<Filter, List> = { all: emptyList(), unread: emptyList() };
  /** Ids that are being archived: a list that was read meanwhile must not bring them back. */
  readonly #hidden = new Set<string>();
  /** Live ids that came while a list was being read. */
  #arrived = new Set<string>();
  #filter: Filter = 'all';
  #unread = 0;
  /** Whether the count is kept by the live stream; else it is asked for with every list. */
  #synced = false;
  /** Whether something came while the count was asked for. */
  #rang = false;

  constructor(client: MeClient, events: StoreEvents, options: { limit?: number; now?: () => Date } = {}) {
    this.#client = client;
    this.#events = events;
    this.#limit = options.limit ?? 50;
    this.#now = options.now ?? (() => new Date());
  }

  get snapshot(): Snapshot {
    const list = this.#lists[this.#filter];
    const items: Item[] = [];
    for (const id of list.ids) {
      const item = this.#items.get(id);
      if (item && !this.#hidden.has(id)) items.push(item);
    }
    return {
      filter: this.#filter,
      items,
      unread: this.#unread,
      loaded: list.loaded,
      loading: list.loading,
      hasMore: list.next !== null,
      loadingMore: list.loadingMore,
    };
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Keeps an item that was read by itself, for its page. It joins no list. */
  remember(item: Item): void {
    this.#items.set(item.id, item);
    this.#changed();
  }

  /** Reads the newest page. What is shown stays until the answer is there. */
  async refresh(): Promise<void> {
    const filter = this.#filter;
    const list = this.#lists[filter];
    if (list.loading === 'loading') return;
    list.loading = 'loading';
    this.#arrived = new Set();
    this.#changed();
    try {
      const [page] = await Promise.all([
        this.#client.inbox({ limit: this.#limit, unread: filter === 'unread' }),
        this.#synced ? undefined : this.#count(),
      ]);
      this.#merge(list, page);
      list.loading = 'idle';
      list.loaded = true;
    } catch (error) {
      list.loading = 'failed';
      this.#events.failed(error as ApiError);
    }
    this.#changed();
  }

  /**
   * After a reconnection: `unread` counts what was missed already, and the items that were missed follow one by one.
   * They are not counted again; when the list was read anew, the server says once more how many there are.
   */
  async catchUp(unread: number): Promise<void> {
    this.#unread = unread;
    this.#synced = false;
    await this.refresh();
    this.#synced = true;
  }

  /** Asks how many are unread, again when something came in between: nobody knows if that was counted. */
  async #count(): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      this.#rang = false;
      const unread = await this.#client.unreadCount();
      // Meanwhile the live stream may have told the count, and counts on from there.
      if (this.#synced) return;
      this.#unread = unread;
      if (!this.#rang) return;
    }
  }

  async loadMore(): Promise<void> {
    const list = this.#lists[this.#filter];
    const cursor = list.next;
    if (cursor === null || list.loadingMore === 'loading') return;
    list.loadingMore = 'loading';
    this.#changed();
    try {
      const page = await this.#client.inbox({
        limit: this.#limit,
        cursor,
        unread: list === this.#lists.unread,
      });
      // A refresh may have replaced the list meanwhile; its own end is the one to go on from.
      if (list.next === cursor) {
        for (const item of page.items) {
          if (!list.ids.includes(item.id)) list.ids.push(item.id);
          this.#items.set(item.id, item);
        }
        list.next = page.next;
      }
      list.loadingMore = 'idle';
    } catch (error) {
      list.loadingMore = 'failed';
      this.#events.failed(error as ApiError);
    }
    this.#changed();
  }

  async show(filter: Filter): Promise<void> {
    this.#filter = filter;
    if (filter === 'unread') this.#dropRead();
    this.#changed();
    await this.refresh();
  }

  /** A live item: new, or an item whose stack grew. It goes to the top; the same one twice changes nothing. */
  receive(item: Item): void {
    const before = this.#items.get(item.id);
    if (before && before.created_at === item.created_at && before.count === item.count) {
      if (before.read_at === item.read_at) return;
    }
    const rings = !item.read_at && (!before || before.read_at !== null || before.count !== item.count);
    this.#items.set(item.id, item);
    this.#hidden.delete(item.id);
    this.#arrived.add(item.id);
    for (const filter of ['all', 'unread'] as const) {
      if (filter === 'unread' && item.read_at) continue;
      const list = this.#lists[filter];
      list.ids = [item.id, ...list.ids.filter((id) => id !== item.id)];
    }
    if (!item.read_at && (!before || before.read_at)) {
      this.#rang = true;
      if (this.#synced) this.#unread += 1;
    }
    this.#changed();
    if (rings) this.#events.received(item);
  }

  /** Something happened elsewhere; the server's count is the truth. */
  apply(state: LiveState): void {
    this.#unread = state.unread;
    this.#synced = true;
    const id = state.id ?? undefined;
    if (state.kind === 'read_all') this.#markAll();
    else if (id && state.kind === 'read') this.#mark(id, this.#now().toISOString());
    else if (id && state.kind === 'unread') this.#mark(id, null);
    else if (id && (state.kind === 'archived' || state.kind === 'withdrawn')) this.#remove(id);
    this.#changed();
  }

  async markRead(id: string): Promise<void> {
    await this.#setRead(id, this.#now().toISOString());
  }

  async markUnread(id: string): Promise<void> {
    await this.#setRead(id, null);
  }

  async markAllRead(): Promise<void> {
    const before = new Map([...this.#items].filter(([, item]) => !item.read_at));
    const unread = this.#unread;
    this.#markAll();
    this.#unread = 0;
    this.#changed();
    try {
      await this.#client.readAll();
    } catch (error) {
      for (const id of before.keys()) this.#mark(id, null);
      this.#unread = unread;
      this.#changed();
      this.#events.failed(error as ApiError);
      throw error;
    }
  }

  /** Takes an item off the page at once; the server is told by `commit`, and never when `undo` came first. */
  archive(id: string): Pending {
    let settled = false;
    const item = this.#items.get(id);
    const wasUnread = item !== undefined && !item.read_at;
    const putBack = (): void => {
      this.#hidden.delete(id);
      if (wasUnread) this.#unread += 1;
      this.#changed();
    };
    this.#hidden.add(id);
    if (wasUnread) this.#unread = Math.max(0, this.#unread - 1);
    this.#changed();
    return {
      undo: () => {
        if (settled) return;
        settled = true;
        putBack();
      },
      commit: async (leaving = false) => {
        if (settled) return;
        settled = true;
        try {
          await this.#client.change(id, 'archive', leaving);
          this.#remove(id);
        } catch (error) {
          putBack();
          this.#events.failed(error as ApiError);
        }
      },
    };
  }

  async #setRead(id: string, readAt: string | null): Promise<void> {
    const before = this.#items.get(id);
    if (!before || (before.read_at === null) === (readAt === null)) return;
    const step = readAt === null ? 1 : -1;
    this.#mark(id, readAt);
    this.#unread = Math.max(0, this.#unread + step);
    this.#changed();
    try {
      await this.#client.change(id, readAt === null ? 'unread' : 'read');
    } catch (error) {
      this.#mark(id, before.read_at);
      this.#unread = Math.max(0, this.#unread - step);
      this.#changed();
      this.#events.failed(error as ApiError);
    }
  }

  /**
   * Puts the newest page over a list. Where both overlap, what was loaded below stays; where they do not, something
   * is missing in between and the page stands alone. Live items that came during the read are newer than the page.
   */
  #merge(list: List, page: Page<Item>): void {
    const fresh = new Set(page.items.map((item) => item.id));
    const newer = list.ids.filter((id) => this.#arrived.has(id) && !fresh.has(id));
    const overlap = list.ids.findLastIndex((id) => fresh.has(id) && !this.#arrived.has(id));
    const keepsTail = page.next !== null && overlap >= 0;
    const tail = keepsTail
      ? list.ids.slice(overlap + 1).filter((id) => !fresh.has(id) && !newer.includes(id))
      : [];
    for (const item of page.items) {
      // A live item is at least as new as the page that was being read.
      if (!this.#arrived.has(item.id)) this.#items.set(item.id, item);
    }
    if (!keepsTail || tail.length === 0) list.next = page.next;
    list.ids = [...newer, ...page.items.map((item) => item.id), ...tail];
  }

  #mark(id: string, readAt: string | null): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#items.set(id, { ...item, read_at: readAt });
    const unread = this.#lists.unread;
    if (readAt === null && unread.loaded && !unread.ids.includes(id)) {
      const all = this.#lists.all.ids;
      const place = all.indexOf(id);
      const after = unread.ids.findIndex((other) => all.indexOf(other) > place);
      unread.ids.splice(after < 0 ? unread.ids.length : after, 0, id);
    }
  }

  #markAll(): void {
    const now = this.#now().toISOString();
    for (const [id, item] of this.#items) if (!item.read_at) this.#items.set(id, { ...item, read_at: now });
  }

  #remove(id: string): void {
    this.#items.delete(id);
    this.#hidden.delete(id);
    for (const list of Object.values(this.#lists)) list.ids = list.ids.filter((other) => other !== id);
    this.#changed();
  }

  #dropRead(): void {
    const list = this.#lists.unread;
    list.ids = list.ids.filter((id) => !this.#items.get(id)?.read_at);
  }

  #changed(): void {
    this.#events.changed(this.snapshot);
  }
}
