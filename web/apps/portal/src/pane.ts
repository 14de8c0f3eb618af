/** The place of one item's page beside or instead of the list. Owns loading it, and focus inside it. */

import type { ApiError, Item } from '@belfry/api';
import { h, type InboxStore, icons } from '@belfry/inbox';
import type { Context } from './context';
import { itemPage } from './item-page';
import { skeleton, state } from './states';

export interface PaneActions {
  back(): void;
  archive(item: Item): void;
  toggleRead(item: Item): Promise<void>;
  /** The item was looked at or its destination was followed. */
  opened(item: Item): void;
  failed(error: ApiError): void;
}

export class Pane {
  readonly element = h('div', { class: 'pane' });
  readonly #context: Context;
  readonly #store: InboxStore;
  readonly #actions: PaneActions;
  #id: string | undefined;

  constructor(context: Context, store: InboxStore, actions: PaneActions) {
    this.#context = context;
    this.#store = store;
    this.#actions = actions;
  }

  get current(): string | undefined {
    return this.#id;
  }

  /** Shows an item, or nothing. Showing it is opening and reading it. */
  show(id: string | undefined): void {
    this.#id = id;
    if (!id) {
      this.element.replaceChildren();
      return;
    }
    const known = this.#store.get(id);
    if (known) this.#enter(known);
    else void this.#load(id);
  }

  /** Draws the item anew after a change, with focus where it was. Someone who is inside the text is left alone. */
  redraw(): void {
    const item = this.#id && this.#store.get(this.#id);
    const active = document.activeElement;
    if (!item || (active && this.element.contains(active.closest('.prose')))) return;
    const action = this.element.contains(active) ? active?.getAttribute('data-action') : undefined;
    const onTitle = active?.id === 'item-title';
    this.#draw(item);
    if (action) this.element.querySelector<HTMLElement>(`[data-action="${action}"]`)?.focus();
    else if (onTitle) this.#focusTitle();
  }

  async #load(id: string): Promise<void> {
    const { t, client } = this.#context;
    this.element.replaceChildren(skeleton(1, t('item.loading')));
    try {
      const item = await client.item(id);
      this.#store.remember(item);
      if (this.#id === id) this.#enter(item);
    } catch (error) {
      if (this.#id !== id) return;
      const gone = (error as ApiError).status === 404;
      const action = gone
        ? { label: t('item.back'), run: this.#actions.back }
        : { label: t('portal.retry'), run: () => this.show(id) };
      this.element.replaceChildren(
        state({
          picture: icons.alert,
          title: t(gone ? 'item.gone_title' : 'item.failed_title'),
          text: t(gone ? 'item.gone' : 'inbox.failed'),
          action,
        }),
      );
      if (!gone) this.#actions.failed(error as ApiError);
    }
  }

  #enter(item: Item): void {
    this.#draw(item);
    this.#focusTitle();
    this.element.scrollTo({ top: 0 });
    if (matchMedia('(max-width: 63.99rem)').matches) scrollTo({ top: 0 });
    this.#actions.opened(item);
    if (!item.read_at) void this.#store.markRead(item.id).then(() => this.redraw());
  }

  #draw(item: Item): void {
    const { back, archive, opened } = this.#actions;
    const toggleRead = (one: Item): void => void this.#actions.toggleRead(one).then(() => this.redraw());
    this.element.replaceChildren(itemPage(item, { ...this.#context, back, archive, opened, toggleRead }));
  }

  #focusTitle(): void {
    this.element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }
}
