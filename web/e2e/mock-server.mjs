/**
 * Serves `dist/` as Belfry does, with its headers, and answers `/v1/me/*` from memory: for working on the pages
 * without a database. Owns made-up data. It proves nothing about the server: tests run against the real one.
 *
 * `node e2e/mock-server.mjs [PORT]`, then open `/l/bfl_demo`, as often as you like: its links are good for ever.
 */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const dist = new URL('../dist/', import.meta.url);
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
export const PORTAL_CSP =
  "default-src 'self'; img-src 'self' blob: data: https:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; " +
  "connect-src 'self'; worker-src 'self'; form-action 'self'; require-trusted-types-for 'script'; trusted-types belfry";
const DOCS_CSP =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const item = (id, fields) => ({
  id,
  notification_id: `ntf_${id}`,
  workspace: 'summit',
  title: null,
  html: '',
  sender: null,
  photo: null,
  actor: null,
  icon: null,
  subject: null,
  count: 1,
  destination: null,
  read_at: null,
  ...fields,
});
const face = (seed) => `/mock/face.svg?${seed}`;

/** A small inbox with one of everything. */
export const sample = () => [
  item('itm_1', {
    title: 'Room change: keynote moves to Hall B',
    message:
      'The keynote starts at 10:00 as planned, but in Hall B on the second floor. Doors open at 9:30; bring your badge.',
    html: '<p>The keynote starts at <strong>10:00 as planned</strong>, but in <em>Hall B</em> on the second floor.</p><h2>How to get there</h2><ol><li>Take the escalator beside the registration desk</li><li>Turn left at the coffee bar</li></ol><blockquote><p>Doors open at 9:30. Bring your badge.</p></blockquote><p>Questions? Write to <a href="mailto:help@example.com">help@example.com</a> or see the <a href="https://example.com/map">venue map</a>. Code: <code>HALL-B</code></p><table><thead><tr><th>Time</th><th>Where</th></tr></thead><tbody><tr><td>9:30</td><td>Doors</td></tr><tr><td>10:00</td><td>Keynote</td></tr></tbody></table><script>alert(1)</script>',
    sender: 'Summit team',
    created_at: ago(0.3),
  }),
  item('itm_2', {
    title: 'New message on your ticket',
    message: 'Maya: “I found the replacement part, it will be there tomorrow before noon.”',
    html: '<p>Maya: “I found the replacement part, it will be there tomorrow before noon.”</p>',
    sender: 'Service desk',
    actor: { name: 'Maya Okafor', photo_url: face('maya') },
    subject: {
      kind: 'ticket',
      id: 'T-20418',
      title: 'Printer in room 4 jams',
      url: 'https://example.com/t/20418',
    },
    count: 4,
    destination: { url: 'https://example.com/t/20418' },
    created_at: ago(12),
  }),
  item('itm_3', {
    title: 'Your session starts in 15 minutes',
    message: 'Building calm notification systems · Room Lisbon · with Ana Ruiz',
    html: '<p>Building calm notification systems</p>',
    sender: 'Agenda',
    subject: { kind: 'meeting', id: 'S-118' },
    created_at: ago(47),
  }),
  item('itm_4', {
    title: null,
    message: 'Lunch is served in the garden until 14:00. Vegetarian and vegan options are on the left.',
    sender: 'Catering',
    created_at: ago(190),
    read_at: ago(100),
  }),
  item('itm_5', {
    title: 'Jonas Weber reacted to your post',
    message: '“Slides from this morning, as promised”',
    actor: { name: 'Jonas Weber' },
    sender: 'Feed',
    count: 12,
    subject: { kind: 'post', id: 'P-77' },
    created_at: ago(60 * 26),
    read_at: ago(60 * 20),
  }),
  item('itm_6', {
    title: 'Poll closes tonight: which topics next year?',
    message: 'It takes a minute. 412 people have answered so far.',
    sender: 'Summit team',
    destination: { url: 'https://example.com/poll' },
    created_at: ago(60 * 24 * 3),
    read_at: ago(60 * 24),
  }),
  item('itm_7', {
    title:
      'A very long title that an integration produced without much thought about how narrow a phone screen really is',
    message:
      'Averyveryveryverylongwordwithoutanyspacesthatmustnotbreakthelayoutonasmallscreenbecausesomebodypastedatoken',
    sender: 'Monitoring of the production environment',
    subject: { kind: 'alert', id: 'ALERT-2026-11-000000000000000182' },
    created_at: ago(60 * 24 * 9),
    read_at: ago(60 * 24),
  }),
  item('itm_8', {
    title: 'مرحبًا بك في القمة',
    message: 'يبدأ التسجيل غدًا في الساعة التاسعة صباحًا.',
    sender: 'فريق القمة',
    created_at: ago(60 * 24 * 400),
    read_at: ago(60 * 24),
  }),
];

/** Starts it; the answer steers it from a test. */
export async function startMock(port = 0) {
  const state = {
    items: sample(),
    tail: 60,
    delay: 0,
    failing: false,
    refusing: false,
    locale: 'en-GB',
    zone: 'Europe/Zurich',
    push: true,
    pushOn: true,
    icon: null,
    archived: [],
    streams: new Set(),
    devices: [],
    receipts: [],
    calls: [],
  };
  const unread = () => state.items.filter((one) => !one.read_at).length;
  let cursor = 100;
  state.send = (event, data) => {
    for (const stream of state.streams)
      stream.write(`event: ${event}\nid: ${++cursor}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  state.arrive = (fields) => {
    const one = item(`itm_${++cursor}`, { message: '', created_at: ago(0), ...fields });
    state.items.unshift(one);
    state.send('item', one);
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://x');
    const json = (status, body) => {
      response.writeHead(status, {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const file = async (path, headers = {}) => {
      try {
        const body = await readFile(new URL(path, dist));
        response.writeHead(200, {
          'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
          'x-content-type-options': 'nosniff',
          ...headers,
        });
        response.end(body);
      } catch {
        json(404, { code: 'not_found' });
      }
    };
    const path = url.pathname;
    if (path === '/mock/face.svg') {
      response.writeHead(200, { 'content-type': 'image/svg+xml' });
      return response.end(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="#f0c7a3"/><circle cx="20" cy="17" r="8" fill="#7a4a2b"/><path d="M4 40c2-12 30-12 32 0Z" fill="#3b5bdb"/></svg>',
      );
    }
    if (path === '/app/sw.js')
      return file('sw.js', { 'service-worker-allowed': '/app/', 'cache-control': 'no-cache' });
    if (path.endsWith('/manifest.webmanifest')) {
      const scope = '/app/summit/';
      return json(200, { name: 'Summit', start_url: scope, scope, display: 'standalone', icons: [] });
    }
    if (path.startsWith('/l/'))
      return file('portal/link.html', { 'content-security-policy': PORTAL_CSP, 'cache-control': 'no-store' });
    if (path.startsWith('/app/'))
      return file('portal/index.html', {
        'content-security-policy': PORTAL_CSP,
        'cache-control': 'no-cache',
      });
    if (path.startsWith('/assets/'))
      return file(path.slice(1), { 'cache-control': 'public, max-age=31536000, immutable' });
    if (path === '/docs' || path === '/docs/')
      return file('docs/index.html', { 'content-security-policy': DOCS_CSP });
    if (path.startsWith('/docs/')) return file(path.slice(1), { 'content-security-policy': DOCS_CSP });
    if (path === '/openapi.json') {
      try {
        return response.end(await readFile(new URL('../../openapi.json', import.meta.url)));
      } catch {
        return json(404);
      }
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    state.calls.push(`${request.method} ${path}`);
    if (path === '/v1/me/receipts') {
      state.receipts.push(...JSON.parse(body).receipts);
      return json(202, {});
    }
    const workspace = { id: 'wsp_1', slug: 'summit', name: 'Riverside Summit 2026', icon: state.icon };
    if (path.startsWith('/v1/links/')) {
      if (state.failing) return json(503, { code: 'unavailable' });
      if (JSON.parse(body).link !== 'bfl_demo') return json(404, { code: 'link_invalid' });
      if (path.endsWith('/redeem'))
        return json(201, { token: 'demo', expires_at: ago(-90 * 1440), workspace });
      const organization = { name: 'Riverside Events' };
      return json(200, { name: 'Ann Keller', workspace, organization, expires_at: ago(-7 * 1440) });
    }
    if (state.refusing || request.headers.authorization !== 'Bearer demo')
      return json(401, { code: 'unauthorized' });
    if (path === '/v1/me/sign-out' || path === '/v1/me/sign-out-everywhere') return json(204);
    if (path === '/v1/me' && request.method === 'DELETE') {
      return JSON.parse(body).confirm === 'ann' ? json(204) : json(422, { code: 'invalid' });
    }
    if (path === '/v1/me/data') return json(200, { user: { name: 'Ann Keller' } });
    if (path === '/v1/me/preferences') {
      if (request.method === 'PUT') state.push = JSON.parse(body).push;
      if (!state.push) state.devices = [];
      return json(200, { push: state.push });
    }
    if (path === '/v1/me') {
      if (request.method === 'PATCH') {
        const { locale = state.locale, time_zone = state.zone } = JSON.parse(body);
        Object.assign(state, { locale, zone: time_zone });
      }
      return json(200, {
        user: {
          id: 'usr_1',
          external_id: 'ann',
          name: 'Ann Keller',
          email: 'ann@example.com',
          locale: state.locale,
          time_zone: state.zone,
        },
        workspace: { ...workspace, push_on: state.pushOn },
        preferences: { push: state.push },
        organization: { name: 'Riverside Events' },
      });
    }
    if (path === '/v1/me/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: state\ndata: ${JSON.stringify({ kind: 'sync', unread: unread() })}\n\n`);
      state.streams.add(response);
      request.on('close', () => state.streams.delete(response));
      return undefined;
    }
    if (state.delay) await new Promise((done) => setTimeout(done, state.delay));
    if (state.failing) return json(503, { code: 'unavailable' });
    if (path === '/v1/push/public-key')
      return json(200, {
        key: 'BNNL5ZaTfK81qhXOx23-wewhigUeFb632jN6LvRWCFH1ubQr77FE_9qV1FuojuRmHP42zmf34rXgW80OvUVDgTk',
      });
    if (path === '/v1/me/inbox') {
      const only = url.searchParams.get('unread') === 'true';
      const words = (url.searchParams.get('q') ?? '').toLowerCase().split(/\s+/);
      const has = (one) => words.every((word) => JSON.stringify(one).toLowerCase().includes(word));
      if (url.searchParams.get('archived') === 'true') {
        return json(200, { items: state.archived.filter(has), next: null });
      }
      const at = Number(url.searchParams.get('cursor') ?? 0);
      const older = Array.from({ length: state.tail }, (_, n) =>
        item(`old_${n}`, {
          title: `Earlier notice ${n + 1}`,
          message: 'From the archive.',
          sender: 'Summit team',
          created_at: ago(60 * 24 * (30 + n)),
          read_at: ago(1),
        }),
      );
      const all = [...state.items, ...(state.items.length ? older : [])].filter(
        (one) => (!only || !one.read_at) && has(one),
      );
      return json(200, {
        items: all.slice(at, at + 20),
        next: at + 20 < all.length ? String(at + 20) : null,
      });
    }
    if (path === '/v1/me/inbox/unread-count') return json(200, { count: unread() });
    if (path === '/v1/me/inbox/read-all') {
      for (const one of state.items) one.read_at ??= ago(0);
      state.send('state', { kind: 'read_all', unread: 0 });
      return json(204);
    }
    if (path === '/v1/me/devices') {
      if (request.method === 'GET') return json(200, { items: state.devices, next: null });
      const id = `dev_${state.devices.length + 1}`;
      const device = { kind: 'web_push', model: 'Computer', platform: 'Linux', browser: 'Chrome' };
      const health = { state: 'untested', last_success_at: null, last_failure_at: null, last_failure: null };
      state.devices.push({ id, ...device, created_at: ago(0), seen_at: ago(0), health });
      state.push = true;
      return json(201, { id });
    }
    const [, device, test] = path.match(/^\/v1\/me\/devices\/([^/]+)(\/test)?$/) ?? [];
    if (device) {
      const one = state.devices.find(({ id }) => id === device);
      if (!one) return json(404, { code: 'not_found' });
      if (!test) {
        state.devices = state.devices.filter((other) => other !== one);
        return json(204);
      }
      one.health = { ...one.health, state: 'working', last_success_at: ago(0) };
      return json(202, { notification_id: 'ntf_test' });
    }
    const [, id, verb] = path.match(/^\/v1\/me\/inbox\/([^/]+)(?:\/(\w+))?$/) ?? [];
    const one = [...state.items, ...state.archived].find((candidate) => candidate.id === id);
    if (!one) return json(404, { code: 'not_found' });
    if (!verb && request.method === 'GET') return json(200, one);
    if (verb === 'read') one.read_at = ago(0);
    if (verb === 'unread') one.read_at = null;
    const done =
      { read: 'read', unread: 'unread', archive: 'archived', unarchive: 'unarchived' }[verb] ?? 'deleted';
    if (done !== 'read' && done !== 'unread') {
      state.items = state.items.filter((other) => other !== one);
      state.archived = state.archived.filter((other) => other !== one);
    }
    if (done === 'archived') state.archived.unshift(one);
    if (done === 'unarchived') state.items.unshift(one);
    state.send('state', { kind: done, id, unread: unread() });
    return json(204);
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return {
    state,
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(done);
      }),
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const mock = await startMock(Number(process.argv[2] ?? 4173));
  console.log(`${mock.url}/l/bfl_demo`);
}
