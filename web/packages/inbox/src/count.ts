/**
 * How many items are unread. Owns bringing together what the server says, what comes live meanwhile and what is done
 * here before the server knows of it. Refuses to know the items.
 */

/** An item and a count that come this close together may or may not hold one another. */
const CLOSE = 2_000;
const QUIET = 1_000;

export interface CountOptions {
  now: () => Date;
  /** Waits about so many milliseconds. */
  pause: (time: number) => Promise<void>;
}

export class UnreadCount {
  readonly #fetch: () => Promise<number>;
  readonly #changed: () => void;
  readonly #options: CountOptions;
  #count = 0;
  /** So many of these are taken away here without the server's knowledge. */
  #taken = 0;
  /** Whether something came while the server was asked. */
  #rang = false;
  #doubting = false;
  #lastItem = 0;
  /** When the server counted last. */
  #counted = 0;
  /** How often the live stream has said it. */
  told = 0;
  /** Whether the live stream keeps it; else it is asked for with every list. */
  synced = false;

  constructor(fetch: () => Promise<number>, changed: () => void, options: CountOptions) {
    this.#fetch = fetch;
    this.#changed = changed;
    this.#options = options;
  }

  get shown(): number {
    return Math.max(0, this.#count - this.#taken);
  }

  /** The count as it is kept; to be put back, for instance. */
  get value(): number {
    return this.#count;
  }

  set value(count: number) {
    this.#count = Math.max(0, count);
  }

  /** A state came, with the server's count. */
  tell(count: number, synced = true): void {
    this.#count = count;
    this.synced = synced;
    this.told += 1;
    this.#counted = this.#options.now().getTime();
    this.#doubt();
  }

  /** An item came; `more` when it was not unread before. */
  ring(more: boolean): void {
    if (more) {
      this.#rang = true;
      if (this.synced) this.#count += 1;
    }
    this.#lastItem = this.#options.now().getTime();
    this.#doubt();
  }

  /** `by` more are hidden here until the server knows. */
  take(by: number): void {
    this.#taken += by;
  }

  /** Asks the server, again when something came in between: nobody knows if that was counted. */
  async ask(): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      this.#rang = false;
      const count = await this.#fetch();
      // Meanwhile the live stream may have told it, and counts on from there.
      if (this.synced) return;
      this.#count = count;
      this.#changed();
      if (!this.#rang) return;
    }
    void this.#askWhenQuiet();
  }

  /** Something came of which only the server knows whether it counts. */
  doubt(): void {
    this.#rang = true;
    void this.#askWhenQuiet();
  }

  #doubt(): void {
    if (Math.abs(this.#lastItem - this.#counted) < CLOSE) void this.#askWhenQuiet();
  }

  /** Under a storm the count is right every now and then, and at its end for good. */
  async #askWhenQuiet(): Promise<void> {
    if (this.#doubting) return;
    this.#doubting = true;
    do {
      await this.#options.pause(QUIET);
      this.#rang = false;
      this.#count = await this.#fetch().catch(() => this.#count);
      // What comes soon after may be in it already: then it is asked for again.
      this.#counted = this.#options.now().getTime();
      this.#changed();
    } while (this.#rang);
    this.#doubting = false;
  }
}
