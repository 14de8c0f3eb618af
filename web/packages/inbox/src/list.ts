/**
 * The rows of a list, only those near what is seen: thousands of items cost what a screenful does. Owns the rows, their
 * places, and that nothing jumps under the reader when items come in above. Refuses to load anything.
 *
 * Every row lies at its place in a list that is as tall as all rows would be. Heights are measured when rows are drawn
 * and guessed from the others before. A row with focus stays, wherever the list is scrolled to.
 */

import type { Item } from '@belfry/api';
import { h, set } from './dom';
import { createRow, type RowContext, type Update } from './item';

/** A first guess, before any row was measured. */
const GUESS = 88;

interface Row {
  element: HTMLLIElement;
  update: Update;
}

export class ItemList {
  readonly element: HTMLUListElement;
  readonly #context: RowContext;
  readonly #rows = new Map<string, Row>();
  readonly #heights = new Map<string, number>();
  #items: readonly Item[] = [];
  /** Where each row begins in the list; the last number is where it ends. */
  #tops: number[] = [];
  #now = new Date();
  #current: string | undefined;
  #scroller: Element | undefined;
  #width = 0;
  readonly #again = (): void => {
    // A list that was thrown away must not be kept by the page that it was in.
    if (this.element.isConnected) this.#draw();
    else document.removeEventListener('scroll', this.#again);
  };

  constructor(element: HTMLUListElement, context: RowContext) {
    this.element = element;
    this.#context = context;
    element.style.position = 'relative';
    // Places are kept here, alike in every browser.
    element.style.overflowAnchor = 'none';
    // The list has no content of its own height: this tells of its width only, and whether it is shown at all. In the
    // next frame, because drawing may bring a scroll bar, and with it another width.
    new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (width !== this.#width) this.#heights.clear();
      this.#width = width;
      this.#scroller = undefined;
      requestAnimationFrame(this.#again);
    }).observe(element);
  }

  /** Shows `items`. `current` is the one whose page is open. */
  show(items: readonly Item[], now: Date, current: string | undefined): void {
    this.#now = now;
    this.#current = current;
    this.#draw(items);
  }

  /** Puts focus on an item's link, scrolling there where needed; says whether the item is in the list. */
  focus(id: string): boolean {
    this.#draw();
    const at = this.#items.findIndex((item) => item.id === id);
    if (at < 0 || !this.#scroller) return false;
    if (!this.#rows.has(id)) {
      this.#scroller.scrollTop += this.#top + (this.#tops[at] ?? 0) - innerHeight / 2;
      this.#draw();
    }
    this.#rows.get(id)?.element.querySelector<HTMLElement>('.link')?.focus();
    return true;
  }

  /** Finds what scrolls the list, and draws again when it does. */
  #follow(): Element {
    let found: Element | null = this.element;
    do {
      const root: Node = found.getRootNode();
      found = found.assignedSlot ?? found.parentElement ?? (root as Partial<ShadowRoot>).host ?? null;
    } while (found && !/auto|scroll/.test(getComputedStyle(found).overflowY));
    const page = document.documentElement;
    const inside = found && found !== page && found !== document.body;
    // The same listener twice is one.
    (inside ? found : document)?.addEventListener('scroll', this.#again, { passive: true });
    return inside && found ? found : page;
  }

  /** Where the list begins on the screen. */
  get #top(): number {
    return this.element.getBoundingClientRect().top;
  }

  get #active(): Element | null {
    return (this.element.getRootNode() as Document | ShadowRoot).activeElement;
  }

  #draw(items = this.#items): void {
    const list = this.element;
    const before = this.#items;
    this.#items = items;
    if (list.getClientRects().length === 0) return;
    this.#scroller ??= this.#follow();
    const scroller = this.#scroller;
    // What the reader looks at stays where it is, unless it is gone. At the very top one wants to see what comes.
    const places = new Map(items.map((item, at) => [item.id, at]));
    const from = Math.max(0, scroller.getBoundingClientRect().top);
    const begin = this.#top;
    const seen =
      begin < from
        ? before.findIndex(({ id }, at) => places.has(id) && begin + (this.#tops[at + 1] ?? 0) > from)
        : -1;
    const anchor = places.get(before[seen]?.id ?? '');
    const stays = begin + (this.#tops[seen] ?? 0);
    // What is measured moves what is below. The second time all that is seen is known, but for wild guesses.
    for (let pass = 0; pass < 4; pass++) {
      const tops = this.#place();
      const moved = anchor === undefined ? 0 : this.#top + (tops[anchor] ?? 0) - stays;
      if (Math.abs(moved) >= 1) scroller.scrollTop += moved;
      const top = this.#top;
      const spare = innerHeight / 2;
      const near = items.filter(
        ({ id }, at) =>
          ((tops[at] ?? 0) + top < innerHeight + spare && (tops[at + 1] ?? 0) + top > -spare) ||
          this.#rows.get(id)?.element.contains(this.#active),
      );
      this.#arrange(near, places);
      if (!this.#measure()) break;
    }
    const edge = from - this.#top;
    const after = this.#tops.findIndex((top) => top > edge);
    this.#context.seen?.(Math.max(0, (after < 0 ? items.length : after) - 1));
  }

  /** Says where rows begin, by what is known of their heights. */
  #place(): number[] {
    const known = this.#heights;
    if (known.size > 2 * this.#items.length + 500) known.clear();
    let sum = 0;
    for (const height of known.values()) sum += height;
    let end = 0;
    this.#tops = [0];
    for (const { id } of this.#items) {
      end += known.get(id) ?? (sum / known.size || GUESS);
      // A list scrolls by whole pixels: parts of one would add up, and creep, with everything that comes above.
      this.#tops.push(Math.round(end));
    }
    this.element.style.paddingBlockStart = `${end}px`;
    return this.#tops;
  }

  /** Has exactly these rows in the list, in order, each at its place, with as few moves as possible. */
  #arrange(near: readonly Item[], places: ReadonlyMap<string, number>): void {
    const focused = this.#active;
    const wanted = new Set(near.map((item) => item.id));
    for (const [id, { element }] of this.#rows) {
      if (wanted.has(id)) continue;
      // Focus in a row that goes away stands in its neighbour afterwards, not at the top of the page.
      const neighbour =
        element.contains(focused) && (element.nextElementSibling ?? element.previousElementSibling);
      if (neighbour) neighbour.querySelector<HTMLElement>('.link')?.focus();
      element.remove();
      this.#rows.delete(id);
    }
    let place = this.element.firstElementChild;
    for (const item of near) {
      const at = places.get(item.id) ?? 0;
      const { element, update } = this.#rows.get(item.id) ?? this.#make(item.id);
      update(item, this.#now, item.id === this.#current);
      set(element, { 'aria-posinset': at + 1, 'aria-setsize': this.#items.length });
      element.style.top = `${this.#tops[at]}px`;
      if (element === place) place = place.nextElementSibling;
      else this.element.insertBefore(element, place);
    }
    // A row that moved has lost the focus that it had.
    if (focused && this.element.contains(focused)) (focused as HTMLElement).focus({ preventScroll: true });
  }

  #make(id: string): Row {
    const element = h('li', { class: 'row', part: 'item', 'data-id': id });
    Object.assign(element.style, { position: 'absolute', insetInline: '0', contentVisibility: 'visible' });
    const row = { element, update: createRow(this.#context, element) };
    this.#rows.set(id, row);
    return row;
  }

  /** Whether a row is not as tall as it was thought to be. */
  #measure(): boolean {
    let news = false;
    for (const [id, { element }] of this.#rows) {
      const { height } = element.getBoundingClientRect();
      if (Math.abs(height - (this.#heights.get(id) ?? 0)) < 0.5) continue;
      this.#heights.set(id, height);
      news = true;
    }
    return news;
  }
}
