/**
 * Serves `dist/` as Belfry does, with the console's headers, and answers `/v1` for operators from memory: for working
 * on pages without a database. Owns made-up data. It proves nothing about the server: tests run against the real one.
 *
 * `node e2e/console-mock.mjs [PORT]`; sign in with any address and `correct horse battery`.
 * `POST /mock {"delay":2000,"failing":"/overview","signedIn":false,"role":"viewer","empty":true}` steers it.
 */

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { accountRoutes, sessionOf } from './console-mock/account.mjs';
import { composeRoutes, previewPage } from './console-mock/compose.mjs';
import { homeRoutes } from './console-mock/home.mjs';
import { importRoutes } from './console-mock/imports.mjs';
import { notificationRoutes } from './console-mock/notifications.mjs';
import { peopleRoutes } from './console-mock/people.mjs';
import { settingsRoutes } from './console-mock/settings.mjs';

const dist = new URL('../dist/', import.meta.url);
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};
export const policy = (nonce) =>
  `default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'nonce-${nonce}'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** What every photo looks like here. */
const PHOTO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#d9a066"/><circle cx="32" cy="25" r="12" fill="#5b3a29"/><path d="M8 64c2-18 12-24 24-24s22 6 24 24z" fill="#2f4858"/></svg>`;

/** A file per room adds its routes here: `'GET /v1/…/{id}': ({ state, params, query, body }) => answer`. */
const routes = Object.entries({
  ...accountRoutes,
  ...homeRoutes,
  ...peopleRoutes,
  ...importRoutes,
  ...notificationRoutes,
  ...settingsRoutes,
  // After notifications and settings: it knows of drafts, and hands on what it does not.
  ...composeRoutes,
}).map(([key, handle]) => {
  const [method, path] = key.split(' ');
  const pattern = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return { method, pattern, handle };
});

/** An answer that is not 200 with JSON. */
export const answer = (status, body, headers = {}) => ({ answer: true, status, body, headers });
export const problem = (status, code, more = {}) => answer(status, { status, code, detail: code, ...more });

export async function startConsoleMock(port = 0) {
  const state = {
    signedIn: true,
    setUp: true,
    role: 'owner',
    empty: false,
    delay: 0,
    failing: '',
    calls: [],
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://x');
    const path = url.pathname;
    const send = (status, body, headers = {}) => {
      const kind = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': kind, ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    let text = '';
    for await (const chunk of request) text += chunk;
    if (path === '/mock') {
      Object.assign(state, JSON.parse(text));
      return send(200, {});
    }
    if (!path.startsWith('/v1/')) return page(path, response);
    state.calls.push(`${request.method} ${path}`);
    if (state.delay) await new Promise((done) => setTimeout(done, state.delay));
    if (state.failing && path.includes(state.failing)) {
      return send(503, { status: 503, code: 'unavailable', detail: 'not now' });
    }
    const open = ['/v1/session', '/v1/setup', '/v1/password-reset'].includes(path);
    if (!open && !state.signedIn)
      return send(401, { status: 401, code: 'unauthenticated', detail: 'sign in' });
    for (const { method, pattern, handle } of routes) {
      const match = method === request.method && pattern.exec(path);
      if (!match) continue;
      const isJson = request.headers['content-type']?.includes('json');
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      const result = handle({
        state,
        params,
        query: Object.fromEntries(url.searchParams),
        body: isJson && text ? JSON.parse(text) : undefined,
        session: sessionOf(state),
      });
      if (result?.answer) return send(result.status, result.body, result.headers);
      return send(result === undefined ? 204 : 200, result);
    }
    return send(404, {
      status: 404,
      code: 'not_found',
      detail: `the mock knows no ${request.method} ${path}`,
    });
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

async function page(path, response) {
  if (path === '/healthz') return response.end('{}');
  if (path.startsWith('/assets/')) {
    try {
      const body = await readFile(new URL(path.slice(1), dist));
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      return response.end(body);
    } catch {
      response.writeHead(404);
      return response.end();
    }
  }
  if (path.startsWith('/preview/')) {
    response.writeHead(200, {
      'content-type': TYPES['.html'],
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    });
    return response.end(previewPage(path.slice('/preview/'.length)) ?? '');
  }
  if (path.startsWith('/photos/')) {
    response.writeHead(200, { 'content-type': TYPES['.svg'] });
    return response.end(PHOTO);
  }
  const nonce = randomUUID();
  const html = await readFile(new URL('console/index.html', dist), 'utf8');
  response.writeHead(200, {
    'content-type': TYPES['.html'],
    'cache-control': 'no-store',
    'content-security-policy': policy(nonce),
  });
  return response.end(html.replaceAll('%BELFRY_NONCE%', nonce));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const mock = await startConsoleMock(Number(process.argv[2] ?? 4180));
  console.log(mock.url);
}
