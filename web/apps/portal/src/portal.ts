/**
 * The portal of someone who is signed in. Owns the wiring of store, live stream, push and pages, and what the
 * address bar shows. Refuses to know how sign-in works: `ended` is called when it is over.
 */

import type { AccountClient, ApiError, Connection, Item, MeClient } from '@belfry/api';
import { destinationOf, follow, h, InboxStore, type Snapshot } from '@belfry/inbox';
import type { Account } from './account';
import type { Changes } from './changes';
import type { Context } from './context';
import { header } from './header';
import { type Kept, writeKept } from './kept-db';
import type { Language } from './language';
import { listView } from './list-view';
import { notices } from './notices';
import { Pane } from './pane';
import { currentPlace, go, type Place } from './place';
import type { PushDesk } from './push-desk';
import { Rooms } from './rooms';
import type { SignInReason } from './sign-in';
import { clearToasts, keepToasts, type Toast, toast, toastRegion } from './toasts';

export interface PortalOptions {
  client: MeClient;
  account: AccountClient;
  token: string | undefined;
  me: Account;
  language: Language;
  /** What was seen last, to begin with. */
  kept: Kept | undefined;
  /** The id of the field that had focus before the page was drawn anew. */
  field?: string | undefined;
  /** The server answers: what is known of the person may be asked for again. */
  reached(): void;
  /** The server seems to refuse: whether it does has to be asked. */
  doubted(): Promise<void>;
  /** Tells the server that this session ends, now or later. */
  signOut(): Promise<void>;
  /** The person changed something that every page shows. */
  changed(me: Account): Promise<void>;
  ended(reason: SignInReason): void;
}

export interface Portal {
  element: HTMLElement;
  /** The server has said who is here. */
  identified(me: Account): void;
  /** Goes to an address below the workspace's, as something from outside asks. */
  visit(path: string): void;
  /** Ends it without a word, for another one in its place. */
  stop(): void;
  end(reason: SignInReason): void;
}

/** How often relative times are said anew. */
const TICK = 30_000;
/** A page that is looked at again after so long asks anew who is there, and puts push in order. */
const ASK_AGAIN = 3_600_000;
/** What is kept for times without a connection may be this old. */
const KEEP = 1_000;

export function startPortal({
  client,
  account,
  token,
  me,
  language,
  kept,
  ...options
}: PortalOptions): Portal {
  const context: Context = {
    ...language,
    client,
    account,
    me,
    workspace: me.workspace.name,
    timeZone: me.user.time_zone,
  };
  const { t, workspace } = context;
  const life = new AbortController();
  const { signal } = life;
  let connection: Connection = 'connecting';
  let asked = Date.now();
  const ignore = (): void => undefined;

  // ---- parts
  const store = new InboxStore(client, { changed: draw, received, failed });
  const live = follow(client, store, {
    person: me.user.id,
    connection: (next) => {
      connection = next;
      if (next === 'refused') void doubt();
      if (next === 'open') options.reached();
      drawBanner();
    },
  });
  const ask = h('div', { class: 'ask-place' });
  // The list comes first: push is loaded beside it.
  const desk: Promise<PushDesk> = import('./push-desk').then(({ openPushDesk }) =>
    openPushDesk(context, {
      token,
      signal,
      place: ask,
      changed: (state, sentence) => {
        top.showPush(state, sentence);
        rooms.showPush();
      },
      say,
      help: () => visit({ room: 'help' }),
      test: () => void rooms.test(),
      focus: () => list.focus(),
    }),
  );
  // Without it nothing but push is missing; the next opening tries again.
  desk.catch(console.warn);
  const withDesk = (run: (desk: PushDesk) => void): void => void desk.then(run, ignore);
  let changes: Changes | undefined;
  const act =
    (what: 'archive' | 'unarchive' | 'remove' | 'toggleRead' | 'readAll') =>
    (item?: Item): void =>
      void later.then(
        (it) => it[what](item as Item),
        () => say(t('inbox.not_saved')),
      );
  const acts = {
    archive: act('archive'),
    unarchive: act('unarchive'),
    remove: act('remove'),
    toggleRead: act('toggleRead'),
    readAll: act('readAll'),
  };
  const news = import('./news').then(({ openNews }) =>
    openNews(context, {
      visit,
      opened,
      say,
      read: (item) => void store.markRead(item.id),
      isOpen: (item) => pane.current === item.id,
      follow: () => pane.follow(),
    }),
  );
  // Without them the list still shows what comes.
  news.catch(console.warn);
  const back = toList;
  const pane = new Pane(context, store, { ...acts, back, opened, failed });
  const list = listView(
    context,
    {
      ...acts,
      open,
      filter: (filter) => void store.show(filter),
      search: (query) => void store.search(query),
      more: () => void more(),
      seen: (at) => store.look(at),
      retry: () => void store.refresh(),
      settings: () => visit({ room: 'settings' }),
    },
    ask,
  );
  const rooms = new Rooms(
    context,
    {
      desk: () => desk,
      say,
      back,
      visit: (room) => visit({ room }),
      changed: options.changed,
      end,
      signOut: () => void signOut(),
    },
    options.field,
  );
  const top = header({
    t,
    me,
    home: () => visit({}),
    bell: () => {
      visit({});
      scrollTo({ top: 0 });
      void store.refresh();
    },
    room: (room) => visit({ room }),
    keys: () => void rooms.showKeys(),
    togglePush: () => withDesk(({ toggle }) => toggle()),
    signOut: () => void signOut(),
  });
  const strips = notices(t);
  const main = h('main', { id: 'main', class: 'main' }, list.element, pane.element, rooms.element);
  const element = h(
    'div',
    { class: 'portal' },
    top.element,
    strips.element,
    main,
    toastRegion(t('portal.news')),
  );

  // ---- drawing
  function draw(snapshot: Snapshot): void {
    const { unread } = snapshot;
    list.show(snapshot, pane.current);
    top.showUnread(unread);
    pane.follow();
    // What was read or taken away, here or elsewhere, is no news any more.
    keepToasts((id) => store.get(id)?.read_at === null);
    const room = currentPlace().room;
    document.title = `${unread ? `(${unread}) ` : ''}${t(room ? `portal.${room}` : 'portal.title')} · ${workspace}`;
    void navigator.setAppBadge?.(unread).catch(ignore);
    keepSoon();
  }

  function drawBanner(): void {
    const waiting = connection === 'waiting' ? 'portal.reconnecting' : undefined;
    strips.connection(navigator.onLine ? waiting : 'portal.offline');
  }

  let keeping: number | undefined;
  function keepSoon(): void {
    keeping ??= window.setTimeout(keep, KEEP);
  }
  function keep(): void {
    clearTimeout(keeping);
    keeping = undefined;
    const { filter, query, items, unread, loaded, stale } = store.snapshot;
    if (signal.aborted || filter !== 'all' || query || !loaded || stale) return;
    void writeKept(me.workspace.slug, token, { me, items: [...items], unread });
  }

  // ---- places
  function visit(place: Place): void {
    go(place);
    showPlace();
  }

  function showPlace(): void {
    const left = pane.current;
    const { item, room } = currentPlace();
    main.classList.toggle('has-item', item !== undefined);
    main.classList.toggle('has-room', room !== undefined);
    pane.show(item);
    const leftRoom = rooms.show(room);
    draw(store.snapshot);
    if ((left || leftRoom) && !item && !room) list.focus(left);
  }

  function toList(): void {
    if (history.state?.inside) history.back();
    else visit({});
  }

  // ---- actions
  function open(item: Item, event: MouseEvent): void {
    if (destinationOf(item)) {
      opened(item);
      void store.markRead(item.id);
      return;
    }
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    visit({ item: item.id });
  }

  function opened(item: Item): void {
    // A receipt that is lost costs a count, nothing that the reader should hear of.
    void client.receipts([{ item_id: item.id, kind: 'opened' }]).catch(ignore);
  }

  function received(item: Item): void {
    void news.then((arrivals) => arrivals.add(item), ignore);
  }

  /** A list that failed says so in its place; a change that was put back says so in a toast. */
  function failed(error: ApiError): void {
    if (error.status === 401 || error.status === 403) {
      void doubt();
      return;
    }
    if (error.status > 0) console.warn(error);
    const { loaded, loading } = store.snapshot;
    // What is gone already needs no word: it was to go, or it goes from the list by itself.
    if (error.status !== 404 && loaded && loading !== 'failed' && !readingMore) say(t('inbox.not_saved'));
    drawBanner();
  }

  async function signOut(): Promise<void> {
    changes?.flush();
    // On a shared computer nothing may ring for someone who left.
    await desk.then(({ push }) => push.leave()).catch(ignore);
    await options.signOut();
    end('signed_out');
  }

  /** What is refused in passing may be a proxy's word; the server is asked, and the stream begun again. */
  async function doubt(): Promise<void> {
    await options.doubted();
    if (signal.aborted) return;
    live.stop();
    setTimeout(() => !signal.aborted && live.start(), 5_000);
  }

  let readingMore = false;
  async function more(): Promise<void> {
    readingMore = true;
    await store.loadMore();
    readingMore = false;
  }

  function say(text: string, extra: Partial<Toast> = {}): void {
    toast({ text, ...extra }, t('toast.dismiss'));
  }

  // ---- life
  function stop(): void {
    if (signal.aborted) return;
    clearToasts();
    changes?.flush();
    void news.then((arrivals) => arrivals.stop(), ignore);
    keep();
    life.abort();
    live.stop();
    clearInterval(tick);
  }

  function end(reason: SignInReason): void {
    if (signal.aborted) return;
    stop();
    void navigator.clearAppBadge?.().catch(ignore);
    options.ended(reason);
  }

  function wake(): void {
    drawBanner();
    if (document.visibilityState === 'visible' && navigator.onLine) live.wake();
    if (document.visibilityState === 'hidden') {
      // Phones end a hidden page without another word.
      changes?.flush();
      keep();
    } else if (Date.now() - asked > ASK_AGAIN) {
      asked = Date.now();
      void options.doubted();
    }
  }

  function visitPath(path: string): void {
    if (path !== location.pathname) history.pushState({ inside: true }, '', path);
    showPlace();
    void store.refresh();
  }

  for (const type of ['online', 'offline'] as const) addEventListener(type, wake, { signal });
  // A page that the browser sets aside whole may come back as it was; its stream must not stay open meanwhile.
  addEventListener('pageshow', (event) => event.persisted && live.start(), { signal });
  document.addEventListener('visibilitychange', wake, { signal });
  addEventListener('popstate', showPlace, { signal });
  addEventListener(
    'pagehide',
    (event) => {
      changes?.flush();
      keep();
      if (event.persisted) live.stop();
    },
    { signal },
  );
  const tick = window.setInterval(() => {
    if (document.visibilityState === 'visible') list.show(store.snapshot, pane.current);
  }, TICK);

  if (kept) store.seed(kept.items, kept.unread);
  drawBanner();
  showPlace();
  const first = store.refresh();
  live.start();
  void pane.prepare().catch(ignore);
  const { newer } = strips;
  const help = (): void => void rooms.showKeys();
  const reading = { store, list, pane, visit, showPlace, back, help };
  const saying = {
    say,
    leaves: (item: Item) => pane.current === item.id && toList(),
    changed: () => pane.redraw(),
  };
  const later = import('./later').then(({ begin }) => {
    changes = begin(context, { ...reading, ...saying, signal, newer, first });
    return changes;
  });
  // Without it the list can still be read.
  later.catch(console.warn);
  return {
    element,
    identified: (fresh) => withDesk(({ push }) => void push.reconcile(fresh)),
    visit: visitPath,
    stop,
    end,
  };
}
