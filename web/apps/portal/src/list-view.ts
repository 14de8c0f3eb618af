/** The list with its heading, filters, search and states. Owns its elements; what is pressed is handed on. */

import type { Item } from '@belfry/api';
import {
  type Filter,
  h,
  ItemList,
  icon,
  icons,
  type RowContext,
  type Snapshot,
  set,
  setText,
  type Translate,
} from '@belfry/inbox';
import type { Context } from './context';
import { gear, unarchive as unarchivePath } from './icons';
import { itemUrl, roomUrl } from './place';
import { searchField } from './search-field';
import { skeleton, state } from './states';
import type { SwipeOptions } from './swipe';

export interface ListActions extends Pick<RowContext, 'open' | 'archive' | 'toggleRead' | 'seen'> {
  remove(item: Item): void;
  unarchive(item: Item): void;
  filter(filter: Filter): void;
  search(query: string): void;
  more(): void;
  readAll(): void;
  retry(): void;
  settings(): void;
}

export interface ListView {
  element: HTMLElement;
  /** Holds the rows; fingers push them aside there. */
  card: HTMLElement;
  swipes: SwipeOptions['of'];
  show(snapshot: Snapshot, current: string | undefined): void;
  /** Puts focus on the row of an item, or on the heading where there is none. */
  focus(id?: string): void;
  focusSearch(): void;
  /** The item whose row has focus. */
  focused(): string | undefined;
}

const FILTERS = ['all', 'unread', 'archived'] as const;

/** `ask` stands between the heading and the rows. */
export function listView(context: Context, actions: ListActions, ask: HTMLElement): ListView {
  const { t, locale, timeZone, workspace } = context;
  const rowsOf = (rowContext: Partial<RowContext>): { list: HTMLUListElement; rows: ItemList } => {
    const list = h('ul', { class: 'rows', 'aria-label': t('portal.title') });
    const rows = new ItemList(list, { t, locale, timeZone, workspace, itemUrl, ...actions, ...rowContext });
    return { list, rows };
  };
  // In the archive the same button puts back, and says so.
  const backWords: Translate = (key, values) => t(key === 'inbox.archive' ? 'inbox.unarchive' : key, values);
  const inbox = rowsOf({});
  const archived = rowsOf({ t: backWords, archive: actions.unarchive });
  let shown: Snapshot | undefined;

  const place = h('div', { class: 'place' });
  const heading = h('h1', { tabindex: '-1' }, t('portal.title'));
  const old = h('div', { class: 'old-list', role: 'status' });
  const found = h('p', { class: 'sr', role: 'status' });
  const search = searchField(t, actions.search);
  const tabs = FILTERS.map((filter) => ({
    filter,
    element: h('button', {
      type: 'button',
      class: 'tab',
      'data-filter': filter,
      onclick: () => actions.filter(filter),
    }),
  }));
  const readAll = h(
    'button',
    {
      type: 'button',
      class: 'text-button read-all',
      'data-action': 'read-all',
      title: t('inbox.read_all'),
      onclick: actions.readAll,
    },
    icon(icons.checks),
    h('span', {}, t('inbox.read_all')),
  );
  const settings = h(
    'a',
    {
      class: 'icon-button',
      href: roomUrl('settings'),
      'data-action': 'settings',
      'aria-label': t('portal.settings'),
      title: t('portal.settings'),
      onclick: (event) => {
        event.preventDefault();
        actions.settings();
      },
    },
    icon(gear, 20),
  );
  const more = h('button', {
    type: 'button',
    class: 'button more',
    'data-action': 'more',
    onclick: actions.more,
  });
  // Whoever scrolls there wants more; the button is for keys, and for when it went wrong.
  new IntersectionObserver(([entry]) => entry?.isIntersecting && actions.more()).observe(more);
  const filters = h(
    'div',
    { class: 'tabs', role: 'group', 'aria-label': t('inbox.filter') },
    ...tabs.map((tab) => tab.element),
  );
  const card = h('div', { class: 'card rows-card' }, inbox.list, archived.list, place);
  const swipes: SwipeOptions['of'] = (id) => {
    const item = shown?.items.find((one) => one.id === id);
    if (!item) return undefined;
    const away = shown?.filter === 'archived';
    return {
      end: {
        label: t(item.read_at ? 'inbox.mark_unread' : 'inbox.mark_read'),
        path: item.read_at ? icons.dot : icons.check,
        leaves: false,
        run: () => actions.toggleRead(item),
      },
      start: {
        label: t(away ? 'inbox.unarchive' : 'inbox.archive'),
        path: away ? unarchivePath : icons.archive,
        leaves: true,
        run: () => (away ? actions.unarchive : actions.archive)(item),
      },
    };
  };
  // The middle button opens in a new tab: that is an opening too.
  card.addEventListener('auxclick', (event) => {
    const link = (event.target as Element).closest('.link');
    const id = link?.closest<HTMLElement>('.row')?.dataset.id;
    const item = event.button === 1 && shown?.items.find((one) => one.id === id);
    if (item) actions.open(item, event);
  });

  function show(snapshot: Snapshot, current: string | undefined): void {
    const { items, unread, filter, query } = snapshot;
    shown = snapshot;
    // Who looks for something is not asked for anything.
    ask.hidden = filter === 'archived' || query !== '';
    const [visible, other] = filter === 'archived' ? [archived, inbox] : [inbox, archived];
    // A list draws only while it is seen, so it is emptied before it is hidden.
    other.rows.show([], new Date(), undefined);
    other.list.hidden = true;
    visible.list.hidden = false;
    visible.rows.show(items, new Date(), current);
    visible.list.hidden = items.length === 0;
    for (const tab of tabs) {
      set(tab.element, { 'aria-pressed': String(tab.filter === filter) });
      const counted = tab.filter === 'unread' && unread > 0;
      setText(
        tab.element,
        counted ? `${t('inbox.filter_unread')} ${short(unread)}` : t(`inbox.filter_${tab.filter}`),
      );
    }
    search.show(query);
    set(readAll, { 'aria-disabled': unread === 0 ? 'true' : null });
    more.hidden = !snapshot.hasMore || items.length === 0;
    set(more, { 'aria-disabled': snapshot.loadingMore === 'loading' ? 'true' : null });
    const idle = query ? 'inbox.search_more' : 'inbox.more';
    setText(more, t({ idle, loading: 'inbox.more_working', failed: 'portal.retry' }[snapshot.loadingMore]));
    const settled = query && snapshot.loaded && snapshot.loading === 'idle';
    setText(found, settled ? t('inbox.found', { count: items.length }) : '');
    showOld(snapshot);
    showState(snapshot);
  }

  /** What is shown is not the newest: the list was there before, and could not be read again. */
  function showOld({ items, loading }: Snapshot): void {
    const is = loading === 'failed' && items.length > 0;
    if (is === old.hasChildNodes()) return;
    old.replaceChildren(
      ...(is
        ? [
            icon(icons.alert, 16),
            h('span', {}, t('inbox.old')),
            h(
              'button',
              { type: 'button', class: 'text-button', 'data-action': 'retry', onclick: actions.retry },
              t('portal.retry'),
            ),
          ]
        : []),
    );
  }

  /** In place of rows there is one of: bones, a reason, an invitation. It is made anew only when it changes. */
  function showState({ items, loaded, loading, filter, query }: Snapshot): void {
    const empty = !loaded ? 'loading' : query ? 'search' : (`empty-${filter}` as const);
    const kind = items.length > 0 ? 'rows' : loading === 'failed' ? 'failed' : empty;
    const drawn = `${kind} ${query}`;
    if (place.dataset.kind === drawn) return;
    place.dataset.kind = drawn;
    const show = { label: t('inbox.show_all'), run: () => actions.filter('all') };
    const contents = {
      rows: () => [],
      loading: () => [skeleton(6, t('inbox.loading'))],
      failed: () => [
        state({
          picture: icons.alert,
          title: t('inbox.failed_title'),
          text: t(navigator.onLine ? 'inbox.failed' : 'portal.offline_first'),
          action: { label: t('portal.retry'), run: actions.retry },
        }),
      ],
      'empty-all': () => [
        state({ picture: icons.bell, title: t('inbox.empty_title'), text: t('inbox.empty', { workspace }) }),
      ],
      'empty-unread': () => [
        state({
          picture: icons.checks,
          title: t('inbox.empty_unread_title'),
          text: t('inbox.empty_unread'),
          action: show,
        }),
      ],
      'empty-archived': () => [
        state({
          picture: icons.archive,
          title: t('inbox.empty_archived_title'),
          text: t('inbox.empty_archived'),
          action: show,
        }),
      ],
      search: () => [
        state({
          picture: icons.search,
          title: t('inbox.nothing_found_title', { query }),
          text: t('inbox.nothing_found'),
          action: { label: t('inbox.search_clear'), run: () => actions.search('') },
        }),
      ],
    };
    place.replaceChildren(...contents[kind]());
  }

  return {
    element: h(
      'section',
      { class: 'list' },
      h(
        'div',
        { class: 'list-head' },
        heading,
        h('div', { class: 'list-tools' }, readAll, settings),
        filters,
        search.element,
        found,
      ),
      ask,
      old,
      card,
      more,
    ),
    card,
    swipes,
    show,
    focus: (id) => {
      const { rows } = shown?.filter === 'archived' ? archived : inbox;
      if (!id || !rows.focus(id)) heading.focus();
    },
    focusSearch: search.focus,
    focused: () => document.activeElement?.closest<HTMLElement>('.row')?.dataset.id,
  };
}

/** More than 99 is "many": the exact number helps nobody and breaks the layout. */
export const short = (count: number): string => (count > 99 ? '99+' : String(count));
