/**
 * The inbox of one person inside `<belfry-inbox>`, from the first call to the last: the bell, its count, the connection, and
 * the empty panel. What is in the panel is a file of its own, fetched when it is wanted; it brings the items' store, which
 * then keeps the count too. Refuses to know attributes: the
 * element reads those, and begins a new session when they change.
 */

import de from 'virtual:locale/de/=inbox.bell,inbox.bell_unread,inbox.loading,inbox.failed_title,portal.retry,element.arrived';
import en from 'virtual:locale/en/=inbox.bell,inbox.bell_unread,inbox.loading,inbox.failed_title,portal.retry,element.arrived';
import { ApiError, InboxClient, type Item, type LiveState, type Me, SharedStream } from '@belfry/api';
import { announcing } from '../announcing';
import { UnreadCount } from '../count';
import { h, icon, set, setText } from '../dom';
import { bell as bellPath } from '../icons';
import type { StoreEvents } from '../snapshot';
import type { InboxStore } from '../store';
import type { Contents } from './panel';
import { place } from './place';
import { translate } from './texts';

export interface SessionOptions {
  base: string;
  /** Gives a new token; as long as nobody does, nothing is asked for. */
  token: undefined | (() => Promise<string | undefined> | string | undefined);
  layout: string;
  placement: string;
  locale: string;
  strings: Readonly<Record<string, string>>;
  limit: number;
  /** Tells the page; gives whether it lets the session go on. */
  emit(name: string, detail?: object, cancelable?: boolean): boolean;
  again(): void;
}

export interface Session {
  panel: HTMLElement;
  refresh(): Promise<void>;
  readAll(): Promise<void>;
  end(): void;
}

/** What the panel's contents see of their session. */
export interface Frame {
  readonly options: SessionOptions;
  readonly client: InboxClient;
  /** What the store tells. */
  readonly events: StoreEvents;
  readonly panel: HTMLElement;
  readonly signal: AbortSignal;
  readonly unread: number;
  /** The token was refused for good. */
  readonly refused: boolean;
  /** Who it is, as soon as that is known. */
  readonly me: Me | undefined;
  /** Makes a store the one that hears of everything from now on. */
  adopt(store: InboxStore): void;
  /** The number on a badge. */
  short(count: number): string;
  receipt(kind: 'displayed' | 'opened', items: readonly Item[]): void;
}

/** Receipts of what comes in this time are one call. */
const GATHER = 1_000;
/** A new token this young that is refused is no good: asking again would not help. */
const YOUNG = 5_000;
/** Items of one call with receipts. */
const RECEIPTS = 100;

/** More than 99 is "many": the exact number helps nobody and breaks the layout. */
const short = (count: number): string => (count > 99 ? '99+' : `${count}`);

export function startSession(root: ShadowRoot, options: SessionOptions): Session {
  const { base, emit } = options;
  const { t } = translate({ en, de }, options.locale, options.strings);
  const life = new AbortController();
  const { signal } = life;
  const popover = options.layout === 'popover';
  const ignore = (): undefined => undefined;

  // ---- elements
  const badge = h('span', { class: 'badge', part: 'badge' });
  const bell = h(
    'button',
    { type: 'button', class: 'bell icon-button', part: 'bell', onpointerenter: fill, onfocus: fill },
    h('slot', { name: 'bell' }, icon(bellPath, 22)),
    badge,
  );
  const live = h('div', { class: 'sr', role: 'status' });
  const panel = h('section', {
    class: `panel ${options.layout}`,
    part: 'panel',
    popover: popover && 'auto',
    role: popover ? 'dialog' : 'region',
    tabindex: '-1',
    'aria-label': t('inbox.bell'),
    onbeforetoggle: (event) => {
      // Browsers forget whose focus it was when the bell is in a shadow tree.
      if ((event as ToggleEvent).newState === 'closed' && panel.matches(':focus-within')) bell.focus();
    },
    ontoggle: () => {
      const open = isOpen();
      emit(open ? 'open' : 'close');
      contents?.settle();
      if (!open) return;
      fill();
      move();
      panel.focus({ preventScroll: true });
      void store?.refresh();
    },
  });
  if (popover) bell.popoverTargetElement = panel;
  root.replaceChildren(...(popover ? [bell] : []), panel, live);

  let store: InboxStore | undefined;
  let me: Me | undefined;
  let unread = 0;
  let refused = false;
  const isOpen = (): boolean => panel.matches(':popover-open');
  const move = (): void => place(panel, bell, options.placement);

  // ---- what is in the panel
  let contents: Contents | undefined;
  let filling = false;
  const bones = (...inside: Node[]): void =>
    panel.replaceChildren(h('div', { class: 'state', part: 'state' }, ...inside));
  bones(h('p', { class: 'sr' }, t('inbox.loading')), ...[...'12345'].map(() => h('p', { class: 'bone' })));
  function fill(): void {
    if (filling) return;
    filling = true;
    import('./panel').then(
      ({ fillPanel }) => {
        if (signal.aborted) return;
        contents = fillPanel(root, frame);
        draw();
        if (isOpen()) move();
      },
      () => {
        // A newer build has taken its place, or there is no connection.
        filling = false;
        emit('error', { status: 0, code: 'panel_missing', message: t('inbox.failed_title') });
        bones(
          h('p', {}, t('inbox.failed_title')),
          h('button', { type: 'button', class: 'button', part: 'button', onclick: fill }, t('portal.retry')),
        );
      },
    );
  }

  const draw = (): void => {
    if (signal.aborted) return;
    badge.hidden = !unread;
    setText(badge, short(unread));
    const label = t(unread ? 'inbox.bell_unread' : 'inbox.bell', { count: unread });
    set(bell, { 'aria-label': label, title: label });
    contents?.draw();
  };

  // ---- what comes
  function failed(error: Partial<ApiError>): void {
    if (signal.aborted) return;
    const { status = 0, code = 'unknown', message } = error;
    emit('error', { status, code, message });
    refused ||= status === 401;
    contents?.failed();
    draw();
  }
  function receipt(kind: 'displayed' | 'opened', items: readonly Item[]): void {
    // One that is lost costs a count, nothing that the reader should hear of.
    for (let from = 0; from < items.length; from += RECEIPTS) {
      const some = items.slice(from, from + RECEIPTS);
      client.receipts(some.map(({ id }) => ({ item_id: id, kind }))).catch(ignore);
    }
  }
  const announce = announcing<Item>((count, { title, sender }) =>
    setText(live, count ? `${t('element.arrived', { count })} ${count > 1 ? '' : title || sender}` : ''),
  );
  let arrived: Item[] = [];
  function received(item: Item): void {
    emit('received', { item });
    announce(item);
    if (arrived.push(item) > 1) return;
    setTimeout(() => {
      // Displayed is what somebody can see: a badge is not it.
      if (!document.hidden && (!popover || isOpen())) receipt('displayed', arrived);
      arrived = [];
    }, GATHER);
  }

  let held: Promise<string | undefined> | undefined;
  let renewed = 0;
  const client = new InboxClient({
    baseUrl: base,
    token: (again) => {
      if (!held || (again && Date.now() - renewed > YOUNG)) {
        if (again) renewed = Date.now();
        held = (async () => options.token?.())();
        // A page that could not say is asked again.
        held.catch(() => {
          held = undefined;
        });
      }
      return held;
    },
  });

  const count = new UnreadCount(() => client.unreadCount(), changed, {
    now: () => new Date(),
    pause: (time) => new Promise((done) => setTimeout(done, time * (1 + Math.random()))),
  });
  function changed(): void {
    const now = (store?.snapshot.unread ?? count.shown) || 0;
    if (now !== unread && !signal.aborted) emit('unread', { count: now });
    unread = now;
    draw();
  }
  const frame: Frame = {
    options,
    client,
    panel,
    signal,
    receipt,
    short,
    get unread() {
      return unread;
    },
    get refused() {
      return refused;
    },
    get me() {
      return me;
    },
    events: { changed, received, failed },
    adopt(one) {
      store = one;
      void one.catchUp(count.shown);
      if (!popover || isOpen()) void one.refresh();
    },
  };

  // ---- what comes; until there is a store only the count is kept
  const catchUp = (now?: number): void => {
    if (store) void store.catchUp(now);
    else if (now === undefined) void count.ask().then(changed, failed);
    else count.tell(now);
    changed();
  };
  const take = (item: Item): void => {
    if (store) {
      store.receive(item);
      return;
    }
    // Whether a stack that grew was unread before is known to the server alone.
    if (!item.read_at && item.count > 1) count.doubt();
    else count.ring(!item.read_at);
    if (!item.read_at) received(item);
    changed();
  };
  const apply = (state: LiveState): void => {
    if (state.kind === 'sync') catchUp(state.unread);
    else if (store) store.apply(state);
    else {
      count.tell(state.unread);
      changed();
    }
  };

  const begin = async (): Promise<void> => {
    me = await client.me();
    if (signal.aborted) return;
    let counted = false;
    const stream = new SharedStream(client, `belfry-live-${me.user.id}`, {
      missed: () => catchUp(),
      frame: ({ event, data }) => {
        if (event === 'item') take(JSON.parse(data));
        else if (event === 'state') apply(JSON.parse(data));
      },
      connection: (now) => {
        contents?.connection(now === 'waiting');
        if (now === 'refused') failed(new ApiError(401, 'token_refused', ''));
        // Where no stream can be had, the count is asked for.
        if (now === 'waiting' && !counted) catchUp();
        counted ||= now === 'waiting' || now === 'open';
      },
    });
    const leave = (): void => stream.stop();
    const wake = (): void => {
      if (!document.hidden) stream.wake();
    };
    signal.addEventListener('abort', leave);
    addEventListener('pagehide', leave, { signal });
    addEventListener('pageshow', () => stream.start(), { signal });
    addEventListener('online', wake, { signal });
    document.addEventListener('visibilitychange', wake, { signal });
    stream.start();
    draw();
  };

  for (const name of ['resize', 'scroll']) {
    addEventListener(name, () => isOpen() && move(), { signal, capture: true });
  }
  draw();
  if (!popover) fill();
  // What could not be begun is tried again: at first soon, then each minute, and when the connection is back.
  let tries = 0;
  let timer = 0;
  function start(): void {
    clearTimeout(timer);
    begin().catch((error) => {
      failed(error);
      if (refused || signal.aborted) return;
      timer = window.setTimeout(start, Math.min(60_000, 1_000 * 2 ** tries++) * (0.5 + Math.random() / 2));
    });
  }
  if (options.token) start();
  addEventListener('online', () => options.token && !me && start(), { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  return {
    panel,
    refresh: async () =>
      refused
        ? options.again()
        : me
          ? store
            ? store.refresh()
            : count.ask().then(changed)
          : options.token && start(),
    readAll: async () => void (await (store ? store.markAllRead() : client.readAll())),
    end: () => life.abort(),
  };
}
