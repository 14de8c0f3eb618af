/** What single keys do in the list and on an item's page. Owns which item is meant and which one is next. */

import type { Item } from '@belfry/api';
import type { InboxStore } from '@belfry/inbox';
import type { Changes } from './changes';
import type { KeyActions } from './keys';
import type { ListView } from './list-view';
import type { Pane } from './pane';
import { currentPlace, itemUrl, type Place } from './place';

export interface ReadingOptions {
  store: InboxStore;
  list: ListView;
  pane: Pane;
  changes: Changes;
  visit(place: Place): void;
  /** The address was changed; the page follows it. */
  showPlace(): void;
  back(): void;
  help(): void;
}

export function readingKeys(options: ReadingOptions): KeyActions {
  const { store, list, pane, changes, visit, showPlace, back, help } = options;

  function step(by: 1 | -1): void {
    if (currentPlace().room) return;
    const { items } = store.snapshot;
    const here = pane.current ?? list.focused();
    const at = items.findIndex(({ id }) => id === here);
    const next = items[at < 0 ? 0 : at + by];
    if (!next) return;
    if (!pane.current) {
      list.focus(next.id);
      return;
    }
    history.replaceState(history.state, '', itemUrl(next.id));
    showPlace();
  }

  /** The item whose row has focus, else the one whose page is open. */
  const act = (run: (item: Item) => void) => () => {
    const id = list.focused() ?? pane.current;
    const item = id && store.get(id);
    if (item) run(item);
  };

  return {
    next: () => step(1),
    previous: () => step(-1),
    archive: act((item) => {
      void (store.snapshot.filter === 'archived' ? changes.unarchive(item) : changes.archive(item));
    }),
    toggleRead: act((item) => void changes.toggleRead(item)),
    remove: act((item) => void changes.remove(item)),
    search: () => {
      if (currentPlace().room) visit({});
      list.focusSearch();
    },
    help,
    back: () => {
      const { item, room } = currentPlace();
      if (item || room) back();
    },
  };
}
