/**
 * Deleting an item with a way back. Until `commit` it is archived, so that it is gone everywhere at once, and so that a
 * browser that ends without a word has lost nothing.
 */

import type { Item } from '@belfry/api';
import type { InboxStore } from '@belfry/inbox';

export interface Removal {
  /** Whether others were told. */
  gone: Promise<boolean>;
  undo(): Promise<void>;
  /** Deletes it, also while the page is being left; says whether that is saved. */
  commit(leaving?: boolean): Promise<boolean>;
}

export function removal(store: InboxStore, item: Item): Removal {
  const { id } = item;
  const archived = store.snapshot.filter === 'archived';
  if (archived) store.hide(id, true);
  const gone = archived ? Promise.resolve(true) : store.archive(id);
  let waits = true;
  // What stands in the list again is not to be deleted.
  void gone.then((saved) => {
    waits &&= saved;
  });
  return {
    gone,
    undo: async () => {
      if (!waits) return;
      waits = false;
      if (archived) store.hide(id, false);
      else if (await gone) await store.unarchive(item);
    },
    commit: async (leaving = false) => {
      if (!leaving) await gone;
      // With news on its stack it is in the inbox again, and not the same any more.
      if (!waits || (store.get(id)?.created_at ?? item.created_at) !== item.created_at) return false;
      waits = false;
      return store.take(id, 'delete', leaving);
    },
  };
}
