/**
 * What a reader does to items, with a way back. All is saved at once, so that it is so everywhere, and undone by its
 * opposite; but what is deleted waits in the archive until its toast goes away or the page is left.
 */

import type { Item } from '@belfry/api';
import type { InboxStore, Translate } from '@belfry/inbox';
import { type Removal, removal } from './removal';
import { dropToast, type Toast } from './toasts';
import type { Left } from './unsaved';

export interface ChangesOptions {
  t: Translate;
  say(text: string, extra?: Partial<Toast>): void;
  /** An item leaves the list. */
  leaves(item: Item): unknown;
  changed(): void;
  /** What was done; the page may be left before the server has `answered`. */
  left(item: Item, verb: Left, answered: Promise<unknown>): void;
}

/** Long enough to notice a slip. */
const UNDO = 10_000;
/** So many are marked unread again one by one; more would be a storm. */
const FEW = 50;

export class Changes {
  readonly #store: InboxStore;
  readonly #options: ChangesOptions;
  readonly #removing = new Map<Removal, Item>();
  /** How to take back, and to end, what can still be taken back; by what is said of it. */
  readonly #done = new Map<string, [undo: () => unknown, end: (() => unknown) | undefined][]>();

  constructor(store: InboxStore, options: ChangesOptions) {
    this.#store = store;
    this.#options = options;
  }

  async toggleRead(item: Item): Promise<void> {
    await (item.read_at ? this.#store.markUnread(item.id) : this.#store.markRead(item.id));
    this.#options.changed();
  }

  async archive(item: Item): Promise<void> {
    const saved = this.#store.archive(item.id);
    this.#options.left(item, 'archive', saved);
    await this.#say(item, saved, 'inbox.archived', () => this.#store.unarchive(item));
  }

  async unarchive(item: Item): Promise<void> {
    const store = this.#store;
    const undo = () => store.archive(item.id).then(() => store.refresh());
    await this.#say(item, store.unarchive(item), 'inbox.unarchived', undo);
  }

  async remove(item: Item): Promise<void> {
    const removed = removal(this.#store, item);
    this.#removing.set(removed, item);
    const end = (how: () => unknown) => () => {
      this.#removing.delete(removed);
      how();
    };
    const waits = removed.gone.then((gone) => {
      // While it was answered the page may have been left, which ends it.
      const still = this.#removing.has(removed);
      if (!gone) this.#removing.delete(removed);
      return gone && still;
    });
    await this.#say(item, waits, 'inbox.removed', end(removed.undo), end(removed.commit));
  }

  async readAll(): Promise<void> {
    const { t, say, changed } = this.#options;
    const { items, unread } = this.#store.snapshot;
    if (unread === 0) return;
    const marked = items.filter((item) => !item.read_at).map(({ id }) => id);
    try {
      await this.#store.markAllRead();
    } catch {
      return;
    }
    changed();
    // What is not loaded cannot be named, and half an undo would be none.
    const whole = marked.length === unread && marked.length <= FEW;
    const undo = (): void => {
      for (const id of marked) void this.#store.markUnread(id);
      changed();
    };
    say(
      t('inbox.read_all_done'),
      whole ? { stays: UNDO, action: { label: t('inbox.undo'), run: undo } } : {},
    );
  }

  /** Deletes what waits, also while the page is being left; from then on it cannot be taken back. */
  flush(): void {
    for (const [removed, item] of this.#removing) this.#options.left(item, 'delete', removed.commit(true));
    this.#removing.clear();
    this.#done.delete('inbox.removed');
    dropToast('inbox.removed');
  }

  /** Says what was done, with a way back: what follows one another is one toast, and one undo. */
  async #say(
    item: Item,
    saved: Promise<boolean>,
    said: string,
    undo: () => unknown,
    end?: () => unknown,
  ): Promise<void> {
    const { t, say, leaves } = this.#options;
    leaves(item);
    // What could not be saved stands where it stood, and the store has said so.
    if (!(await saved)) return;
    const done = this.#done.get(said) ?? [];
    this.#done.set(said, done);
    const count = done.push([undo, end]);
    const each = (at: 0 | 1) => () => {
      this.#done.delete(said);
      for (const one of done) one[at]?.();
    };
    say(count > 1 ? t(`${said}_many`, { count }) : t(said), {
      key: said,
      stays: UNDO,
      action: { label: t('inbox.undo'), run: each(0) },
      gone: each(1),
    });
  }
}
