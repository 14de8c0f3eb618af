/**
 * What live items do to a page besides standing in its list: a toast, words for who listens, and a receipt that it was
 * displayed. Owns gathering them: many at once are one sentence and one call, because a storm of toasts tells nobody
 * anything.
 */

import type { Item, MeClient } from '@belfry/api';
import { announcing } from '@belfry/inbox';

export interface ArrivalHandlers {
  /** One of few. */
  one(item: Item): void;
  /** So many that they are only counted; called again with a larger number while they keep coming. */
  many(count: number): void;
  /** Is to be said aloud: how many since the last time, and the last one. None: it has been said. */
  aloud(count: number, last: Item): void;
}

/** Long enough for what belongs together, short enough to be called at once. */
const GATHER = 250;
/** So many in a second are shown one by one. */
const FEW = 2;
const SECOND = 1_000;
/** After this long without any, the next one is shown by itself again. */
const CALM = 3_000;

export class Arrivals {
  readonly #client: Pick<MeClient, 'receipts'>;
  readonly #handlers: ArrivalHandlers;
  readonly #now: () => number;
  #waiting: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #over = false;
  #storm = 0;
  #last = 0;
  /** When the second began in which they are counted, and how many there are. */
  #began = 0;
  #recent = 0;
  readonly #aloud: (item: Item) => void;

  constructor(client: Pick<MeClient, 'receipts'>, handlers: ArrivalHandlers, now = () => Date.now()) {
    this.#client = client;
    this.#handlers = handlers;
    this.#now = now;
    this.#aloud = announcing((count, last) => this.#over || handlers.aloud(count, last));
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#aloud(item);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER);
  }

  stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #flush(): void {
    const items = this.#waiting;
    this.#waiting = [];
    this.#timer = undefined;
    const now = this.#now();
    if (now - this.#last > CALM) this.#storm = 0;
    this.#last = now;
    if (now - this.#began > SECOND) {
      this.#began = now;
      this.#recent = 0;
    }
    this.#recent += items.length;
    if (this.#storm === 0 && this.#recent <= FEW) {
      for (const item of items) this.#handlers.one(item);
    } else {
      this.#storm += items.length;
      this.#handlers.many(this.#storm);
    }
    // In a tab in the background nobody saw it. A lost receipt costs a count, nothing that the reader should hear of.
    if (document.visibilityState !== 'visible') return;
    const receipts = items.map(({ id }) => ({ item_id: id, kind: 'displayed' as const }));
    for (let at = 0; at < receipts.length; at += 100) {
      void this.#client.receipts(receipts.slice(at, at + 100)).catch(() => undefined);
    }
  }
}
