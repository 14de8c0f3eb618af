/** The list with its heading, filters and states. Owns its elements; what is pressed is handed on. */

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
} from '@belfry/inbox';
import type { Context } from './context';
import { itemUrl } from './place';
import { skeleton, state } from './states';

export interface ListActions extends Pick<RowContext, 'open' | 'archive' | 'toggleRead'> {
  filter(filter: Filter): void;
  more(): void;
  readAll(): void;
  retry(): void;
}

export interface ListView {
  element: HTMLElement;
  show(snapshot: Snapshot, current: string | undefined): void;
  /** Puts focus on the row of an item, or on the heading where there is none. */
  focus(id?: string): void;
}

/** `ask` stands between the heading and the rows. */
export function listView(context: Context, actions: ListActions, ask: HTMLElement): ListView {
  const { t, locale, timeZone, workspace } = context;
  const list = h('ul', { class: 'rows', 'aria-label': t('portal.title') });
  const rows = new ItemList(list, { t, locale, timeZone, workspace, itemUrl, ...actions });
  const place = h('div', { class: 'place' });
  const heading = h('h1', { tabindex: '-1' }, t('portal.title'));
  const tabs = (['all', 'unread'] as const).map((filter) => ({
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
  const more = h('button', {
    type: 'button',
    class: 'button more',
    'data-action': 'more',
    onclick: actions.more,
  });
  const filters = h(
    'div',
    { class: 'tabs', role: 'group', 'aria-label': t('inbox.filter') },
    ...tabs.map((tab) => tab.element),
  );

  function show(snapshot: Snapshot, current: string | undefined): void {
    const { items, unread } = snapshot;
    rows.show(items, new Date(), current);
    list.hidden = items.length === 0;
    for (const { filter, element } of tabs) {
      set(element, { 'aria-pressed': String(filter === snapshot.filter) });
      setText(
        element,
        filter === 'unread' && unread ? `${t('inbox.unread')} ${short(unread)}` : t(`inbox.${filter}`),
      );
    }
    set(readAll, { 'aria-disabled': unread === 0 ? 'true' : null });
    more.hidden = !snapshot.hasMore || items.length === 0;
    set(more, { 'aria-disabled': snapshot.loadingMore === 'loading' ? 'true' : null });
    setText(
      more,
      t({ idle: 'inbox.more', loading: 'inbox.more_working', failed: 'portal.retry' }[snapshot.loadingMore]),
    );
    showState(snapshot);
  }

  /** In place of rows there is one of: bones, a reason, an invitation. It is made anew only when it changes. */
  function showState({ items, loaded, loading, filter }: Snapshot): void {
    const empty = loaded ? (`empty-${filter}` as const) : 'loading';
    const kind = items.length > 0 ? 'rows' : loading === 'failed' ? 'failed' : empty;
    if (place.dataset.kind === kind) return;
    place.dataset.kind = kind;
    const contents = {
      rows: () => [],
      loading: () => [skeleton(6, t('inbox.loading'))],
      failed: () => [
        state({
          picture: icons.alert,
          title: t('inbox.failed_title'),
          text: t('inbox.failed'),
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
          action: { label: t('inbox.show_all'), run: () => actions.filter('all') },
        }),
      ],
    };
    place.replaceChildren(...contents[kind]());
  }

  return {
    element: h(
      'section',
      { class: 'list' },
      h('div', { class: 'list-head' }, heading, readAll, filters),
      ask,
      h('div', { class: 'card rows-card' }, list, place),
      more,
    ),
    show,
    focus: (id) => {
      const link = id && list.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .link`);
      (link || heading).focus();
    },
  };
}

/** More than 99 is "many": the exact number helps nobody and breaks the layout. */
export const short = (count: number): string => (count > 99 ? '99+' : String(count));
