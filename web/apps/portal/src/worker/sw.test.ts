import { beforeEach, describe, expect, it, vi } from 'vitest';

type Listener = (event: unknown) => void;

/** Loads the worker into a made-up global scope; `fire` waits for what the event was asked to wait for. */
async function setUp(tabs: { url: string }[] = []) {
  const listeners = new Map<string, Listener>();
  const showNotification = vi.fn(async (_title: string, _options: NotificationOptions) => undefined);
  const openWindow = vi.fn(async (_url: string) => undefined);
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => new Response(null, { status: 202 }));
  const clients = tabs.map((tab) => ({ ...tab, focus: vi.fn(async () => undefined), postMessage: vi.fn() }));
  const setAppBadge = vi.fn(async () => undefined);
  vi.stubGlobal('self', {
    addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
    registration: { scope: 'https://belfry.example/app/summit/', showNotification },
    location: new URL('https://belfry.example/app/sw.js'),
    clients: { matchAll: async () => clients, openWindow },
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
  return { fire, push, showNotification, openWindow, receipts, clients, setAppBadge };
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
