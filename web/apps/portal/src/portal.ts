/**
 * The portal of someone who is signed in. Owns the wiring of store, live stream, push and pages, and what the
 * address bar shows. Refuses to know how sign-in works: `ended` is called when it is over.
 */

import type { ApiError, Connection, Item, Me, MeClient } from '@belfry/api';
import {
  avatar,
  destinationOf,
  faceOf,
  follow,
  h,
  InboxStore,
  icon,
  icons,
  type Pending,
  type Snapshot,
  titleOf,
} from '@belfry/inbox';
import type { Context } from './context';
import { header } from './header';
import type { Language } from './language';
import { listView } from './list-view';
import { Pane } from './pane';
import { base, currentPlace, go, type Place } from './place';
import { Push } from './push';
import { pushCard } from './push-card';
import { type Toast, toast, toastRegion } from './toasts';

export interface PortalOptions {
  client: MeClient;
  me: Me;
  language: Language;
  ended(reason: 'expired' | 'signed_out'): void;
}

/** Long enough to notice a slip. */
const UNDO = 8_000;
/** How often relative times are said anew. */
const TICK = 30_000;

export function startPortal({ client, me, language, ended }: PortalOptions): HTMLElement {
  const context: Context = {
    ...language,
    client,
    me,
    workspace: me.workspace.name,
    timeZone: me.user.time_zone,
  };
  const { t, workspace } = context;
  const pending = new Set<Pending>();
  const life = new AbortController();
  const { signal } = life;
  let connection: Connection = 'connecting';

  // ---- parts
  const store = new InboxStore(client, { changed: draw, received, failed });
  const live = follow(client, store, (next) => {
    connection = next;
    if (next === 'refused') end('expired');
    drawBanner();
  });
  const push = new Push(client, drawPush);
  const toggleRead = (item: Item): Promise<void> =>
    item.read_at ? store.markUnread(item.id) : store.markRead(item.id);
  const pane = new Pane(context, store, { back: toList, archive, opened, failed, toggleRead });
  const ask = h('div', { class: 'ask-place' });
  const list = listView(
    context,
    {
      open,
      archive,
      toggleRead: (item) => void toggleRead(item).then(() => pane.redraw()),
      filter: (filter) => void store.show(filter),
      more: () => void store.loadMore(),
      readAll: () => void markAllRead(),
      retry: () => void store.refresh(),
    },
    ask,
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
    togglePush: () => void (push.state === 'on' ? turnPushOff() : turnPushOn()),
    signOut: () => void signOut(),
  });
  const banner = h('p', { class: 'banner', role: 'status', hidden: true });
  const main = h('main', { id: 'main', class: 'main' }, list.element, pane.element);
  const root = h('div', { class: 'portal' }, top.element, banner, main, toastRegion());

  // ---- drawing
  function draw(snapshot: Snapshot): void {
    const { unread } = snapshot;
    list.show(snapshot, pane.current);
    top.showUnread(unread);
    document.title = `${unread ? `(${unread}) ` : ''}${t('portal.title')} · ${workspace}`;
    void navigator.setAppBadge?.(unread).catch(() => undefined);
  }

  function drawBanner(): void {
    const waiting = connection === 'waiting' ? 'portal.reconnecting' : '';
    const key = navigator.onLine ? waiting : 'portal.offline';
    banner.hidden = key === '';
    if (banner.dataset.key === key) return;
    banner.dataset.key = key;
    banner.replaceChildren(...(key ? [icon(icons.offline, 16), h('span', {}, t(key))] : []));
  }

  function drawPush(): void {
    const hadFocus = ask.contains(document.activeElement);
    const card = pushCard(push.state, { t, workspace, turnOn: () => void turnPushOn(), changed: drawPush });
    ask.replaceChildren(...(card ? [card] : []));
    if (hadFocus) {
      const button = ask.querySelector<HTMLElement>('button');
      if (button) button.focus();
      else list.focus();
    }
    top.showPush(push.state);
  }

  // ---- places
  function visit(place: Place): void {
    go(place);
    showPlace();
  }

  function showPlace(): void {
    const left = pane.current;
    const { item } = currentPlace();
    main.classList.toggle('has-item', item !== undefined);
    pane.show(item);
    list.show(store.snapshot, item);
    if (left && !item) list.focus(left);
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

  function receipt(item: Item, kind: 'displayed' | 'opened'): void {
    // A receipt that is lost costs a count, nothing that the reader should hear of.
    void client.receipts([{ item_id: item.id, kind }]).catch(() => undefined);
  }

  function opened(item: Item): void {
    receipt(item, 'opened');
  }

  function archive(item: Item): void {
    const change = store.archive(item.id);
    pending.add(change);
    if (pane.current === item.id) toList();
    say(t('inbox.archived'), {
      stays: UNDO,
      action: {
        label: t('inbox.undo'),
        run: () => {
          pending.delete(change);
          change.undo();
        },
      },
      gone: () => {
        pending.delete(change);
        void change.commit();
      },
    });
  }

  async function markAllRead(): Promise<void> {
    if (store.snapshot.unread === 0) return;
    try {
      await store.markAllRead();
      pane.redraw();
      say(t('inbox.read_all_done'));
    } catch {
      // The store has put it back and said so.
    }
  }

  function received(item: Item): void {
    receipt(item, 'displayed');
    if (pane.current === item.id) {
      pane.redraw();
      return;
    }
    const face = faceOf(item, workspace);
    const url = destinationOf(item);
    const follow = (): void => {
      if (!url) {
        visit({ item: item.id });
        return;
      }
      opened(item);
      void store.markRead(item.id);
      window.open(url, '_blank', 'noopener,noreferrer');
    };
    say(titleOf(item, workspace), {
      detail: item.message,
      picture: avatar(face.name, face.photo),
      action: { label: t(url ? 'item.open' : 'toast.show'), run: follow },
    });
  }

  /** A list that failed says so in its place; a change that was put back says so in a toast. */
  function failed(error: ApiError): void {
    if (error.status === 401) {
      end('expired');
      return;
    }
    if (error.status > 0) console.warn(error);
    const { loaded, loading } = store.snapshot;
    if (loaded && loading !== 'failed') say(t('inbox.not_saved'));
    drawBanner();
  }

  async function turnPushOn(): Promise<void> {
    try {
      await push.turnOn();
      if (push.state === 'on') say(t('push.turned_on'));
    } catch (error) {
      console.warn('push could not be turned on', error);
      say(t('push.failed'));
    }
  }

  async function turnPushOff(): Promise<void> {
    try {
      await push.turnOff();
    } catch (error) {
      console.warn('the server could not be told', error);
    }
    say(t('push.turned_off'));
  }

  async function signOut(): Promise<void> {
    // On a shared computer nothing may ring for someone who left.
    if (push.state === 'on') await push.turnOff().catch(() => undefined);
    end('signed_out');
  }

  function say(text: string, extra: Partial<Toast> = {}): void {
    toast({ text, ...extra }, t('toast.dismiss'));
  }

  // ---- life
  function end(reason: 'expired' | 'signed_out'): void {
    if (signal.aborted) return;
    flush();
    life.abort();
    live.stop();
    clearInterval(tick);
    void navigator.clearAppBadge?.().catch(() => undefined);
    ended(reason);
  }

  function flush(): void {
    for (const change of pending) void change.commit(true);
    pending.clear();
  }

  function wake(): void {
    drawBanner();
    if (document.visibilityState === 'visible' && navigator.onLine) live.wake();
  }

  /** The worker asks an open tab to show what was clicked. */
  function asked(event: MessageEvent): void {
    const url =
      typeof event.data?.navigate === 'string' ? new URL(event.data.navigate, location.href) : undefined;
    if (url?.origin !== location.origin || !url.pathname.startsWith(base)) return;
    if (url.pathname !== location.pathname) history.pushState({ inside: true }, '', url.pathname);
    showPlace();
    void store.refresh();
  }

  addEventListener('online', wake, { signal });
  addEventListener('offline', wake, { signal });
  document.addEventListener('visibilitychange', wake, { signal });
  addEventListener('popstate', showPlace, { signal });
  addEventListener('pagehide', flush, { signal });
  navigator.serviceWorker?.addEventListener('message', asked, { signal });
  const tick = window.setInterval(() => {
    if (document.visibilityState === 'visible') list.show(store.snapshot, pane.current);
  }, TICK);

  draw(store.snapshot);
  drawPush();
  drawBanner();
  showPlace();
  void store.refresh();
  live.start();
  void push.reconcile();
  return root;
}
