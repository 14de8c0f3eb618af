/**
 * What is in the panel of `<belfry-inbox>`: header, rows, notices, footer. Fetched when the panel is wanted. Owns its
 * elements and what was archived and can be taken back; what is true is the session's and the store's.
 */

import de from 'virtual:locale/de/=inbox.bell,inbox.filter_all,inbox.filter_unread,inbox.filter,inbox.read_all,inbox.mark_read,inbox.mark_unread,inbox.archive,inbox.archived,inbox.undo,inbox.more,inbox.loading,inbox.empty_title,inbox.empty_unread_title,inbox.failed_title,inbox.not_saved,inbox.stacked,inbox.is_unread,inbox.new_tab,inbox.just_now,portal.retry,portal.reconnecting,element.refused,element.push_link,element.push_why';
import en from 'virtual:locale/en/=inbox.bell,inbox.filter_all,inbox.filter_unread,inbox.filter,inbox.read_all,inbox.mark_read,inbox.mark_unread,inbox.archive,inbox.archived,inbox.undo,inbox.more,inbox.loading,inbox.empty_title,inbox.empty_unread_title,inbox.failed_title,inbox.not_saved,inbox.stacked,inbox.is_unread,inbox.new_tab,inbox.just_now,portal.retry,portal.reconnecting,element.refused,element.push_link,element.push_why';
import type { Item } from '@belfry/api';
import { h, icon, set, setText } from '../dom';
import { alert, bell, checks } from '../icons';
import { destinationOf } from '../item';
import { ItemList } from '../list';
import { InboxStore } from '../store';
import css from './panel.css?inline';
import type { Frame } from './session';
import { translate } from './texts';

export interface Contents {
  draw(): void;
  /** A call went wrong: the session knows how. */
  failed(): void;
  connection(waiting: boolean): void;
  /** What could be taken back cannot any more. */
  settle(): void;
}

/** How long what was archived can be taken back. */
const UNDO = 8_000;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export function fillPanel(root: ShadowRoot, frame: Frame): Contents {
  const { options, panel, signal, short } = frame;
  let store: InboxStore | undefined;
  const { base, emit } = options;
  const { locale, t } = translate({ en, de }, options.locale, options.strings);
  const ignore = (): undefined => undefined;
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);

  // ---- elements
  const button = (name: string, label: string, run: () => void, ...inside: Node[]): HTMLElement => {
    const made = h(
      'button',
      { type: 'button', class: name, part: name.split(' ')[0], onclick: run },
      ...inside,
    );
    if (inside.length) set(made, { 'aria-label': label, title: label });
    else setText(made, label);
    return made;
  };
  const part = <K extends keyof HTMLElementTagNameMap>(tag: K, name: string, ...inside: Node[]) =>
    h(tag, { class: name, part: name }, ...inside);
  const slot = (name: string, ...inside: Node[]): HTMLElement => h('slot', { name }, ...inside);
  const text = (key: string): HTMLElement => h('p', {}, t(key));
  const tabs = (['all', 'unread'] as const).map((filter) => button('filter', '', () => store?.show(filter)));
  const readAll = button(
    'read-all icon-button',
    t('inbox.read_all'),
    () => frame.unread && act('read-all', undefined, () => store?.markAllRead().catch(ignore)),
    icon(checks, 20),
  );
  const rows = set(h('ul', { class: 'rows', part: 'items' }), { 'aria-label': t('inbox.bell') });
  const state = part('div', 'state');
  const more = button('button', t('inbox.more'), () => store?.loadMore());
  const scroller = part('div', 'list', rows, state, more);
  const status = set(part('div', 'connection'), { role: 'status' });
  const notice = set(part('div', 'notice'), { role: 'status' });
  const footer = part('footer', 'footer');
  panel.replaceChildren(
    part(
      'header',
      'header',
      slot('header', h('h2', { part: 'heading' }, t('inbox.bell'))),
      set(part('div', 'filters', ...tabs), { role: 'group', 'aria-label': t('inbox.filter') }),
      readAll,
    ),
    status,
    scroller,
    notice,
    footer,
  );

  // ---- what is said; what was archived can be taken back while it stands there
  let timer = 0;
  const settle = (): void => {
    clearTimeout(timer);
    if (!frame.refused) notice.replaceChildren();
  };
  const say = (key: string, label?: string, run: () => void = ignore): void => {
    settle();
    notice.replaceChildren(text(key), ...(label ? [button('button', t(label), run)] : []));
    if (!frame.refused) timer = window.setTimeout(settle, UNDO);
  };
  const act = (action: string, item: Item | undefined, run: () => unknown): void => {
    if (emit('action', { action, item }, true)) run();
  };

  // ---- rows, as soon as it is known whose they are
  let list: ItemList | undefined;
  const begin = (): void => {
    const { me } = frame;
    if (list || !me) return;
    const one = new InboxStore(frame.client, frame.events, { limit: options.limit });
    store = one;
    const portal = `${base}/app/${me.workspace.slug}/`;
    list = new ItemList(rows, {
      t,
      locale,
      timeZone: me.user.time_zone,
      workspace: me.workspace.name,
      seen: (at: number) => one.look(at),
      itemUrl: (id: string) => `${portal}items/${id}`,
      open: (item: Item, event: MouseEvent) => {
        const url = destinationOf(item);
        if (!emit('open-item', { item, url }, true)) event.preventDefault();
        else if (!url && !(event.metaKey || event.ctrlKey || event.shiftKey)) {
          // What leads nowhere is read here, to its end.
          event.preventDefault();
          (event.currentTarget as Element).closest('.row')?.classList.toggle('whole');
        }
        void one.markRead(item.id);
        frame.receipt('opened', [item]);
      },
      toggleRead: (item: Item) =>
        item.read_at
          ? act('unread', item, () => one.markUnread(item.id))
          : act('read', item, () => one.markRead(item.id)),
      archive: (item: Item) =>
        act('archive', item, () => {
          const saved = one.archive(item.id);
          say('inbox.archived', 'inbox.undo', () => {
            void saved.then((done) => done && one.unarchive(item));
            settle();
          });
        }),
    });
    const why = h('span', {}, t('element.push_why', { workspace: me.workspace.name }));
    const link = h(
      'a',
      { part: 'push-link', href: portal, target: '_blank', rel: 'noopener' },
      t('element.push_link'),
    );
    footer.replaceChildren(slot('footer', link, why));
    frame.adopt(one);
  };

  let shown = '';
  const draw = (): void => {
    if (signal.aborted) return;
    begin();
    const { unread, refused } = frame;
    const { items = [], filter = 'all', loaded, loading, hasMore } = store?.snapshot ?? {};
    tabs.forEach((tab, at) => {
      set(tab, { 'aria-pressed': `${filter === (at ? 'unread' : 'all')}` });
      setText(
        tab,
        t(at ? 'inbox.filter_unread' : 'inbox.filter_all') + (at && unread ? ` ${short(unread)}` : ''),
      );
    });
    set(readAll, { 'aria-disabled': !unread && 'true' });
    list?.show(items, new Date(), undefined);
    rows.hidden = !items.length;
    more.hidden = !hasMore;
    const wrong = refused ? 'element.refused' : loading === 'failed' && 'inbox.failed_title';
    const empty = filter === 'unread' ? 'inbox.empty_unread_title' : 'inbox.empty_title';
    const kind = items.length ? '' : wrong || (loaded ? empty : 'inbox.loading');
    if (kind === shown) return;
    shown = kind;
    state.hidden = !kind;
    const why = text(kind);
    state.replaceChildren(
      ...(wrong
        ? [icon(alert, 28), why, button('button', t('portal.retry'), options.again)]
        : kind === 'inbox.loading'
          ? [h('span', { class: 'sr' }, t(kind)), ...[...'12345'].map(() => h('span', { class: 'bone' }))]
          : [slot(filter === 'all' ? 'empty' : '', icon(bell, 28), why)]),
    );
  };

  new IntersectionObserver(([entry]) => entry?.isIntersecting && store?.loadMore()).observe(more);
  const tick = setInterval(draw, 30_000);
  signal.addEventListener('abort', () => clearInterval(tick));
  return {
    draw,
    settle,
    connection: (waiting) => setText(status, waiting ? t('portal.reconnecting') : ''),
    failed() {
      const { refused } = frame;
      const one = store;
      if (!one?.snapshot.loaded) return;
      // An empty list says it in its own place.
      if (refused) one.snapshot.items.length && say('element.refused', 'portal.retry', options.again);
      else if (one.snapshot.loading === 'failed')
        say('inbox.failed_title', 'portal.retry', () => void one.refresh());
      else say('inbox.not_saved');
    },
  };
}
