/**
 * The live stream of one user: SSE over fetch, so that the token travels in a header. Owns connecting, resuming by
 * `Last-Event-ID`, noticing silence, and jittered reconnection. Refuses to interpret items: frames are handed on.
 */

import { ApiError, type Caller } from './caller';
import { type Frame, SseParser } from './sse';

export type Connection = 'connecting' | 'open' | 'waiting' | 'refused' | 'closed';

export interface LiveHandlers {
  frame(frame: Frame): void;
  connection(state: Connection): void;
}

/** Everything that is not the same in every run; tests replace it. Times are milliseconds. */
export interface LiveEnvironment {
  random(): number;
  now(): number;
  setTimeout(run: () => void, after: number): number;
  clearTimeout(timer: number): void;
}

/** The first reconnection waits up to this long; the bound doubles with every failure. */
const BASE_DELAY = 1_000;
const MAX_DELAY = 30_000;
/** The server pings several times in this span: silence for so long is a dead connection. */
export const SILENCE = 75_000;
/** Whoever comes back after so long a silence may have slept; a new connection costs less than finding out. */
const DOUBT = 30_000;

export const browser: LiveEnvironment = {
  random: Math.random,
  now: Date.now,
  setTimeout: (run, after) => globalThis.setTimeout(run, after) as unknown as number,
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

/** How long to wait before attempt number `failures`: full jitter, but never under a tenth of the bound. */
export function backoff(failures: number, random: number, floor = 0): number {
  const bound = Math.min(MAX_DELAY, BASE_DELAY * 2 ** Math.min(failures - 1, 10));
  return Math.max(floor, bound * (0.1 + 0.9 * random));
}

export class LiveStream {
  readonly #client: Caller;
  readonly #handlers: LiveHandlers;
  readonly #env: LiveEnvironment;
  #cursor = '';
  #failures = 0;
  #heard = 0;
  #abort: AbortController | undefined;
  #timer: number | undefined;
  #silence: number | undefined;
  #running = false;

  constructor(client: Caller, handlers: LiveHandlers, env: LiveEnvironment = browser) {
    this.#client = client;
    this.#handlers = handlers;
    this.#env = env;
  }

  /** Connects and stays connected until {@link stop}; goes on after `cursor`, or where it stood before. */
  start(cursor = this.#cursor): void {
    if (this.#running) return;
    this.#running = true;
    this.#cursor = cursor;
    void this.#connect();
  }

  stop(): void {
    if (!this.#running) return;
    this.#running = false;
    this.#clear();
    this.#abort?.abort();
    this.#handlers.connection('closed');
  }

  /**
   * The device is online again or the page is looked at: ends a wait at once, and a connection that has been silent for
   * so long that the device may have slept.
   */
  wake(): void {
    if (!this.#running) return;
    if (this.#timer !== undefined) {
      this.#clear();
      void this.#connect();
    } else if (this.#env.now() - this.#heard > DOUBT) {
      this.#failures = 0;
      this.#abort?.abort();
    }
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#handlers.connection('connecting');
    // An answer that never begins is silence too.
    this.#watch(abort);
    let floor = 0;
    try {
      const response = await this.#client.request('/v1/me/live', {
        accept: 'text/event-stream',
        signal: abort.signal,
        ...(this.#cursor && { headers: { 'last-event-id': this.#cursor } }),
      });
      if (!response.body) throw new ApiError(0, 'unreadable', 'no body');
      this.#handlers.connection('open');
      floor = await this.#read(response.body, abort);
    } catch (error) {
      if (abort === this.#abort && this.#running && error instanceof ApiError) {
        if (error.refused) {
          this.#running = false;
          this.#hush();
          this.#handlers.connection('refused');
          return;
        }
        // A cursor that the server does not know (it was restored, for instance) must not stand in the way for ever.
        if (error.status === 400) this.#cursor = '';
      }
    }
    // Whoever was stopped and started again meanwhile has another connection already.
    if (abort !== this.#abort) return;
    this.#hush();
    if (this.#running) this.#wait(floor);
  }

  /** Reads until the end and returns the server's wish for the wait. */
  async #read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<number> {
    const parser = new SseParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return parser.retry ?? 0;
      if (abort.signal.aborted) return 0;
      this.#watch(abort);
      for (const frame of parser.push(decoder.decode(value, { stream: true }))) {
        this.#failures = 0;
        if (frame.id) this.#cursor = frame.id;
        this.#handlers.frame(frame);
      }
    }
  }

  #wait(floor: number): void {
    this.#failures += 1;
    this.#handlers.connection('waiting');
    this.#timer = this.#env.setTimeout(
      () => {
        this.#timer = undefined;
        void this.#connect();
      },
      backoff(this.#failures, this.#env.random(), floor),
    );
  }

  #watch(abort: AbortController): void {
    this.#hush();
    this.#heard = this.#env.now();
    this.#silence = this.#env.setTimeout(() => abort.abort(), SILENCE);
  }

  #hush(): void {
    if (this.#silence !== undefined) this.#env.clearTimeout(this.#silence);
    this.#silence = undefined;
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#env.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
