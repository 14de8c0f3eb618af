/**
 * What a page was left with before the server had answered. Owns the note of it in this browser, and doing it at the next
 * opening: a browser with much to do forgets the last words of a page. Refuses to keep what an item says.
 */

import type { ApiError, InboxClient, Item } from '@belfry/api';
import type { InboxStore } from '@belfry/inbox';

export type Left = 'archive' | 'delete';

/** `created_at` tells an item from the same one with news on its stack. */
interface Note {
  id: string;
  verb: Left;
  created_at: string;
}

export class Unsaved {
  readonly #key: string;

  /** Of one person in one workspace. */
  constructor(workspace: string, user: string) {
    this.#key = `belfry-unsaved ${workspace} ${user}`;
  }

  /** Noted while the page is being left; forgotten when there is an answer after all, whatever it is. */
  note({ id, created_at }: Item, verb: Left, answered: Promise<unknown>): void {
    const others = (): Note[] => this.#read().filter((one) => one.id !== id);
    this.#write([...others(), { id, verb, created_at }]);
    void answered.then(() => this.#write(others()));
  }

  /** Does what was left; after the list was read. Without it all waits. An item that has news by then stays. */
  async resume(store: InboxStore, client: Pick<InboxClient, 'change'>): Promise<void> {
    if (!store.snapshot.loaded) return;
    const left = this.#read();
    this.#write([]);
    await Promise.all(
      left.map(async (note) => {
        const { id, verb, created_at } = note;
        const item = store.snapshot.items.find((one) => one.id === id);
        if (item && item.created_at !== created_at) return;
        if (item) return store.take(id, verb);
        // What is to be deleted stands in the archive by then, else it is further down; or it was done after all, which
        // nobody has to hear of.
        if (verb !== 'delete' && !store.snapshot.hasMore) return;
        await client.change(id, verb).catch(({ status }: ApiError) => {
          if (status === 0) this.#write([...this.#read(), note]);
        });
      }),
    );
  }

  #read(): Note[] {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? '[]');
    } catch {
      return [];
    }
  }

  #write(all: readonly Note[]): void {
    try {
      if (all.length > 0) localStorage.setItem(this.#key, JSON.stringify(all));
      else localStorage.removeItem(this.#key);
    } catch {
      // A browser that keeps nothing: the server was told all the same.
    }
  }
}
