/**
 * The service worker of one workspace's portal. Owns showing a push, its receipts, what a click does, renewing the
 * subscription, and the shell for times without a connection. Refuses to keep anything of a person: pages come from
 * the server whenever it answers, and what the server says of someone is never cached here.
 */

/// <reference path="../../../../packages/inbox/src/locales.d.ts" />

import de from 'virtual:locale/de/worker';
import en from 'virtual:locale/en/worker';
import { readSession, writeSession } from '../session-db';

declare const self: ServiceWorkerGlobalScope;
/** The hash of the pages that this worker was built for: another build is another worker. */
declare const BUILD: string;

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
/** Every workspace's worker has a shell of its own: one that updates leaves the others theirs. */
const shell = `${scope} ${BUILD}`;

self.addEventListener('install', (event) => {
  // Without room for the shell there still is push.
  event.waitUntil(keep().catch(() => undefined));
});

self.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const old = (await caches.keys()).filter((name) => name.startsWith(`${scope} `) && name !== shell);
    // A tab of the last build may still load parts of it.
    for (const name of old.slice(0, -1)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('message', () => void self.skipWaiting());

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (request.url.includes('/assets/')) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((hit) => hit ?? fetch(request)));
  }
});

async function keep(): Promise<void> {
  const files: string[] = await (await fetch(`/assets/portal/files-${BUILD}.json`)).json();
  await (await caches.open(shell)).addAll([scope, ...files]);
}

/** The server's page, else the shell: also where something answers in the server's place, or nothing for seconds. */
async function page(request: Request): Promise<Response> {
  const asked = fetch(request);
  const late = new Promise<undefined>((done) => setTimeout(done, 4_000));
  const answer = await Promise.race([asked, late]).catch(() => undefined);
  return answer && answer.status < 500
    ? answer
    : ((await caches.match(scope, { cacheName: shell, ignoreVary: true })) ?? asked);
}

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
  event.waitUntil(
    Promise.all([
      shown.then(() => receipt(data, 'displayed')),
      badge(payload.app_badge ?? payload.notification?.app_badge).catch(() => undefined),
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
  (event as ExtendableEvent).waitUntil(renew());
});

function read(data: PushMessageData | null): Payload {
  try {
    const payload = data?.json();
    return payload && typeof payload === 'object' ? payload : {};
  } catch {
    return {};
  }
}

/** The application's badge: the number that came along, else what the server counts for whoever is signed in. */
async function badge(sent: unknown): Promise<void> {
  if (!navigator.setAppBadge) return;
  let count = sent;
  const session = count == null && (await readSession(workspace));
  if (session) {
    const answer = await fetch('/v1/me/inbox/unread-count', bearer(session.token));
    count = (await answer.json()).count;
  }
  if (Number(count ?? -1) >= 0) await navigator.setAppBadge(Number(count));
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
  const url = URL.canParse(navigate, scope) ? new URL(navigate, scope).href : scope;
  if (url.startsWith(scope)) {
    for (const client of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
      if (!`${client.url}/`.startsWith(scope)) continue;
      client.postMessage({ navigate: url });
      if (await client.focus().catch(() => undefined)) return;
    }
  }
  await self.clients.openWindow(url);
}

/** Some browsers say neither which subscription ended nor with which key, so the server's key is what counts. */
async function renew(): Promise<void> {
  const session = await readSession(workspace);
  // Without a session or a device push was turned off here; the page sorts out everything else when it is opened.
  if (!session?.device) return;
  const init = bearer(session.token);
  const { key } = await (await fetch('/v1/push/public-key', init)).json();
  const { pushManager } = self.registration;
  const subscribe = () => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const subscription = await subscribe().catch(async () => {
    // It has one with another key.
    await (await pushManager.getSubscription())?.unsubscribe();
    return subscribe();
  });
  const { endpoint, keys } = subscription.toJSON();
  const answer = await post(
    '/v1/me/devices',
    { kind: 'web_push', subscription: { endpoint, keys }, user_agent: navigator.userAgent },
    init.headers,
  );
  if (!answer.ok) return;
  const { id } = (await answer.json()) as { id: string };
  await writeSession(workspace, { ...session, device: id, endpoint });
  if (id !== session.device) await fetch(`/v1/me/devices/${session.device}`, { ...init, method: 'DELETE' });
}

const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});

function post(url: string, body: unknown, headers?: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    keepalive: true,
    credentials: 'omit',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
