import { describe, expect, it, vi } from 'vitest';
import { ApiError } from './caller';
import { MeClient } from './client';
import { backoff, type Connection, LiveStream } from './live';
import type { Frame } from './sse';

/** A server that answers each connection with the next script; `undefined` is a network failure. */
function setUp(scripts: (string | number | undefined)[]) {
  const seen: Headers[] = [];
  const fetch = vi.fn(async (_: unknown, init?: RequestInit) => {
    seen.push(new Headers(init?.headers));
    const script = scripts.shift();
    if (script === undefined) throw new TypeError('no network');
    if (typeof script === 'number') return new Response('{}', { status: script });
    return new Response(script, { status: 200 });
  });
  const clock = { now: 0 };
  const timers: { run: () => void; after: number }[] = [];
  const frames: Frame[] = [];
  const states: Connection[] = [];
  const client = new MeClient({
    token: async () => 'secret',
    fetch: fetch as unknown as typeof globalThis.fetch,
  });
  const stream = new LiveStream(
    client,
    { frame: (frame) => frames.push(frame), connection: (state) => states.push(state) },
    {
      random: () => 1,
      now: () => clock.now,
      setTimeout: (run, after) => timers.push({ run, after }),
      clearTimeout: (id) => {
        const timer = timers[id - 1];
        if (timer) timer.run = () => undefined;
      },
    },
  );
  /** The waits between connections; the watch over silence has its own length. */
  const waits = () => timers.filter((timer) => timer.after !== 75_000);
  return { stream, frames, states, seen, waits, fetch, clock };
}

describe('the live stream', () => {
  it('resumes from the last id, with the token in a header', async () => {
    const { stream, frames, seen, waits } = setUp([
      'id: 41\nevent: item\ndata: {}\n\nid: 42\nevent: item\ndata: {}\n\n',
      'data: x\n\n',
    ]);
    stream.start();
    await vi.waitFor(() => expect(waits()).toHaveLength(1));
    expect(frames.map((frame) => frame.id)).toEqual(['41', '42']);
    expect(seen[0]?.get('authorization')).toBe('Bearer secret');
    expect(seen[0]?.has('last-event-id')).toBe(false);
    waits()[0]?.run();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[1]?.get('last-event-id')).toBe('42');
    stream.stop();
  });

  it('waits longer after every failure, and starts anew after a frame', async () => {
    const { stream, waits, states } = setUp([undefined, 503, undefined, 'data: x\n\n', undefined]);
    stream.start();
    for (let n = 1; n <= 5; n++) {
      await vi.waitFor(() => expect(waits()).toHaveLength(n));
      waits()[n - 1]?.run();
    }
    expect(
      waits()
        .slice(0, 5)
        .map((timer) => timer.after),
    ).toEqual([1000, 2000, 4000, 1000, 2000]);
    expect(states.slice(0, 2)).toEqual(['connecting', 'waiting']);
    stream.stop();
  });

  it('honours the wait that the server asks for', async () => {
    const { stream, waits } = setUp(['retry: 20000\n\ndata: bye\n\n']);
    stream.start();
    await vi.waitFor(() => expect(waits()[0]?.after).toBe(20_000));
    stream.stop();
  });

  it('gives up when the token is refused', async () => {
    const { stream, states, waits } = setUp([401]);
    stream.start();
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'refused']));
    expect(waits()).toHaveLength(0);
  });

  it('doubts a connection that was silent for long when it is woken', async () => {
    const { stream, seen, waits, clock, fetch } = setUp([]);
    let ended = false;
    fetch.mockImplementation(async (_, init) => {
      seen.push(new Headers(init?.headers));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('id: 5\ndata: x\n\n'));
          init?.signal?.addEventListener('abort', () => {
            ended = true;
            controller.error(new DOMException('aborted', 'AbortError'));
          });
        },
      });
      return new Response(body);
    });
    stream.start();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    clock.now += 20_000;
    stream.wake();
    expect(ended).toBe(false);
    clock.now += 20_000;
    stream.wake();
    expect(ended).toBe(true);
    await vi.waitFor(() => expect(waits()).toHaveLength(1));
    waits()[0]?.run();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen[1]?.get('last-event-id')).toBe('5');
    stream.stop();
  });

  it('can be woken out of a wait, and not after it was stopped', async () => {
    const { stream, waits, fetch } = setUp([undefined, undefined]);
    stream.start();
    await vi.waitFor(() => expect(waits()).toHaveLength(1));
    stream.wake();
    await vi.waitFor(() => expect(waits()).toHaveLength(2));
    stream.stop();
    stream.wake();
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

describe('the wait', () => {
  it('is jittered between a tenth and the whole of a bound that ends at 30 s', () => {
    expect(backoff(1, 0)).toBe(100);
    expect(backoff(1, 1)).toBe(1000);
    expect(backoff(40, 1)).toBe(30_000);
    expect(backoff(1, 0, 5000)).toBe(5000);
  });
});

describe('a call', () => {
  it('asks for a new token once after a 401', async () => {
    const asked: boolean[] = [];
    const fetch = vi.fn(async (_: unknown, init?: RequestInit) =>
      new Headers(init?.headers).get('authorization') === 'Bearer new'
        ? Response.json({ count: 3 })
        : new Response('', { status: 401 }),
    );
    const client = new MeClient({
      token: async (refused) => {
        asked.push(refused);
        return refused ? 'new' : 'old';
      },
      fetch: fetch as unknown as typeof globalThis.fetch,
    });
    expect(await client.unreadCount()).toBe(3);
    expect(asked).toEqual([false, true]);
  });

  it('turns problem+json into its code, and silence into status 0', async () => {
    const problem = new MeClient({
      token: async () => 'x',
      fetch: (async () =>
        Response.json({ code: 'not_found', detail: 'gone' }, { status: 404 })) as typeof fetch,
    });
    await expect(problem.item('itm_1')).rejects.toMatchObject({
      status: 404,
      code: 'not_found',
      message: 'gone',
    });
    const silent = new MeClient({
      token: async () => 'x',
      fetch: (() => Promise.reject(new TypeError('x'))) as typeof fetch,
    });
    await expect(silent.readAll()).rejects.toBeInstanceOf(ApiError);
    await expect(silent.readAll()).rejects.toMatchObject({ status: 0 });
  });
});
