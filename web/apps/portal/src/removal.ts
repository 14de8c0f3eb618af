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
  const archived = store.isIn('archived', id);
  // What is not among those that are shown may be in the archive too: it is not archived, nor put back.
  const still = archived || !store.snapshot.items.some((one) => one.id === id);
  if (still) store.hide(id, true);
  const gone = still ? Promise.resolve(true) : store.archive(id);
  let waits = true;
  let answered = false;
  void gone.then((saved) => {
    answered = true;
    waits &&= saved;
  });
  /** Somebody put it back meanwhile, here or elsewhere, or it has news. */
  const isBack = (): boolean => {
    if (still) return archived && !store.isIn('archived', id);
    return answered && (store.isIn('all', id) || store.isIn('unread', id));
  };
  return {
    gone,
    undo: async () => {
      if (!waits) return;
      waits = false;
      if (still) store.hide(id, false);
      else if (await gone) await store.unarchive(item);
    },
    commit: async (leaving = false) => {
      if (!leaving) await gone;
      if (!waits) return false;
      waits = false;
      if (isBack()) {
        store.hide(id, false);
        return false;
      }
      return store.take(id, 'delete', leaving);
    },
  };
}
