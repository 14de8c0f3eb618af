/**
 * What a reader does to items, with a way back. Owns the changes that can still be undone; they are saved when their
 * toast goes away or the page is left.
 */

import type { Item } from '@belfry/api';
import type { InboxStore, Pending, Translate } from '@belfry/inbox';
import { dropToast, type Toast } from './toasts';

export interface ChangesOptions {
  t: Translate;
  say(text: string, extra?: Partial<Toast>): void;
  /** An item leaves the list. */
  leaves(item: Item): void;
  changed(): void;
  /** What was done, by the text that says it; the page may be left before the server has `answered`. */
  left(item: Item, said: string, answered: Promise<unknown>): void;
}

/** Long enough to notice a slip. */
const UNDO = 10_000;
/** So many are marked unread again one by one; more would be a storm. */
const FEW = 50;

export class Changes {
  readonly #store: InboxStore;
  readonly #options: ChangesOptions;
  /** By what is said of them. */
  readonly #pending = new Map<string, Map<Pending, Item>>();
  /** Ids of what was put back and can be taken away again. */
  readonly #back = new Set<string>();

  constructor(store: InboxStore, options: ChangesOptions) {
    this.#store = store;
    this.#options = options;
  }

  async toggleRead(item: Item): Promise<void> {
    await (item.read_at ? this.#store.markUnread(item.id) : this.#store.markRead(item.id));
    this.#options.changed();
  }

  archive(item: Item): void {
    this.#takeAway(item, this.#store.archive(item.id), 'inbox.archived');
  }

  remove(item: Item): void {
    this.#takeAway(item, this.#store.remove(item.id), 'inbox.removed');
  }

  /** Saved at once: whoever puts something back wants to see it there. */
  async unarchive(item: Item): Promise<void> {
    const { t, say, leaves } = this.#options;
    leaves(item);
    // One that could not be saved stands in the archive again, and the store has said so.
    if (!(await this.#store.unarchive(item.id))) return;
    const back = this.#back.add(item.id);
    const undo = async (): Promise<void> => {
      const ids = [...back];
      back.clear();
      await Promise.all(ids.map((id) => this.#store.archive(id).commit()));
      await this.#store.refresh();
    };
    say(back.size > 1 ? t('inbox.unarchived_many', { count: back.size }) : t('inbox.unarchived'), {
      key: 'back',
      stays: UNDO,
      action: { label: t('inbox.undo'), run: () => void undo() },
      gone: () => back.clear(),
    });
  }

  async markAllRead(): Promise<void> {
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

  /** Saves what waits, also while the page is being left; from then on nothing can be taken back. */
  flush(): void {
    for (const [said, pending] of this.#pending) {
      for (const [change, item] of pending) this.#options.left(item, said, change.commit(true));
      dropToast(said);
    }
    this.#pending.clear();
  }

  /** Changes of one kind that follow one another are one toast, and one undo. */
  #takeAway(item: Item, change: Pending, said: string): void {
    const { t, say, leaves } = this.#options;
    const pending = this.#pending.get(said) ?? new Map<Pending, Item>();
    this.#pending.set(said, pending.set(change, item));
    leaves(item);
    const end = (how: (one: Pending) => void) => () => {
      // The toast of what was saved already may end after the next ones have begun.
      if (this.#pending.get(said) === pending) this.#pending.delete(said);
      for (const one of pending.keys()) how(one);
    };
    say(pending.size > 1 ? t(`${said}_many`, { count: pending.size }) : t(said), {
      key: said,
      stays: UNDO,
      action: { label: t('inbox.undo'), run: end((one) => one.undo()) },
      gone: end((one) => void one.commit()),
    });
  }
}
