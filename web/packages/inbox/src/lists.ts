/** What happens to one list of the store: pages and live items come into it, and a long one loses its top. */

import type { Item, Page } from '@belfry/api';
import type { List } from './snapshot';

/**
 * Puts the newest page over a list. Where both overlap, what was loaded below stays; where they do not, something
 * is missing in between and the page stands alone. Items that came live during the read go where their time says.
 */
export function merge(
  list: List,
  page: Page<Item>,
  items: Map<string, Item>,
  arrived: ReadonlySet<string>,
): void {
  const fresh = new Set(page.items.map((item) => item.id));
  const overlap = list.ids.findLastIndex((id) => fresh.has(id) && !arrived.has(id));
  const keepsTail = page.next !== null && overlap >= 0 && !list.stale && !list.cut;
  const came = list.ids.filter((id) => arrived.has(id) && !fresh.has(id));
  const known = new Set([...fresh, ...came]);
  const tail = keepsTail ? list.ids.slice(overlap + 1).filter((id) => !known.has(id)) : [];
  for (const item of page.items) {
    // A live item is at least as new as the page that was being read.
    if (!arrived.has(item.id)) items.set(item.id, item);
  }
  if (tail.length === 0) ends(list, page);
  list.ids = [...fresh, ...tail];
  for (const id of came) {
    const item = items.get(id);
    if (item) insert(list, item, items, true);
  }
  list.stale = false;
  list.cut = false;
}

/** The last page of a list so far says where the next one begins. */
export function ends(list: List, { items, next }: Page<Item>): void {
  list.next = next;
  list.end = items[items.length - 1]?.created_at ?? list.end;
}

/**
 * Puts an item where its time says: what was missed comes after what is new, what is older than all with a later page.
 * Many can have the same time. Among these the last one to come is the newest, but not when the others are `ahead`: of a
 * page that knows of more than the stream has said.
 */
export function insert(list: List, item: Item, items: ReadonlyMap<string, Item>, ahead = false): void {
  const ids = list.ids.filter((id) => id !== item.id);
  const at = ids.findIndex((id) => {
    const time = items.get(id)?.created_at ?? '';
    return time < item.created_at || (time === item.created_at && !ahead);
  });
  if (at >= 0) ids.splice(at, 0, item.id);
  // The next page begins below the end of the last one, whatever was taken away above it.
  else if (list.next === null || (!ahead && item.created_at >= list.end)) ids.push(item.id);
  list.ids = ids;
}

/** Puts an id into a list as it stands among `all`. */
export function joins(list: List, id: string, all: List): void {
  if (list.ids.includes(id)) return;
  const places = new Map(all.ids.map((one, place) => [one, place]));
  const place = places.get(id) ?? 0;
  const after = list.ids.findIndex((other) => (places.get(other) ?? 0) > place);
  list.ids.splice(after < 0 ? list.ids.length : after, 0, id);
}

/** What is far above the reader of a list longer than `most` is let go, but a page of it. Says whether there was any. */
export function letGo(list: List, most: number, page: number): boolean {
  const over = Math.min(list.ids.length - most, list.at - page);
  if (over <= 0) return false;
  list.ids = list.ids.slice(over);
  list.at -= over;
  list.cut = true;
  return true;
}

/** As the server searches: every word is somewhere in what the item says, whatever its case. */
export function has({ title, message, sender, actor, subject }: Item, query: string): boolean {
  const text = [title, message, sender, actor?.name, subject?.id, subject?.title].join('\n').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
