import { beforeEach, describe, expect, it, vi } from 'vitest';

type Listener = (event: unknown) => void;

/** Loads the worker into a made-up global scope; `fire` waits for what the event was asked to wait for. */
async function setUp(tabs: { url: string }[] = []) {
  const listeners = new Map<string, Listener>();
  const showNotification = vi.fn(async (_title: string, _options: NotificationOptions) => undefined);
  const openWindow = vi.fn(async (_url: string) => undefined);
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(null, { status: 202 }));
  const clients = tabs.map((tab) => ({
    ...tab,
    focus: vi.fn(async (): Promise<unknown> => tab),
    postMessage: vi.fn(),
  }));
  const setAppBadge = vi.fn(async () => undefined);
  const skipWaiting = vi.fn(async () => undefined);
  const shells = new Map<string, Map<string, Response>>();
  const urlOf = (request: string | { url: string }) =>
    new URL(typeof request === 'string' ? request : request.url, 'https://belfry.example').href;
  vi.stubGlobal('BUILD', 'b2');
  vi.stubGlobal('caches', {
    keys: async () => [...shells.keys()],
    delete: async (name: string) => shells.delete(name),
    open: async (name: string) => ({
      addAll: async (urls: string[]) => {
        const shell = new Map(
          await Promise.all(urls.map(async (url) => [urlOf(url), await fetch(url, {})] as const)),
        );
        shells.set(name, shell);
      },
    }),
    match: async (request: string | { url: string }, { cacheName }: { cacheName?: string }) =>
      [...shells]
        .filter(([name]) => !cacheName || name === cacheName)
        .map(([, shell]) => shell.get(urlOf(request)))
        .find(Boolean)
        ?.clone(),
  });
  vi.stubGlobal('self', {
    addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
    registration: { scope: 'https://belfry.example/app/summit/', showNotification },
    location: new URL('https://belfry.example/app/sw.js'),
    clients: { matchAll: async () => clients, openWindow, claim: async () => undefined },
    skipWaiting,
  });
  vi.stubGlobal('navigator', { language: 'en-GB', userAgent: 'test', setAppBadge });
  vi.stubGlobal('fetch', fetch);
  vi.resetModules();
  await import('./sw');
  const fire = async (type: string, fields: Record<string, unknown>) => {
    const work: Promise<unknown>[] = [];
    listeners.get(type)?.({ ...fields, waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    expect(work.length).toBeGreaterThan(0);
    await Promise.all(work);
  };
  const push = (text: string | null) =>
    fire('push', { data: text === null ? null : { json: () => JSON.parse(text) as unknown } });
  const receipts = () => fetch.mock.calls.map(([url, init]) => [url, JSON.parse(String(init.body))]);
  /** What the worker answers a request with; undefined when it leaves it to the browser. */
  const ask = async (request: object) => {
    let answer: Promise<Response> | undefined;
    listeners.get('fetch')?.({
      request,
      respondWith: (given: Promise<Response>) => {
        answer = given;
      },
    });
    return answer;
  };
  const tell = (data: unknown) => listeners.get('message')?.({ data });
  return {
    fire,
    push,
    showNotification,
    openWindow,
    receipts,
    clients,
    setAppBadge,
    fetch,
    shells,
    skipWaiting,
    ask,
    tell,
  };
}

beforeEach(() => vi.unstubAllGlobals());

const full = {
  web_push: 8030,
  notification: {
    title: 'Room change',
    body: 'Hall B',
    navigate: 'https://belfry.example/app/summit/items/itm_1',
    icon: 'https://belfry.example/icon.png',
    tag: 'tag-1',
    lang: 'en',
    data: { capability: 'cap', item_id: 'itm_1', receipts: '/v1/me/receipts' },
  },
};

describe('a push', () => {
  it('is shown as it was sent, and its display reported with the capability alone', async () => {
    const { push, showNotification, receipts } = await setUp();
    await push(JSON.stringify(full));
    expect(showNotification).toHaveBeenCalledExactlyOnceWith(
      'Room change',
      expect.objectContaining({
        body: 'Hall B',
        tag: 'tag-1',
        icon: 'https://belfry.example/icon.png',
        badge: '/assets/icons/badge-96.png',
      }),
    );
    expect(receipts()).toEqual([
      ['/v1/me/receipts', { receipts: [{ capability: 'cap', kind: 'displayed' }] }],
    ]);
  });

  it.each([
    ['empty', null],
    ['not JSON', 'hello'],
    ['null', 'null'],
    ['a number', '7'],
    ['without fields', '{}'],
    ['without a title', '{"notification":{"body":""}}'],
    ['with an empty title', '{"notification":{"title":""}}'],
  ])('is shown although it is %s', async (_, text) => {
    const { push, showNotification, receipts } = await setUp();
    await push(text);
    expect(showNotification).toHaveBeenCalledOnce();
    expect(showNotification.mock.calls[0]?.[0]).toBe('New notification');
    expect(receipts()).toEqual([]);
  });

  it('sets the badge of the application', async () => {
    const { push, setAppBadge } = await setUp();
    await push(JSON.stringify({ ...full, app_badge: '4' }));
    expect(setAppBadge).toHaveBeenCalledWith(4);
  });

  it('tells its capability to no server but its own', async () => {
    const { push, receipts } = await setUp();
    await push(
      JSON.stringify({
        notification: {
          title: 'x',
          data: { capability: 'cap', receipts: 'https://evil.example/v1/me/receipts' },
        },
      }),
    );
    expect(receipts()).toEqual([
      ['/v1/me/receipts', { receipts: [{ capability: 'cap', kind: 'displayed' }] }],
    ]);
  });

  it('is shown without its options when the browser refuses them', async () => {
    const { push, showNotification, receipts } = await setUp();
    showNotification.mockRejectedValueOnce(new TypeError('renotify needs a tag'));
    await push(JSON.stringify({ notification: { ...full.notification, renotify: true } }));
    expect(showNotification).toHaveBeenLastCalledWith('Room change', {
      body: 'Hall B',
      data: expect.anything(),
    });
    expect(receipts()).toHaveLength(1);
  });

  it('takes null for what is not set', async () => {
    const { push, showNotification, setAppBadge } = await setUp();
    await push(
      JSON.stringify({ notification: { title: 'x', body: null, lang: null, image: null, app_badge: null } }),
    );
    expect(showNotification.mock.calls[0]?.[1]).not.toHaveProperty('lang');
    expect(setAppBadge).not.toHaveBeenCalled();
  });
});

describe('a click', () => {
  const clicked = (data: unknown) => ({ notification: { data, close: vi.fn() } });

  it('brings an open tab to the front and sends it to the item', async () => {
    const { fire, clients, openWindow, receipts } = await setUp([
      { url: 'https://belfry.example/' },
      { url: 'https://belfry.example/app/summit' },
    ]);
    const event = clicked({ capability: 'cap', navigate: '/app/summit/items/itm_1' });
    await fire('notificationclick', event);
    expect(event.notification.close).toHaveBeenCalled();
    expect(clients[1]?.focus).toHaveBeenCalled();
    expect(clients[1]?.postMessage).toHaveBeenCalledWith({
      navigate: 'https://belfry.example/app/summit/items/itm_1',
    });
    expect(clients[0]?.focus).not.toHaveBeenCalled();
    expect(openWindow).not.toHaveBeenCalled();
    expect(receipts()[0]?.[1]).toEqual({ receipts: [{ capability: 'cap', kind: 'opened' }] });
  });

  it('opens a window where a tab may not come to the front, or the address is none', async () => {
    const { fire, clients, openWindow } = await setUp([{ url: 'https://belfry.example/app/summit/' }]);
    clients[0]?.focus.mockRejectedValue(new DOMException('not allowed', 'InvalidAccessError'));
    await fire('notificationclick', clicked({ navigate: 'https://[' }));
    expect(openWindow).toHaveBeenCalledWith('https://belfry.example/app/summit/');
  });

  it('opens a destination elsewhere in a window of its own', async () => {
    const { fire, openWindow, clients } = await setUp([{ url: 'https://belfry.example/app/summit/' }]);
    await fire('notificationclick', clicked({ navigate: 'https://shop.example/x' }));
    expect(openWindow).toHaveBeenCalledWith('https://shop.example/x');
    expect(clients[0]?.focus).not.toHaveBeenCalled();
  });

  it('opens the inbox when it knows nothing', async () => {
    const { fire, openWindow } = await setUp();
    await fire('notificationclick', clicked(undefined));
    expect(openWindow).toHaveBeenCalledWith('https://belfry.example/app/summit/');
  });
});

it('reports a dismissal', async () => {
  const { fire, receipts } = await setUp();
  await fire('notificationclose', { notification: { data: { capability: 'cap' } } });
  expect(receipts()[0]?.[1]).toEqual({ receipts: [{ capability: 'cap', kind: 'dismissed' }] });
});

describe('the shell', () => {
  const scope = 'https://belfry.example/app/summit/';
  const page = { mode: 'navigate', url: `${scope}items/itm_1` };
  const script = { mode: 'cors', url: 'https://belfry.example/assets/portal/index-1.js' };
  /** A server with a page and the list of its files. */
  const served = async (url: string | { url: string }) =>
    /files-b2/.test(String(url))
      ? Response.json(['/assets/portal/index-1.js'])
      : new Response(`served ${typeof url === 'string' ? url : url.url}`);
  const installed = async () => {
    const worker = await setUp();
    worker.fetch.mockImplementation(served as never);
    await worker.fire('install', {});
    return worker;
  };

  it('is kept for the workspace and the build, and waits until somebody takes it over', async () => {
    const { shells, skipWaiting, tell } = await installed();
    expect([...shells.keys()]).toEqual([`${scope} b2`]);
    expect([...(shells.values().next().value?.keys() ?? [])]).toEqual([scope, script.url]);
    expect(skipWaiting).not.toHaveBeenCalled();
    tell('take over');
    expect(skipWaiting).toHaveBeenCalledOnce();
  });

  it('takes the place of its workspace’s older one and leaves other workspaces theirs', async () => {
    const { shells, fire } = await installed();
    const other = 'https://belfry.example/app/summit-2/ b1';
    for (const name of [`${scope} b0`, `${scope} b1`, other]) shells.set(name, new Map());
    await fire('activate', {});
    // A tab of the last build may still load parts of it.
    expect([...shells.keys()]).toEqual([`${scope} b2`, `${scope} b1`, other]);
  });

  it('stands in for a page only when the server does not answer', async () => {
    const { ask, fetch } = await installed();
    expect(await (await ask(page))?.text()).toBe(`served ${page.url}`);
    fetch.mockRejectedValueOnce(new TypeError('offline'));
    expect(await (await ask(page))?.text()).toBe(`served ${scope}`);
    fetch.mockResolvedValueOnce(new Response('bad gateway', { status: 502 }));
    expect(await (await ask(page))?.text()).toBe(`served ${scope}`);
    fetch.mockResolvedValueOnce(new Response('gone', { status: 404 }));
    expect((await ask(page))?.status).toBe(404);
  });

  it('stands in for a server that keeps silent, until it says something', async () => {
    const { ask, fetch } = await installed();
    vi.useFakeTimers();
    fetch.mockReturnValueOnce(new Promise(() => undefined));
    const answer = ask(page);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await (await answer)?.text()).toBe(`served ${scope}`);
    vi.useRealTimers();
  });

  it('answers for the files that it has, and asks for others', async () => {
    const { ask, fetch } = await installed();
    fetch.mockClear();
    expect(await (await ask(script))?.text()).toBe('served /assets/portal/index-1.js');
    expect(fetch).not.toHaveBeenCalled();
    await ask({ mode: 'cors', url: 'https://belfry.example/assets/portal/later.js' });
    expect(fetch).toHaveBeenCalledOnce();
  });

  it('never touches what the server says of a person', async () => {
    const { ask } = await installed();
    expect(await ask({ mode: 'cors', url: 'https://belfry.example/v1/me/inbox' })).toBeUndefined();
  });

  it('is no condition: without room for it the worker is there for pushes', async () => {
    const { fire, fetch, push, showNotification } = await setUp();
    fetch.mockRejectedValueOnce(new Error('QuotaExceededError'));
    await fire('install', {});
    await push(JSON.stringify(full));
    expect(showNotification).toHaveBeenCalledOnce();
  });
});

describe('a subscription that the browser has changed', () => {
  /** What the worker needs of IndexedDB: one record. */
  const signedIn = (record: object) => {
    const written: unknown[] = [];
    const ready = (result: unknown) => {
      const request: Record<string, unknown> = { result };
      queueMicrotask(() => (request.onsuccess as (() => void) | undefined)?.());
      return request;
    };
    const store = { get: () => ready(record), put: (value: unknown) => ready(written.push(value)) };
    const transaction = () => {
      const one: Record<string, unknown> = { objectStore: () => store };
      setTimeout(() => (one.oncomplete as (() => void) | undefined)?.());
      return one;
    };
    vi.stubGlobal('indexedDB', { open: () => ready({ transaction, close: () => undefined }) });
    return written;
  };

  it('is renewed with the server’s key, though the event says neither old nor new', async () => {
    const { fire, fetch } = await setUp();
    const written = signedIn({ token: 't', device: 'dev_1' });
    const made = { toJSON: () => ({ endpoint: 'https://push.example/2', keys: { p256dh: 'p', auth: 'a' } }) };
    const unsubscribe = vi.fn(async () => true);
    const subscribe = vi
      .fn(async (_options: object) => made)
      // It has one with a key that the server has changed since.
      .mockRejectedValueOnce(new DOMException('another key', 'InvalidStateError'));
    const pushManager = { subscribe, getSubscription: async () => ({ unsubscribe }) };
    Object.assign((globalThis as unknown as { self: { registration: object } }).self.registration, {
      pushManager,
    });
    fetch.mockImplementation(async (url) =>
      url.endsWith('public-key') ? Response.json({ key: 'server-key' }) : Response.json({ id: 'dev_2' }),
    );
    await fire('pushsubscriptionchange', {});
    expect(unsubscribe).toHaveBeenCalledOnce();
    expect(subscribe).toHaveBeenLastCalledWith({ userVisibleOnly: true, applicationServerKey: 'server-key' });
    expect(written).toEqual([{ token: 't', device: 'dev_2', endpoint: 'https://push.example/2' }]);
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      '/v1/push/public-key',
      '/v1/me/devices',
      '/v1/me/devices/dev_1',
    ]);
  });
});
