/**
 * The service worker of one workspace's portal. Owns showing a push, its receipts, what a click does, and renewing
 * the subscription. Refuses to cache or to answer fetches: pages always come from the server.
 */

/// <reference path="../../../../packages/inbox/src/locales.d.ts" />

import de from 'virtual:locale/de/worker';
import en from 'virtual:locale/en/worker';
import { readSession, writeSession } from '../session-db';

declare const self: ServiceWorkerGlobalScope;

/** What the server puts into the encrypted payload's `data`. */
interface Data {
  capability?: string;
  receipts?: string;
  navigate?: string;
}

/** A declarative payload; a stranger's push may lack any of it. */
interface Payload {
  notification?: NotificationOptions & {
    title?: string;
    navigate?: string;
    data?: Data;
    app_badge?: unknown;
  };
  app_badge?: unknown;
}

const scope = self.registration.scope;
const workspace = decodeURIComponent(new URL(scope).pathname.split('/')[2] ?? '');

self.addEventListener('install', () => {
  // Nothing is cached, so a new worker never disagrees with an open page.
  void self.skipWaiting();
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => {
  const payload = read(event.data);
  const { title, navigate, ...sent } = payload.notification ?? {};
  // JSON has null where a member is not set; as an option it would become the text "null".
  const options: NotificationOptions = Object.fromEntries(
    Object.entries(sent).filter(([, value]) => value !== null),
  );
  const texts: Readonly<Record<string, string>> = navigator.language.startsWith('de') ? de : en;
  const data: Data = { ...options.data, ...(navigate && { navigate }) };
  const name = title || texts['worker.title'] || '';
  const body = options.body ?? (title ? '' : (texts['worker.body'] ?? ''));
  // Every push shows something: browsers take the subscription away from workers that stay silent.
  const shown = self.registration
    .showNotification(name, {
      badge: '/assets/icons/badge-96.png',
      icon: '/assets/icons/bell-192.png',
      ...options,
      body,
      data,
    })
    // Options that contradict one another are refused as a whole; the text still has to be seen.
    .catch(() => self.registration.showNotification(name, { body, data }));
  const badge = Number(payload.app_badge ?? payload.notification?.app_badge ?? -1);
  event.waitUntil(
    Promise.all([
      shown.then(() => receipt(data, 'displayed')),
      badge >= 0 && navigator.setAppBadge?.(badge).catch(() => undefined),
    ]),
  );
});

self.addEventListener('notificationclick', (event) => {
  const data: Data = event.notification.data ?? {};
  event.notification.close();
  event.waitUntil(Promise.all([open(data.navigate), receipt(data, 'opened')]));
});

self.addEventListener('notificationclose', (event) => {
  event.waitUntil(receipt(event.notification.data ?? {}, 'dismissed'));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as ExtendableEvent &
    Partial<Record<'oldSubscription' | 'newSubscription', PushSubscription>>;
  event.waitUntil(renew(change.oldSubscription, change.newSubscription));
});

function read(data: PushMessageData | null): Payload {
  try {
    const payload = data?.json();
    return payload && typeof payload === 'object' ? payload : {};
  } catch {
    return {};
  }
}

/**
 * Tells the server with the one-delivery capability: it works without a session. Always the server that this worker
 * came from, whatever name the payload gives it. A lost receipt is no error here.
 */
async function receipt({ capability, receipts = '/v1/me/receipts' }: Data, kind: string): Promise<void> {
  if (!capability) return;
  const { pathname } = new URL(receipts, scope);
  await post(pathname, { receipts: [{ capability, kind }] }).catch(() => undefined);
}

/** Inside the scope an open tab is brought to the front and goes there itself; anything else is a new window. */
async function open(navigate = scope): Promise<void> {
  const url = new URL(navigate, scope).href;
  if (url.startsWith(scope)) {
    const [tab] = (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(
      (client) => `${client.url}/`.startsWith(scope),
    );
    if (tab) {
      tab.postMessage({ navigate: url });
      await tab.focus();
      return;
    }
  }
  await self.clients.openWindow(url);
}

async function renew(old?: PushSubscription, renewed?: PushSubscription): Promise<void> {
  const session = await readSession(workspace);
  // Without a session or a device push was turned off here; the page sorts out everything else when it is opened.
  if (!session?.device) return;
  const key = old?.options.applicationServerKey;
  const subscription =
    renewed ??
    (await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      ...(key && { applicationServerKey: key }),
    }));
  const { endpoint, keys } = subscription.toJSON();
  const headers = { authorization: `Bearer ${session.token}` };
  const answer = await post(
    '/v1/me/devices',
    { kind: 'web_push', subscription: { endpoint, keys }, user_agent: navigator.userAgent },
    headers,
  );
  if (!answer.ok) return;
  const { id } = (await answer.json()) as { id: string };
  await writeSession(workspace, { ...session, device: id });
  if (id !== session.device) await fetch(`/v1/me/devices/${session.device}`, { method: 'DELETE', headers });
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    keepalive: true,
    credentials: 'omit',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
