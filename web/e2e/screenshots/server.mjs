/**
 * Starts the real binary on a free port with a data folder of its own, and speaks to its API as an operator. Owns the
 * process and the folder; both are gone after `close`.
 */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const binary = process.env.BELFRY ?? fileURLToPath(new URL('../../../target/debug/belfry', import.meta.url));
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const PASSWORD = 'correct horse battery staple';

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Serves; `token` is the one of the printed set-up link. */
export async function startBelfry() {
  const data = await mkdtemp(join(tmpdir(), 'belfry-screenshots-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const child = spawn(binary, ['serve', '--data', data], {
    env: {
      ...process.env,
      BELFRY_LISTEN: listen,
      BELFRY_PUBLIC_URL: url,
      BELFRY_EGRESS_ALLOW_LOOPBACK: 'true',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const token = await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`${binary} ended before it printed a set-up link`)));
    createInterface(child.stdout).on('line', (line) => {
      const link = /set up at \S*#(\S+)/.exec(line);
      if (link) done(link[1]);
    });
  });
  return {
    url,
    token,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Calls with an operator's cookie or a bearer token; anything but a 2xx is thrown. */
export class Client {
  cookie = '';
  constructor(url, bearer) {
    this.url = url;
    this.bearer = bearer;
  }

  async ask(method, path, body, type = 'application/json') {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': type }),
        ...(this.bearer && { authorization: `Bearer ${this.bearer}` }),
        ...(this.cookie && { cookie: `belfry_session=${this.cookie}` }),
        'x-belfry-console': '1',
        'user-agent': BROWSER,
      },
      ...(body !== undefined && { body: type === 'application/json' ? JSON.stringify(body) : body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const cookie = /belfry_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '');
    if (cookie) this.cookie = cookie[1];
    return text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }

  get(path) {
    return this.ask('GET', path);
  }
  post(path, body, type) {
    return this.ask('POST', path, body, type);
  }
  patch(path, body) {
    return this.ask('PATCH', path, body);
  }
  put(path, body) {
    return this.ask('PUT', path, body);
  }
}

/** Asks again until `good` holds of the answer; gives up after twenty seconds. */
export async function until(what, ask, good) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what} did not happen: ${JSON.stringify(answer).slice(0, 500)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
