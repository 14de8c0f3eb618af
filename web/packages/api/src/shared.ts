/**
 * One live stream per browser: the tabs of one origin that show the same person elect a leader (Web Locks), which holds
 * the stream and hands every frame on (BroadcastChannel). Owns the election, the handing on, and that a frame counts
 * once per tab. Where a browser has neither, every tab has a stream of its own. Refuses to interpret frames.
 */

import type { Caller } from './caller';
import {
  browser,
  type Connection,
  type LiveEnvironment,
  type LiveHandlers,
  LiveStream,
  SILENCE,
} from './live';
import type { Frame } from './sse';

/** What tabs know one another by; a browser's own `LockManager` and `BroadcastChannel` are such. */
export interface Neighbours {
  request(
    name: string,
    options: { signal: AbortSignal } | { steal: true },
    run: () => Promise<void>,
  ): Promise<unknown>;
  channel(name: string): Channel;
}

export interface Channel {
  onmessage: ((event: { data: Note }) => void) | null;
  postMessage(note: Note): void;
  close(): void;
}

/** A tab asks who leads; or a leader says how its connection is or what came. `n` numbers what a leader says. */
export type Note =
  | { hello: string }
  | { from: string; n: number; connection: Connection; frame?: undefined }
  | { from: string; n: number; connection?: undefined; frame: Frame };

export interface SharedHandlers extends LiveHandlers {
  /** Something may have come that this tab was not told, or it has just joined: it has to look for itself. */
  missed(): void;
}

/** A leader that does not answer in this time sleeps: another tab takes its place. */
const ANSWER = 3_000;

function neighbours(): Neighbours | null {
  const { navigator, BroadcastChannel: Named } = globalThis;
  // Web Locks are only there in secure contexts.
  if (!navigator?.locks || !Named) return null;
  return {
    request: (name, options, run) => navigator.locks.request(name, options, run),
    channel: (name) => new Named(name) as unknown as Channel,
  };
}

/** Cursors are decimal numbers, longer than a number can be exact. */
const newer = (a: string, b: string): boolean => (a.length === b.length ? a > b : a.length > b.length);

export class SharedStream {
  readonly #name: string;
  readonly #handlers: SharedHandlers;
  readonly #env: LiveEnvironment;
  #others: Neighbours | null;
  readonly #stream: LiveStream;
  readonly #me: string;
  /** The newest item that this tab was told of. */
  #cursor = '';
  #running = false;
  #leading = false;
  #connection: Connection = 'connecting';
  /** How often this tab led, and how much it has said as a leader. */
  #term = 0;
  #said = 0;
  /** Whom this tab follows, the last number it heard from them, and whose late words it ignores. */
  #leader = '';
  #heard = 0;
  readonly #past = new Set<string>();
  #channel: Channel | undefined;
  #ballot: AbortController | undefined;
  #resign: (() => void) | undefined;
  #patience: number | undefined;

  constructor(
    client: Caller,
    name: string,
    handlers: SharedHandlers,
    env: LiveEnvironment = browser,
    others: Neighbours | null = neighbours(),
  ) {
    this.#name = name;
    this.#handlers = handlers;
    this.#env = env;
    this.#others = others;
    this.#me = String(env.random());
    this.#stream = new LiveStream(
      client,
      {
        connection: (state) => this.#changed(state),
        frame: (frame) => {
          this.#say({ frame });
          this.#take(frame);
        },
      },
      env,
    );
  }

  /** Takes part until {@link stop}. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    if (!this.#others) {
      this.#stream.start();
      return;
    }
    this.#handlers.connection('connecting');
    this.#channel = this.#others.channel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#stand();
    this.#ask();
  }

  stop(): void {
    if (!this.#running) return;
    this.#end();
    this.#handlers.connection('closed');
  }

  /** The device is online again, or the page is looked at: the leader checks its stream, the others check the leader. */
  wake(): void {
    if (!this.#running) return;
    if (this.#leading || !this.#others) this.#stream.wake();
    else this.#ask();
  }

  #end(): void {
    this.#running = false;
    this.#wait(undefined);
    this.#ballot?.abort();
    this.#ballot = undefined;
    this.#step();
    this.#channel?.close();
    this.#channel = undefined;
    // Who joins again has missed what was said meanwhile.
    this.#leader = '';
  }

  /** Stops leading, if it does. */
  #step(): void {
    this.#leading = false;
    this.#stream.stop();
    this.#resign?.();
    this.#resign = undefined;
  }

  /** Stands for leader: leads as soon as nobody else does, or at once by `steal`. */
  #stand(steal = false): void {
    this.#ballot?.abort();
    const ballot = new AbortController();
    this.#ballot = ballot;
    const options = steal ? { steal } : { signal: ballot.signal };
    const lead = (): Promise<void> =>
      new Promise((resign) => {
        if (ballot.signal.aborted) {
          resign();
          return;
        }
        this.#resign = resign;
        this.#leading = true;
        this.#term += 1;
        this.#wait(undefined);
        this.#stream.start(this.#cursor);
      });
    this.#others
      ?.request(this.#name, options as { steal: true }, lead)
      .then(
        () => undefined,
        (error: Error) => error.name,
      )
      .then((refusal) => {
        if (ballot !== this.#ballot || !this.#running) return;
        this.#step();
        if (refusal === 'AbortError') {
          // It was taken from this tab, which stands again behind the thief.
          this.#stand();
          this.#wait(2 * SILENCE);
        } else {
          // The page may not use locks (a sandbox, blocked storage): it has a stream of its own.
          this.#wait(undefined);
          this.#channel?.close();
          this.#channel = undefined;
          this.#others = null;
          this.#stream.start(this.#cursor);
        }
      });
  }

  #ask(): void {
    this.#channel?.postMessage({ hello: this.#me });
    this.#wait(ANSWER);
  }

  /** Takes the lead if no leader is heard for so long. */
  #wait(after: number | undefined): void {
    if (this.#patience !== undefined) this.#env.clearTimeout(this.#patience);
    this.#patience = after === undefined ? undefined : this.#env.setTimeout(() => this.#stand(true), after);
  }

  #say(what: { connection: Connection } | { frame: Frame }): void {
    this.#said += 1;
    this.#channel?.postMessage({ from: `${this.#me} ${this.#term}`, n: this.#said, ...what });
  }

  /** The state of this tab's own stream. */
  #changed(state: Connection): void {
    if (state === 'closed') return;
    this.#connection = state;
    // Another tab may have a token that is still good.
    if (state === 'refused') this.#end();
    else this.#say({ connection: state });
    this.#handlers.connection(state);
  }

  #hear(note: Note): void {
    if ('hello' in note) {
      if (!this.#leading) return;
      this.#say({ connection: this.#connection });
      this.#stream.wake();
      return;
    }
    // What another leader said is in this tab's own stream too, which goes on from where this tab stands.
    if (this.#leading || this.#past.has(note.from)) return;
    const inStep = note.from === this.#leader && note.n === this.#heard + 1;
    if (note.from !== this.#leader) this.#past.add(this.#leader);
    this.#leader = note.from;
    this.#heard = note.n;
    this.#wait(2 * SILENCE);
    if (note.frame) this.#take(note.frame);
    else this.#handlers.connection(note.connection);
    if (!inStep) this.#handlers.missed();
  }

  /** Items once each, in order; anything else says where the stream stands, also when the server was set back. */
  #take(frame: Frame): void {
    if (frame.event === 'item' && frame.id && !newer(frame.id, this.#cursor)) return;
    if (frame.id) this.#cursor = frame.id;
    this.#handlers.frame(frame);
  }
}
