/**
 * What a person's inbox holds on this page. Owns the items, their lists and order, the unread count and the changes that
 * are shown before the server confirmed them. Refuses to draw, to connect and to keep tokens.
 */

import type { ApiError, InboxClient, Item, LiveState, Page, Verb } from '@belfry/api';
import { UnreadCount } from './count';
import { gathered } from './frames';
import { ends, has, insert, joins, letGo, merge } from './lists';
import type { Filter, List, Snapshot, StoreEvents, StoreOptions } from './snapshot';

/** So many items of a list are kept. What else there is, is read again when the reader comes there. */
const MOST = 1_000;

/** Not all pages ask at the same moment. */
const jittered = (time: number): Promise<void> =>
  new Promise((done) => setTimeout(done, time * (1 + Math.random())));

export class InboxStore {
  /** The item whose page is open: it is kept, wherever the list has gone. */
  opened: string | undefined;
  readonly #client: InboxClient;
  readonly #events: StoreEvents;
  readonly #options: Required<StoreOptions>;
  readonly #changed: () => void;
  readonly #items = new Map<string, Item>();
  #lists: List[] = [];
  #list = this.#open('all', '');
  /** Ids that are being taken away: a list that was read meanwhile must not bring them back. */
  readonly #hidden = new Set<string>();
  /** Ids that a page under a storm brought before the stream did: they are news all the same. */
  #ahead = new Set<string>();
  /** Live ids that came while a list was being read. */
  #arrived = new Set<string>();
  readonly #unread: UnreadCount;

  constructor(client: InboxClient, events: StoreEvents, options: StoreOptions = {}) {
    this.#client = client;
    this.#events = events;
    this.#options = { limit: 50, now: () => new Date(), pause: jittered, ...options };
    this.#changed = gathered(() => events.changed(this.snapshot));
    this.#unread = new UnreadCount(() => client.unreadCount(), this.#changed, this.#options);
  }

  get snapshot(): Snapshot {
    const { ids, reading, failed, next, filter, query, loaded, loadingMore, stale, cut } = this.#list;
    return {
      items: ids.flatMap((id) => (this.#hidden.has(id) ? [] : (this.#items.get(id) ?? []))),
      unread: this.#unread.shown,
      loading: reading ? 'loading' : failed ? 'failed' : 'idle',
      hasMore: next !== null,
      filter,
      query,
      loaded: Boolean(loaded),
      loadingMore,
      stale: Boolean(stale || cut),
    };
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  /** Whether an item stands in a list of this filter, as far as that is read. */
  isIn(filter: Filter, id: string): boolean {
    return this.#lists.some((list) => list.filter === filter && list.ids.includes(id));
  }

  /** Keeps an item that was read by itself, for its page. It joins no list. */
  remember(item: Item): void {
    this.#items.set(item.id, item);
    this.#changed();
  }

  /** Shows the items of an earlier visit until the first page comes. */
  seed(items: readonly Item[], unread: number): void {
    const list = this.#open('all', '');
    if (list.loaded) return;
    for (const item of items) this.#items.set(item.id, item);
    list.ids = items.map((item) => item.id);
    list.stale = true;
    if (!this.#unread.synced) this.#unread.value = unread;
    this.#changed();
  }

  // ---- reading

  /** Reads the newest page. What is shown stays until the answer is there. */
  refresh(): Promise<void> {
    const list = this.#list;
    list.again = true;
    list.reading ??= this.#read(list);
    this.#changed();
    return list.reading;
  }

  async #read(list: List): Promise<void> {
    try {
      while (list.again) {
        list.again = false;
        this.#arrived = new Set();
        const count = this.#unread.synced ? undefined : this.#unread.ask();
        const [page] = await Promise.all([this.#page(list), count]);
        // Under a storm the page may be ahead of the stream: what comes after it is known by then, and not counted.
        if (list.cut) {
          this.#ahead = new Set(page.items.flatMap(({ id }) => (this.#items.has(id) ? [] : id)));
          this.#unread.doubt();
        }
        merge(list, page, this.#items, this.#arrived);
      }
      list.loaded = true;
      list.failed = false;
    } catch (error) {
      list.failed = true;
      this.#events.failed(error as ApiError);
    }
    list.reading = undefined;
    this.#changed();
  }

  /**
   * The live stream began, or began again: `unread` counts what was missed already, and what was missed follows item by
   * item. That is not counted twice: once the list was read anew, the server says how many there are.
   */
  async catchUp(unread?: number): Promise<void> {
    const untouched = this.#lists.every((list) => !list.loaded && !list.reading);
    // Nothing can have been missed by a page that has shown nothing yet.
    const inStep = untouched && unread !== undefined && !this.#unread.told;
    this.#unread.tell(unread ?? this.#unread.value, inStep);
    this.#changed();
    if (!untouched) await this.refresh();
    else if (!inStep) await this.#unread.ask().catch(this.#events.failed);
    this.#unread.synced = true;
  }

  async loadMore(): Promise<void> {
    const list = this.#list;
    const cursor = list.next;
    if (cursor === null || list.loadingMore === 'loading') return;
    list.loadingMore = 'loading';
    this.#changed();
    try {
      const page = await this.#page(list, cursor);
      // A refresh may have replaced the list meanwhile; its own end is the one to go on from.
      if (list.next === cursor) {
        for (const item of page.items) this.#items.set(item.id, item);
        list.ids = [...new Set([...list.ids, ...page.items.map((item) => item.id)])];
        ends(list, page);
        if (letGo(list, MOST, this.#options.limit)) this.#tidy();
      }
      list.loadingMore = 'idle';
    } catch (error) {
      list.loadingMore = 'failed';
      this.#events.failed(error as ApiError);
    }
    this.#changed();
  }

  /** Chooses a filter; what is searched for stays. */
  show(filter: Filter, query = this.#list.query): Promise<void> {
    // Of searches only the last is kept: nobody goes back to the one before.
    this.#lists = this.#lists.filter((list) => list.query === '');
    this.#list = this.#open(filter, query);
    if (filter === 'unread') this.#list.ids = this.#list.ids.filter((id) => !this.#items.get(id)?.read_at);
    return this.refresh();
  }

  /** Shows what has every word of `q` in it; nothing to search for ends it. */
  search(q: string): Promise<void> {
    return this.show(this.#list.filter, q.trim().slice(0, 100));
  }

  /** The reader sees the item at this place of the list first. At the very top the newest are read again. */
  look(at: number): void {
    const list = this.#list;
    list.at = at;
    if (list.cut && !list.reading && !list.failed && at === 0) void this.refresh();
  }

  // ---- what comes live

  /** A live item: new, or an item whose stack grew. It goes to the top; the same one twice changes nothing. */
  receive(item: Item): void {
    const ahead = this.#ahead.delete(item.id);
    const before = ahead ? undefined : this.#items.get(item.id);
    const same = before?.created_at === item.created_at && before.count === item.count;
    if (same && before.read_at === item.read_at) return;
    const rings = !item.read_at && (before?.read_at !== null || before.count !== item.count);
    this.#items.set(item.id, item);
    this.#hidden.delete(item.id);
    if (this.#lists.some((list) => list.reading)) this.#arrived.add(item.id);
    this.#place(item, !ahead && this.#ahead.size > 0);
    for (const list of this.#lists) {
      // It stands above what is kept of the list, until the top is read again.
      if (list.cut && (!list.reading || list.ids.length > 2 * MOST)) {
        list.ids = list.ids.filter((id) => id !== item.id);
        list.again = true;
      }
      list.cut ||= list.ids.length >= MOST;
    }
    this.#tidy();
    // Whether a stack that is not here was unread before is known to the server alone.
    if (!before && !item.read_at && item.count > 1) this.#unread.doubt();
    else this.#unread.ring(!item.read_at && before?.read_at !== null);
    this.look(this.#list.at);
    this.#changed();
    if (rings) this.#events.received(item);
  }

  /** Something happened elsewhere; the server's count is the truth. */
  apply({ kind, id, unread }: LiveState): void {
    this.#unread.tell(unread);
    this.#overtake();
    if (kind === 'read_all') this.#markAll();
    if (kind === 'unarchived') void this.refresh();
    if (id) {
      if (kind === 'read') this.#mark(id, this.#options.now().toISOString());
      if (kind === 'unread') this.#mark(id, null);
      if (kind === 'deleted' || kind === 'withdrawn' || kind === 'archived') this.#drop(id);
      if (kind === 'archived' && this.#list.filter === kind) void this.refresh();
    }
    this.#changed();
  }

  // ---- what is done here

  markRead(id: string): Promise<void> {
    return this.#setRead(id, this.#options.now().toISOString());
  }

  markUnread(id: string): Promise<void> {
    return this.#setRead(id, null);
  }

  async markAllRead(): Promise<void> {
    const before = [...this.#items.values()].filter((item) => !item.read_at);
    const unread = this.#unread.value;
    this.#markAll();
    this.#unread.value = 0;
    this.#changed();
    try {
      await this.#client.readAll();
    } catch (error) {
      for (const { id } of before) this.#mark(id, null);
      this.#unread.value = unread;
      this.#changed();
      this.#events.failed(error as ApiError);
      throw error;
    }
  }

  /** Says whether the server did; a page that is being left may not hear of it. */
  archive(id: string): Promise<boolean> {
    return this.take(id, 'archive', true);
  }

  /** Puts an item back where it was among the others. */
  async unarchive(item: Item): Promise<boolean> {
    const { told } = this.#unread;
    const saved = await this.take(item.id, 'unarchive');
    if (saved) {
      this.#items.set(item.id, item);
      this.#place(item);
      if (this.#unread.told === told && !item.read_at) this.#unread.value += 1;
      this.#changed();
    }
    return saved;
  }

  /** Keeps an item out of sight, or not any more. */
  hide(id: string, hidden: boolean): void {
    if (hidden) this.#hidden.add(id);
    else this.#hidden.delete(id);
    this.#changed();
  }

  /** An item is not shown from now on, and forgotten once the server knows; it is back when that failed. */
  async take(id: string, verb: Verb, leaving = false): Promise<boolean> {
    // What is being taken already is not counted twice.
    const unread = !this.#hidden.has(id) && this.#items.get(id)?.read_at === null;
    const counts = unread ? this.#counts(id) : 0;
    const { told } = this.#unread;
    this.#unread.take(counts);
    this.hide(id, true);
    try {
      await this.#client.change(id, verb, leaving);
      // The live stream may have told the new count already.
      if (this.#unread.told === told) this.#unread.value -= counts;
      this.#overtake();
      if (this.#hidden.has(id)) this.#drop(id);
      return true;
    } catch (error) {
      this.#events.failed(error as ApiError);
      return false;
    } finally {
      this.#unread.take(-counts);
      this.hide(id, false);
    }
  }

  async #setRead(id: string, readAt: string | null): Promise<void> {
    const before = this.#items.get(id);
    if (!before || (before.read_at === null) === (readAt === null)) return;
    const step = readAt === null ? this.#counts(id) : -this.#counts(id);
    this.#mark(id, readAt);
    this.#unread.value += step;
    this.#changed();
    try {
      await this.#client.change(id, readAt === null ? 'unread' : 'read');
    } catch (error) {
      this.#mark(id, before.read_at);
      this.#unread.value -= step;
      this.#changed();
      this.#events.failed(error as ApiError);
    }
  }

  // ---- inside

  /** What an unread item adds to the count: what is archived is not counted. */
  #counts(id: string): number {
    return this.isIn('archived', id) ? 0 : 1;
  }

  /** A page that is being read may be older than what happened: it is read again. */
  #overtake(): void {
    for (const list of this.#lists) list.again ||= Boolean(list.reading);
  }

  /** Puts an item into the lists that it belongs to. */
  #place(item: Item, ahead = false): void {
    for (const list of this.#lists) {
      const fits = list.filter === 'all' || (list.filter === 'unread' && !item.read_at);
      if (fits && has(item, list.query)) insert(list, item, this.#items, ahead);
    }
  }

  /** The list of a filter and a search, made when it is first asked for. */
  #open(filter: Filter, query: string): List {
    let list = this.#lists.find((one) => one.filter === filter && one.query === query);
    if (!list) {
      list = { filter, query, ids: [], next: null, end: '', loadingMore: 'idle', at: 0 };
      this.#lists.push(list);
    }
    return list;
  }

  /** One page of a list. A search that found nothing so far is gone on with: an empty page would look like its end. */
  async #page(list: List, after: string | null = null): Promise<Page<Item>> {
    const { filter, query } = list;
    let cursor = after;
    for (;;) {
      const page = await this.#client.inbox({
        limit: this.#options.limit,
        cursor,
        unread: filter === 'unread',
        archived: filter === 'archived',
        q: query,
      });
      // Nor is it gone on with when something else is looked at by now.
      if (page.items.length > 0 || page.next === null || list !== this.#list) return page;
      cursor = page.next;
    }
  }

  /** Forgets items that are in no list any more, when they have become many. */
  #tidy(): void {
    if (this.#items.size < 3 * MOST) return;
    for (const list of this.#lists) {
      // It is read anew when it is chosen.
      if (list !== this.#list && list.cut)
        Object.assign(list, { ids: [], next: null, loaded: false, cut: false });
    }
    const known = this.#lists.flatMap((list) => list.ids);
    const kept = new Set([...known, ...this.#hidden, this.opened]);
    for (const id of this.#items.keys()) if (!kept.has(id)) this.#items.delete(id);
  }

  #mark(id: string, readAt: string | null): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#items.set(id, { ...item, read_at: readAt });
    const unread = this.#open('unread', '');
    if (readAt === null && unread.loaded) joins(unread, id, this.#open('all', ''));
  }

  #markAll(): void {
    const now = this.#options.now().toISOString();
    for (const [id, item] of this.#items) if (!item.read_at) this.#items.set(id, { ...item, read_at: now });
  }

  /** It is nowhere any more; the list of what is archived is read again when it is looked at. */
  #drop(id: string): void {
    this.#items.delete(id);
    this.#hidden.delete(id);
    for (const list of this.#lists) list.ids = list.ids.filter((other) => other !== id);
  }
}
