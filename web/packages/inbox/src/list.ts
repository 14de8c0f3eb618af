/** The rows of a list, kept in the order of the items with as few moves as possible. Refuses to load anything. */

import type { Item } from '@belfry/api';
import { createRow, type Row, type RowContext } from './item';

export class ItemList {
  readonly element: HTMLUListElement;
  readonly #context: RowContext;
  readonly #rows = new Map<string, Row>();

  constructor(element: HTMLUListElement, context: RowContext) {
    this.element = element;
    this.#context = context;
  }

  /** Shows exactly `items`. `current` is the one whose page is open. */
  show(items: readonly Item[], now: Date, current: string | undefined): void {
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, row] of this.#rows) {
      if (wanted.has(id)) continue;
      this.#moveFocus(row.element);
      row.element.remove();
      this.#rows.delete(id);
    }
    let place = this.element.firstElementChild;
    for (const item of items) {
      let row = this.#rows.get(item.id);
      if (!row) {
        row = createRow(this.#context, item);
        this.#rows.set(item.id, row);
      }
      row.update(item, now, item.id === current);
      if (row.element === place) place = place.nextElementSibling;
      else this.element.insertBefore(row.element, place);
    }
  }

  /** Focus that stood in a row that goes away stands in its neighbour afterwards, not at the top of the page. */
  #moveFocus(row: Element): void {
    const root = row.getRootNode() as Document | ShadowRoot;
    if (!root.activeElement || !row.contains(root.activeElement)) return;
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    neighbour?.querySelector<HTMLElement>('.link')?.focus();
  }
}
