import { describe, expect, it, vi } from 'vitest';
import { Caller } from './caller';
import type { Connection } from './live';
import { type Channel, type Neighbours, type Note, SharedStream } from './shared';
import type { Frame } from './sse';

/** The locks and channels of one browser, as its tabs see them. */
class Browser {
  #holder: { let: () => void } | undefined;
  readonly #queue: (() => void)[] = [];
  readonly channels = new Set<Channel>();
  /** A channel that lets nothing through: its tab sleeps. */
  readonly deaf = new Set<Channel>();

  neighbours(): Neighbours {
    return {
      request: (_, options, run) => this.#request(options, run),
      channel: () => {
        const channel: Channel = {
          onmessage: null,
          postMessage: (note: Note) => {
            if (this.deaf.has(channel)) return;
            for (const other of this.channels) {
              if (other === channel || this.deaf.has(other)) continue;
              queueMicrotask(() => other.onmessage?.({ data: structuredClone(note) }));
            }
          },
          close: () => this.channels.delete(channel),
        };
        this.channels.add(channel);
        return channel;
      },
    };
  }

  async #request(
    options: { signal?: AbortSignal; steal?: boolean },
    run: () => Promise<void>,
  ): Promise<void> {
    const aborted = new Promise<never>((_, fail) => {
      options.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
    });
    aborted.catch(() => undefined);
    if (options.steal) this.#holder?.let();
    else if (this.#holder) {
      const turn = new Promise<void>((done) => this.#queue.push(done));
      await Promise.race([turn, aborted]);
    }
    let robbed: () => void = () => undefined;
    const theft = new Promise<never>((_, fail) => {
      robbed = () => fail(new DOMException('', 'AbortError'));
    });
    theft.catch(() => undefined);
    const mine = { let: robbed };
    this.#holder = mine;
    try {
      await Promise.race([run(), theft]);
    } finally {
      if (this.#holder === mine) {
        this.#holder = undefined;
        this.#queue.shift()?.();
      }
    }
  }
}

/** A server whose streams are written to by hand. */
function server() {
  const streams: { cursor: string | null; write(text: string): void; end(): void }[] = [];
  const fetch = vi.fn(async (_: unknown, init?: RequestInit) => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (it) => {
        controller = it;
      },
    });
    init?.signal?.addEventListener('abort', () => controller?.error(new DOMException('', 'AbortError')));
    streams.push({
      cursor: new Headers(init?.headers).get('last-event-id'),
      write: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      end: () => controller?.close(),
    });
    return new Response(body);
  });
  return { streams, fetch: fetch as unknown as typeof globalThis.fetch };
}

let seed = 0.1;

function tab(browser: Browser | undefined, fetch: typeof globalThis.fetch) {
  const frames: Frame[] = [];
  const states: Connection[] = [];
  const timers = new Map<number, { run: () => void; after: number }>();
  const missed = vi.fn();
  let timer = 0;
  seed += 0.001;
  const random = seed;
  const stream = new SharedStream(
    new Caller({ token: async () => 'secret', fetch }),
    'belfry-live-usr_1',
    { frame: (frame) => frames.push(frame), connection: (state) => states.push(state), missed },
    {
      random: () => random,
      now: () => 0,
      setTimeout: (run, after) => {
        timers.set(++timer, { run, after });
        return timer;
      },
      clearTimeout: (id) => timers.delete(id),
    },
    browser?.neighbours() ?? null,
  );
  const channel = () => [...(browser?.channels ?? [])].at(-1) as Channel;
  /** Lets the wait of so many milliseconds end. */
  const elapse = (after: number) => {
    for (const [id, one] of timers) {
      if (one.after !== after) continue;
      timers.delete(id);
      one.run();
    }
  };
  const ids = () => frames.filter((one) => one.event === 'item').map((one) => one.id);
  return { stream, frames, states, missed, channel, elapse, ids };
}

/** So many tabs of one browser, of which the first leads by the channel `leader`. */
async function led(tabs: 2 | 3, browser = new Browser()) {
  const { streams, fetch } = server();
  const [first, second, third] = [tab(browser, fetch), tab(browser, fetch), tab(browser, fetch)];
  first.stream.start();
  const leader = first.channel();
  await vi.waitFor(() => expect(streams).toHaveLength(1));
  second.stream.start();
  if (tabs > 2) third.stream.start();
  return { streams, browser, leader, first, second, third };
}

const item = (id: number) => `id: ${id}\nevent: item\ndata: {}\n\n`;
const sync = (id: number) => `id: ${id}\nevent: state\ndata: {"kind":"sync","unread":0}\n\n`;

describe('tabs of one browser', () => {
  it('share one stream, and each is told of every frame once', async () => {
    const { streams, first, second } = await led(2);
    // It joined while the other had the stream: what was before it has to read itself.
    await vi.waitFor(() => expect(second.missed).toHaveBeenCalledTimes(1));
    expect(second.states).toContain('open');
    streams[0]?.write(sync(40) + item(41) + item(42));
    await vi.waitFor(() => expect(second.ids()).toEqual(['41', '42']));
    expect(first.ids()).toEqual(['41', '42']);
    expect(streams).toHaveLength(1);
    expect(second.missed).toHaveBeenCalledTimes(1);
    first.stream.stop();
    second.stream.stop();
  });

  it('go on from the newest item when the leader closes', async () => {
    const { streams, first, second, third } = await led(3);
    streams[0]?.write(sync(9) + item(99));
    streams[0]?.write(item(100));
    await vi.waitFor(() => expect(third.ids()).toEqual(['99', '100']));
    first.stream.stop();
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    expect(streams[1]?.cursor).toBe('100');
    streams[1]?.write(sync(100) + item(101));
    await vi.waitFor(() => expect(third.ids()).toEqual(['99', '100', '101']));
    expect(second.ids()).toEqual(['99', '100', '101']);
    expect(first.ids()).toEqual(['99', '100']);
    second.stream.stop();
    third.stream.stop();
  });

  it('do not take an item twice that two leaders gave', async () => {
    const { streams, first, second } = await led(2);
    streams[0]?.write(sync(1) + item(2));
    await vi.waitFor(() => expect(second.ids()).toEqual(['2']));
    streams[0]?.write(item(2));
    streams[0]?.write(item(3));
    await vi.waitFor(() => expect(second.ids()).toEqual(['2', '3']));
    first.stream.stop();
    second.stream.stop();
  });

  it('take the lead from one that sleeps, which follows when it wakes', async () => {
    const { streams, browser, first, second, leader: asleep } = await led(2);
    await vi.waitFor(() => expect(second.missed).toHaveBeenCalled());
    browser.deaf.add(asleep);
    second.stream.wake();
    second.elapse(3_000);
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    browser.deaf.delete(asleep);
    streams[1]?.write(sync(7) + item(8));
    await vi.waitFor(() => expect(first.ids()).toEqual(['8']));
    expect(second.ids()).toEqual(['8']);
    first.stream.stop();
    second.stream.stop();
  });

  it('leave a leader alone that answers', async () => {
    const { streams, first, second } = await led(2);
    await vi.waitFor(() => expect(second.missed).toHaveBeenCalled());
    const said = second.states.length;
    second.stream.wake();
    await vi.waitFor(() => expect(second.states.length).toBeGreaterThan(said));
    second.elapse(3_000);
    await Promise.resolve();
    expect(streams).toHaveLength(1);
    first.stream.stop();
    second.stream.stop();
  });

  it('look for themselves after something that they did not hear', async () => {
    const { streams, browser, first, second } = await led(2);
    const channel = second.channel();
    await vi.waitFor(() => expect(second.missed).toHaveBeenCalledTimes(1));
    browser.deaf.add(channel);
    streams[0]?.write(sync(1) + item(2));
    await vi.waitFor(() => expect(first.ids()).toEqual(['2']));
    browser.deaf.delete(channel);
    streams[0]?.write(item(3));
    await vi.waitFor(() => expect(second.missed).toHaveBeenCalledTimes(2));
    first.stream.stop();
    second.stream.stop();
  });

  it('ignore what a former leader says too late', async () => {
    const browser = new Browser();
    const ear = browser.neighbours().channel('belfry-live-usr_1');
    const said: Note[] = [];
    ear.onmessage = ({ data }) => said.push(data);
    const { streams, first, second, third } = await led(3, browser);
    await vi.waitFor(() => expect(third.missed).toHaveBeenCalledTimes(1));
    const last = said.findLast((note) => 'from' in note);
    first.stream.stop();
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    streams[1]?.write(sync(7));
    await vi.waitFor(() => expect(third.frames).toHaveLength(1));
    const late = { event: 'state', data: '{"kind":"read","unread":99}', id: '3' };
    if (last && 'from' in last) ear.postMessage({ from: last.from, n: last.n + 1, frame: late });
    streams[1]?.write(item(8));
    await vi.waitFor(() => expect(third.ids()).toEqual(['8']));
    expect(third.frames).toHaveLength(2);
    second.stream.stop();
    third.stream.stop();
  });

  it('let another lead when the token of the leader is refused', async () => {
    const { streams, fetch } = server();
    const refusing = (async () => new Response('{}', { status: 401 })) as typeof globalThis.fetch;
    const browser = new Browser();
    const [first, second] = [tab(browser, refusing), tab(browser, fetch)];
    first.stream.start();
    second.stream.start();
    await vi.waitFor(() => expect(streams).toHaveLength(1));
    expect(first.states.at(-1)).toBe('refused');
    expect(second.states).not.toContain('refused');
    second.stream.stop();
  });

  it('each have a stream where the page may not use locks', async () => {
    const { streams, fetch } = server();
    const browser = new Browser();
    const asked = vi.fn(() => Promise.reject(new DOMException('', 'SecurityError')));
    const refused = Object.assign(browser, {
      neighbours: () => ({ request: asked, channel: Browser.prototype.neighbours.call(browser).channel }),
    });
    const one = tab(refused, fetch);
    one.stream.start();
    await vi.waitFor(() => expect(streams).toHaveLength(1));
    streams[0]?.write(item(5));
    await vi.waitFor(() => expect(one.ids()).toEqual(['5']));
    expect(asked).toHaveBeenCalledTimes(1);
    one.stream.stop();
  });

  it('each have a stream where the browser knows no locks', async () => {
    const { streams, fetch } = server();
    const [first, second] = [tab(undefined, fetch), tab(undefined, fetch)];
    first.stream.start();
    second.stream.start();
    await vi.waitFor(() => expect(streams).toHaveLength(2));
    streams[1]?.write(item(5));
    await vi.waitFor(() => expect(second.ids()).toEqual(['5']));
    expect(first.ids()).toEqual([]);
    first.stream.stop();
    second.stream.stop();
  });
});
