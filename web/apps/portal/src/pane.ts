/** The place of one item's page beside or instead of the list. Owns loading it, and focus inside it. */

import { ApiError, type Item } from '@belfry/api';
import { h, type InboxStore, icons } from '@belfry/inbox';
import type { Context } from './context';
import { skeleton, state } from './states';

type ItemPage = typeof import('./item-page')['itemPage'];

export interface PaneActions {
  back(): void;
  archive(item: Item): void;
  unarchive(item: Item): void;
  remove(item: Item): void;
  toggleRead(item: Item): void;
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
  /** The item as it was drawn last. */
  #drawn: Item | undefined;
  /** Draws an item; loaded after the list, which comes first. */
  #page: ItemPage | undefined;

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
    this.#id = this.#store.opened = id;
    this.#drawn = undefined;
    if (!id) {
      this.element.replaceChildren();
      return;
    }
    const known = this.#store.get(id);
    if (known && this.#page) this.#enter(known);
    else void this.#load(id, known);
  }

  /** What is shown is what the store holds: changed or taken away elsewhere, it changes or goes here too. */
  follow(): void {
    if (!this.#id || !this.#drawn) return;
    const item = this.#store.get(this.#id);
    if (item === this.#drawn) return;
    if (item) this.redraw();
    else {
      this.#drawn = undefined;
      this.#gone();
    }
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

  /** Loads what draws an item, so that the first one opens at once. */
  async prepare(): Promise<void> {
    this.#page ??= (await import('./item-page')).itemPage;
  }

  async #load(id: string, known?: Item): Promise<void> {
    const { t, client } = this.#context;
    this.element.replaceChildren(skeleton(1, t('item.loading')));
    try {
      const [item] = await Promise.all([known ?? client.item(id), this.prepare()]);
      if (!known) this.#store.remember(item);
      if (this.#id === id) this.#enter(item);
    } catch (error) {
      if (this.#id !== id) return;
      const gone = (error as ApiError).status === 404;
      if (gone) this.#gone();
      else {
        this.#say(t('item.failed_title'), t('inbox.failed'), {
          label: t('portal.retry'),
          run: () => this.show(id),
        });
      }
      this.#focusTitle();
      if (!gone && error instanceof ApiError) this.#actions.failed(error);
    }
  }

  #gone(): void {
    const { t } = this.#context;
    this.#say(t('item.gone_title'), t('item.gone'), { label: t('item.back'), run: this.#actions.back });
  }

  #say(title: string, text: string, action: { label: string; run(): void }): void {
    this.element.replaceChildren(state({ picture: icons.alert, heading: 'h1', title, text, action }));
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
    const actions = { ...this.#actions, archived: this.#store.snapshot.filter === 'archived' };
    const page = this.#page;
    this.#drawn = item;
    if (page) this.element.replaceChildren(page(item, { ...this.#context, ...actions }));
  }

  #focusTitle(): void {
    this.element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }
}
